using System.Buffers.Binary;
using System.Security.Cryptography;
using DatacenterOst.Clinical;
using DatacenterOst.Sources;

namespace DatacenterOst.Store;

/// <summary>Who a record turned out to be about, or why that cannot be said.</summary>
/// <param name="Reason">Reason of the rejection; null when the patient was found or created.</param>
/// <param name="Subject">Which fields differ.</param>
internal sealed record PatientMatch(PatientId Patient, string? Reason, string Message, string Subject)
{
    /// <summary>Logical id of the patient's FHIR resource.</summary>
    public string FhirId { get; init; } = "";

    public static PatientMatch Of(PatientId patient) => new(patient, null, "", "");
}

/// <summary>A patient as the directory knows them, and the source that last said something new.</summary>
internal sealed record KnownPatient(PatientId Patient, Demographics Demographics, string FhirId, int Profile);

/// <summary>Who a record says it is about.</summary>
/// <param name="IsDecisive">
/// The record is the patient's own resource, put there by a caller: what it says replaces what was known, and is not
/// held against it.
/// </param>
/// <param name="IsDescription">The source describes its patient, as HL7 v2 and CSV do; a FHIR resource only refers to one.</param>
/// <param name="IsReference">All of the record are FHIR resources that refer to their patient.</param>
internal sealed record PatientClaim(RawPatient Patient, bool IsDecisive, bool IsDescription, bool IsReference)
{
    /// <summary>Null where nobody is named.</summary>
    public static PatientClaim? Of(Arrival arrival) => arrival.Record.Raw.Patient is { } patient
        ? new PatientClaim(
            patient,
            IsDecisive: arrival.Write.IsByCaller && arrival.Record.Items.Any(item => item.Resource?.TypeName == "Patient"),
            IsDescription: arrival.Record.Items.All(item => item.Resource is null),
            IsReference: arrival.Record.Items.All(item => item.Resource is { TypeName: not "Patient" }))
        : null;
}

/// <summary>
/// The part of the directory that one batch needs, and the decisions on it. Pure: it notes what is to be written, and
/// the directory writes it.
/// </summary>
internal sealed class DirectoryView(
    Dictionary<Identifier, PatientId> names, ILookup<PatientId, string> persons, Dictionary<PatientId, KnownPatient> patients,
    int profile, Func<int, string> profileName)
{
    private readonly Dictionary<PatientId, string> numbered = [];
    private readonly HashSet<PatientId> described = [];

    /// <summary>Whose the names are.</summary>
    public IReadOnlyDictionary<Identifier, PatientId> Names => names;

    public List<(Identifier Name, PatientId Patient)> NewNames { get; } = [];

    public HashSet<PatientId> Changed { get; } = [];

    /// <summary>Patients of whom a source other than a FHIR reference has said something new.</summary>
    public IEnumerable<PatientId> Described => described.Intersect(Changed.Concat(NewNames.Select(name => name.Patient)));

    /// <summary>Patients whose own id of the source has taken the place of the one that the store had given them.</summary>
    public List<(PatientId Patient, string FormerId)> Renamed { get; } = [];

    public bool IsChanged => NewNames.Count > 0 || Changed.Count > 0;

    public KnownPatient Get(PatientId patient) => patients[patient];

    public PatientMatch WithId(PatientMatch match) => match.Patient.IsNone ? match : match with { FhirId = patients[match.Patient].FhirId };

    public static List<Identifier> NamesOf(RawPatient patient)
    {
        var names = patient.Identifiers
            .Where(identifier => !string.IsNullOrWhiteSpace(identifier.Value))
            .Select(identifier => new Identifier(Sql.Storable(identifier.System.Trim()), Sql.Storable(identifier.Value.Trim()))).ToList();
        if (PatientReference.Parse(patient.Reference) is { } reference)
        {
            names.Add(new Identifier(reference.System, Sql.Storable(reference.Value)));
        }

        return names;
    }

    public PatientMatch Match(PatientClaim claim)
    {
        var raw = claim.Patient;
        var given = NamesOf(raw);
        if (given.Count == 0)
        {
            return new PatientMatch(PatientId.None, RejectionReasons.PatientMissing, "no identifier of the patient is given", "identifier");
        }

        var led = given.Where(names.ContainsKey).ToList();
        if (led.Select(name => names[name]).Distinct().Count() > 1 && claim.IsDecisive && PatientReference.Parse(raw.Reference) is { } own)
        {
            // A caller writes this very Patient. An identifier that another has stays the other's.
            given = [.. given.Where(name => !names.TryGetValue(name, out var other) || (names.TryGetValue(own, out var mine) && other == mine))];
            led = [.. given.Where(names.ContainsKey)];
        }

        if (led.Select(name => names[name]).Distinct().Count() > 1)
        {
            var systems = string.Join(" and ", led.Select(name => name.System).Distinct());
            return Mismatch($"the identifiers given ({systems}) lead to two different patients; correct them at the source", "identifiers");
        }

        if (led.Count == 0)
        {
            return Matched(Create(given, raw.Demographics), claim);
        }

        var known = patients[names[led[0]]];
        if (IsAnotherPerson(known.Patient, given))
        {
            return Mismatch(
                $"the patient with this identifier ({led[0].System}) has another civil registration number; correct the identifier at the source", "civil registration number");
        }

        var differing = claim.IsDecisive ? [] : Differing(known.Demographics, raw.Demographics);
        if (differing.Count > 0)
        {
            var fields = string.Join(" and ", differing);
            return Mismatch(
                $"{fields} {(differing.Count == 1 ? "differs" : "differ")} from what source '{profileName(known.Profile)}' says of the patient with the same identifier"
                + $" ({led[0].System}); correct the identifier or the {fields} at the source that is wrong", fields);
        }

        Complete(claim.IsDecisive ? known with { Demographics = Demographics.Unknown } : known, given, raw.Demographics);
        return Matched(known.Patient, claim);
    }

    private PatientMatch Matched(PatientId patient, PatientClaim claim)
    {
        // Whoever a FHIR resource refers to has a resource of their own, or none yet.
        if (claim.IsDescription)
        {
            described.Add(patient);
        }

        return PatientMatch.Of(patient);
    }

    // A person has one civil registration number. Two of them under one local number are two persons, whatever the sender says.
    private bool IsAnotherPerson(PatientId patient, List<Identifier> given)
    {
        var said = given.FirstOrDefault(identifier => identifier.System == CodeSystems.Cpr)?.Value;
        if (said is null)
        {
            return false;
        }

        return numbered.TryGetValue(patient, out var number) ? number != said : persons[patient].Any() && !persons[patient].Contains(said);
    }

    private static PatientMatch Mismatch(string message, string subject) =>
        new(PatientId.None, RejectionReasons.PatientMismatch, message, subject);

    /// <summary>The fields in which two descriptions cannot be of one person.</summary>
    internal static List<string> Differing(Demographics known, Demographics said)
    {
        var fields = new List<string>();
        if (known.BirthDate is { } birth && said.BirthDate is { } other && birth != other)
        {
            fields.Add("birth date");
        }

        if (known.Sex != Sex.Unknown && said.Sex != Sex.Unknown && known.Sex != said.Sex)
        {
            fields.Add("sex");
        }

        if (PatientNames.Differ(known, said))
        {
            fields.Add("name");
        }

        return fields;
    }

    private PatientId Create(List<Identifier> given, Demographics demographics)
    {
        // 62 bits at random: no order of arrival can be read from it, and Citus spreads patients evenly.
        var patient = new PatientId((BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) & ((1L << 62) - 1)) + 1);
        var id = given.FirstOrDefault(PatientReference.IsLocal);
        if (id is null)
        {
            id = PatientReference.OfId(PatientReference.GivenPrefix + Guid.NewGuid().ToString("N"));
            given = [.. given, id];
        }

        patients.Add(patient, new KnownPatient(patient, demographics, id.Value, profile));
        Changed.Add(patient);
        Name(patient, given);
        return patient;
    }

    private void Complete(KnownPatient known, List<Identifier> given, Demographics said)
    {
        var complete = new Demographics(
            known.Demographics.FamilyName ?? said.FamilyName,
            known.Demographics.GivenNames ?? said.GivenNames,
            known.Demographics.BirthDate ?? said.BirthDate,
            known.Demographics.Sex == Sex.Unknown ? said.Sex : known.Demographics.Sex);
        var id = known.FhirId.StartsWith(PatientReference.GivenPrefix, StringComparison.Ordinal)
            ? given.FirstOrDefault(PatientReference.IsLocal)?.Value ?? known.FhirId
            : known.FhirId;
        if (complete != patients[known.Patient].Demographics || id != known.FhirId)
        {
            if (id != known.FhirId)
            {
                Renamed.Add((known.Patient, known.FhirId));
            }

            patients[known.Patient] = known with { Demographics = complete, FhirId = id, Profile = profile };
            Changed.Add(known.Patient);
        }

        Name(known.Patient, given);
    }

    private void Name(PatientId patient, List<Identifier> given)
    {
        foreach (var name in given)
        {
            if (names.TryAdd(name, patient))
            {
                NewNames.Add((name, patient));
                if (name.System == CodeSystems.Cpr)
                {
                    numbered[patient] = name.Value;
                }
            }
        }
    }
}

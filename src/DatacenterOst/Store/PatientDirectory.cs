using System.Data.Common;
using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>The one place where it is decided which patient an identifier or a FHIR reference means.</summary>
public sealed class PatientDirectory(StoreDatabase database)
{
    private const string PatientColumns = "p.patient_key, p.family, p.given, p.birth_date, p.sex, p.fhir_id, p.profile_id";

    private const string KnownText = $"select {PatientColumns} from patient p where p.patient_key = @patient";

    /// <summary>The patient with that identifier; null when there is none.</summary>
    public async Task<PatientId?> Find(Identifier identifier, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(caller);
        if (database.KnownNames.TryGet(identifier, out var known))
        {
            return known;
        }

        var found = await database.Dialect.Query(
            "select patient_key from patient_identifier where system = @system and value = @value",
            command => command.With("@system", identifier.System).With("@value", identifier.Value),
            row => new PatientId(row.GetInt64(0)), cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        database.KnownNames.Add(identifier, found[0]);
        return found[0];
    }

    /// <summary>The patient that a FHIR reference (<c>Patient/x</c>) means; null when there is none.</summary>
    public async Task<PatientId?> FindReference(string reference, Caller caller, CancellationToken cancellationToken) =>
        PatientReference.Parse(reference) is { } name ? await Find(name, caller, cancellationToken) : null;

    /// <summary>Who the patient is, as far as the sources have said.</summary>
    public async Task<PatientRecord> Get(PatientId patient, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var found = await database.Dialect.Query(
            KnownText, command => command.With("@patient", patient.Value), row => Known(row, 0), cancellationToken);
        if (found.Count == 0)
        {
            throw new Problem(ProblemKind.NotFound, "there is no such patient");
        }

        var identifiers = await database.Dialect.Query(
            "select system, value from patient_identifier where patient_key = @patient and system <> @own order by system, value",
            command => command.With("@patient", patient.Value).With("@own", PatientReference.System),
            row => new Identifier(row.GetString(0), row.GetString(1)), cancellationToken);
        return new PatientRecord(patient, found[0].FhirId, found[0].Demographics, identifiers);
    }

    /// <summary>Asks for the patient's row.</summary>
    internal static Question Question(PatientId patient, out List<KnownPatient> found) => Store.Question.Of(
        KnownText, command => command.With("@patient", patient.Value), static row => Known(row, 0), out found);

    /// <summary>
    /// Decides for each record of a batch. When nothing new is to be noted, the transaction goes on; otherwise it is
    /// committed here, alone, so that two writers who meet the same new patient end with one, and a new transaction is needed. As a
    /// part of a whole it is not committed: the directory stays locked until the whole is.
    /// </summary>
    internal async Task<(IReadOnlyList<PatientMatch> Matches, bool IsCommitted)> Resolve(
        StoreTransaction transaction, IReadOnlyList<PatientClaim> patients, int profile, WholeOrParts extent, CancellationToken cancellationToken)
    {
        if (Remembered(patients) is { } remembered)
        {
            return (remembered, false);
        }

        var staged = new StagedRows(StagingTable.Names);
        foreach (var (name, order) in patients.SelectMany(claim => DirectoryView.NamesOf(claim.Patient)).Distinct().Select((name, order) => (name, order)))
        {
            staged.Add(order).Add(name.System).Add(name.Value);
        }

        transaction.Stage(staged);
        var view = await Load(transaction, profile, cancellationToken);
        foreach (var (name, patient) in view.Names)
        {
            database.KnownNames.Add(name, patient);
        }

        var matches = patients.Select(view.Match).ToList();
        if (!view.IsChanged)
        {
            return ([.. matches.Select(view.WithId)], false);
        }

        await database.Dialect.LockDirectory(transaction, cancellationToken);
        view = await Load(transaction, profile, cancellationToken);
        matches = [.. patients.Select(view.Match)];
        await Save(transaction, view, cancellationToken);
        await new Made.MadePatients(database, transaction).Write(view, cancellationToken);
        if (extent == WholeOrParts.Whole)
        {
            return ([.. matches.Select(view.WithId)], false);
        }

        await transaction.Commit(cancellationToken);
        return ([.. matches.Select(view.WithId)], true);
    }

    // Who is only referred to, by names that are known, is found without asking: a name that was committed once stays its patient's, and
    // a reference says nothing that could be noted or held against it.
    private List<PatientMatch>? Remembered(IReadOnlyList<PatientClaim> patients)
    {
        var matches = new List<PatientMatch>(patients.Count);
        foreach (var claim in patients)
        {
            if (claim is not { IsReference: true, Patient: { Identifiers.Count: 0, Reference: { } reference } raw } || raw.Demographics != Demographics.Unknown
                || PatientReference.Parse(reference) is not { } name || !database.KnownNames.TryGet(name, out var known))
            {
                return null;
            }

            matches.Add(PatientMatch.Of(known));
        }

        return matches;
    }

    private async Task<DirectoryView> Load(StoreTransaction transaction, int profile, CancellationToken cancellationToken)
    {
        var rows = await transaction.Command($"""
            select i.system, i.value, {PatientColumns}
            from staged_name s
            join patient_identifier i on i.system = s.system and i.value = s.value
            join patient p on p.patient_key = i.patient_key
            """).Ask(row => (Name: new Identifier(row.GetString(0), row.GetString(1)), Patient: Known(row, 2)), cancellationToken);
        var persons = await transaction.Command($"""
            select distinct n.patient_key, n.value
            from staged_name s
            join patient_identifier i on i.system = s.system and i.value = s.value
            join patient_identifier n on n.patient_key = i.patient_key and n.system = '{CodeSystems.Cpr}'
            """).Rows(row => (Patient: new PatientId(row.GetInt64(0)), Number: row.GetString(1)), cancellationToken);
        var profiles = database.Vocabulary.Profiles;
        await profiles.Load(rows.Select(row => row.Patient.Profile).Append(profile), cancellationToken);
        return new DirectoryView(
            rows.ToDictionary(row => row.Name, row => row.Patient.Patient),
            persons.ToLookup(person => person.Patient, person => person.Number),
            rows.Select(row => row.Patient).DistinctBy(patient => patient.Patient).ToDictionary(patient => patient.Patient),
            profile,
            profiles.Word);
    }

    private static async Task Save(StoreTransaction transaction, DirectoryView view, CancellationToken cancellationToken)
    {
        foreach (var patient in view.Changed.Select(view.Get))
        {
            await SavePatient(transaction, patient, cancellationToken);
        }

        foreach (var (name, patient) in view.NewNames)
        {
            await transaction.Command(
                "insert into patient_identifier (system, value, patient_key) values (@system, @value, @patient)",
                ("@system", name.System), ("@value", name.Value), ("@patient", patient.Value)).Execute(cancellationToken);
        }
    }

    internal static Task SavePatient(StoreTransaction transaction, KnownPatient patient, CancellationToken cancellationToken) =>
        transaction.Command(
            """
            insert into patient (patient_key, family, given, birth_date, sex, fhir_id, folded_name, profile_id)
            values (@patient, @family, @given, @birth, @sex, @id, @folded, @profile)
            on conflict (patient_key) do update set
                family = excluded.family, given = excluded.given, birth_date = excluded.birth_date, sex = excluded.sex,
                fhir_id = excluded.fhir_id, folded_name = excluded.folded_name, profile_id = excluded.profile_id
            """,
            ("@patient", patient.Patient.Value),
            ("@family", patient.Demographics.FamilyName),
            ("@given", patient.Demographics.GivenNames),
            ("@birth", patient.Demographics.BirthDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("@sex", (short)patient.Demographics.Sex),
            ("@id", patient.FhirId),
            ("@folded", PatientNames.Searchable(patient.Demographics)),
            ("@profile", patient.Profile)).Execute(cancellationToken);

    internal static KnownPatient Known(DbDataReader row, int first) => new(
        new PatientId(row.GetInt64(first)),
        new Demographics(
            row.TextOrNull(first + 1),
            row.TextOrNull(first + 2),
            row.TextOrNull(first + 3) is { } birth ? DateOnly.ParseExact(birth, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            (Sex)row.GetInt16(first + 4)),
        row.GetString(first + 5),
        row.GetInt32(first + 6));
}

/// <summary>A patient of the directory: who they are, under which id others know them, and their business identifiers.</summary>
public sealed record PatientRecord(PatientId Patient, string FhirId, Demographics Demographics, IReadOnlyList<Identifier> Identifiers);

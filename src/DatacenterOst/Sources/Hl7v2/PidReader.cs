using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>PID → who the message is about (HL7 v2.8 chapter 3.4.2).</summary>
internal static class PidReader
{
    /// <summary>Identifiers taken from one PID; a person has a handful.</summary>
    private const int MaxIdentifiers = 50;

    /// <summary>Null when the segment has no identifier of a person.</summary>
    public static RawPatient? Read(Segment pid, Sender sender)
    {
        var identifiers = pid[3].Repetitions.Concat(pid[2].Repetitions).Take(MaxIdentifiers)
            .Where(IsOfPerson)
            .Select(cx => PatientIdentifiers.Of(sender.IdentifierSystem(cx.Component(4)), cx.At(1)))
            .OfType<Identifier>().Distinct().ToList();
        return identifiers.Count == 0 ? null : new RawPatient(identifiers, null, DemographicsOf(pid));
    }

    /// <summary>A visit or an account (table 0203: VN, AN, and their kind) may stand among the identifiers and names no person.</summary>
    private static bool IsOfPerson(Field cx) => cx.At(5)?.ToUpperInvariant() is not ("VN" or "AN" or "ANON" or "ANC" or "AND" or "ANT");

    private static Demographics DemographicsOf(Segment pid)
    {
        var name = pid[5].Repetitions[0];
        var given = string.Join(' ', new[] { name.At(2), name.At(3) }.OfType<string>());
        return new Demographics(
            name.At(1),
            given.Length == 0 ? null : given,
            PatientIdentifiers.BirthDateOf(pid[7].At(1)),
            PatientIdentifiers.SexOf(pid[8].At(1)));
    }
}

using DatacenterOst.Clinical;
using DatacenterOst.Sources;

namespace DatacenterOst.Normalise;

/// <summary>How a source's status is read.</summary>
internal enum StatusReading : byte
{
    Final = FactStatus.Final,
    Preliminary = FactStatus.Preliminary,
    Corrected = FactStatus.Corrected,
    Retracted = FactStatus.Retracted,

    /// <summary>There is no result, and there will be none.</summary>
    Unavailable,
    Unknown,
}

/// <summary>FHIR status codes (Observation, MedicationStatement, Procedure, Condition) and HL7 v2 table 0085 letters.</summary>
internal static class Statuses
{
    public static StatusReading Read(string? status) => status switch
    {
        // A sender without a status sends results, not drafts.
        null or "" or "final" or "F" => StatusReading.Final,
        _ => status.Length == 1 ? Hl7v2(status[0]) : Fhir(status),
    };

    /// <summary>A procedure or treatment that has not begun is no procedure and no treatment.</summary>
    public static bool IsOnlyPlanned(RawFact fact) => fact is { Kind: FactKind.Procedure or FactKind.Medication, Status: "preparation" or "draft" or "intended" };

    /// <summary>A treatment that is over, though its source gives no end: it ended at the latest when that was known.</summary>
    public static bool IsEnded(RawFact fact) => fact is { Kind: FactKind.Medication, Status: "stopped" or "on-hold" or "completed" or "ended" };

    private static StatusReading Hl7v2(char letter) => letter switch
    {
        'F' or 'U' or 'V' => StatusReading.Final,           // U: final without sending the value again; V: verified
        'P' or 'R' or 'S' or 'A' or 'B' or 'I' => StatusReading.Preliminary,
        'C' => StatusReading.Corrected,
        'D' or 'W' => StatusReading.Retracted,              // deleted; wrong (another patient's, another test's)
        'X' or 'N' or 'O' => StatusReading.Unavailable,     // cannot be obtained; not asked for; order detail only
        _ => StatusReading.Unknown,
    };

    private static StatusReading Fhir(string status) => status switch
    {
        "completed" or "active" or "in-progress" or "stopped" or "on-hold" or "confirmed"
            or "resolved" or "inactive" or "recurrence" or "relapse" or "remission" => StatusReading.Final,
        "registered" or "preliminary" or "partial" or "unknown" or "preparation" or "draft" or "intended"
            or "provisional" or "differential" or "unconfirmed" => StatusReading.Preliminary,
        "amended" or "corrected" or "appended" => StatusReading.Corrected,
        "entered-in-error" => StatusReading.Retracted,
        "cancelled" or "not-done" or "not-taken" or "refuted" => StatusReading.Unavailable,
        _ => StatusReading.Unknown,
    };
}

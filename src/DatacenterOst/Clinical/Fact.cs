namespace DatacenterOst.Clinical;

public enum FactKind : byte
{
    Measurement = 1,
    Medication = 2,
    Procedure = 3,
    Condition = 4,
}

/// <summary>Where a fact stands in its own history (FHIR Observation.status; HL7 v2 table 0085).</summary>
public enum FactStatus : byte
{
    Final = 1,
    Preliminary = 2,

    /// <summary>Replaces an earlier value of the same result.</summary>
    Corrected = 3,

    /// <summary>Withdrawn (entered-in-error): from KnownAt on, the earlier value no longer holds.</summary>
    Retracted = 4,

    /// <summary>An order that is being written and not signed. It is never stored; only features that ask for drafts see it.</summary>
    Draft = 5,
}

/// <summary>
/// What one result says, apart from who and when it was stored. A value is a number in the concept's canonical unit,
/// a category, or text; a medication, procedure or condition has none.
/// </summary>
public sealed record Finding(
    FactKind Kind,
    Concept Concept,
    Coding Coding,                 // as the source coded it
    decimal? Value,                // canonical unit; at most 15 significant digits, so that a double holds it exactly
    Comparator Comparator,
    ResultCategory? Category,
    string? Text,                  // the result in the source's words, where it is words
    DateTimeOffset ObservedAt,     // when it was true of the patient     (FHIR effective[x]/onset[x])
    DateTimeOffset? EndedAt,       // end of a period: treatment, condition (FHIR period.end)
    DateTimeOffset KnownAt,        // when anyone could have acted on it  (FHIR issued; v2 OBR-22/MSH-7; arrival)
    FactStatus Status,
    string ResultId,               // the source's own identity of the result: a correction carries the same
    string Rule);                  // the normalisation rules that made it, with version

/// <summary>A finding on a patient's timeline. Facts are never changed or removed: a correction is one more fact.</summary>
public sealed record Fact(
    PatientId Patient,
    FactKey Key,
    Finding Finding,
    DateTimeOffset StoredAt,       // our commit (FHIR meta.lastUpdated)
    SourceRef Source);

/// <summary>
/// Identity of a fact: a hash of what it says and of the result it comes from, so that the same message again is the
/// same fact, on every node and on both stores.
/// </summary>
public readonly record struct FactKey(UInt128 Value)
{
    public override string ToString() => HexText.Of(Value);
}

/// <summary>The way back from a fact to the bytes that came in.</summary>
/// <param name="Profile">The source profile, for example <c>oru-r01</c> or <c>mimic-labevents</c>.</param>
/// <param name="Raw">Key of the kept raw record.</param>
/// <param name="Place">Where in that record, for example <c>OBX[3]</c>.</param>
public sealed record SourceRef(string Profile, RawKey Raw, string Place);

/// <summary>First 128 bits of the SHA-256 of profile and raw bytes: the same bytes again have the same key.</summary>
public readonly record struct RawKey(UInt128 Value)
{
    public override string ToString() => HexText.Of(Value);
}

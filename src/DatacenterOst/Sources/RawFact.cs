using DatacenterOst.Clinical;

namespace DatacenterOst.Sources;

/// <summary>
/// A result as its source says it: text, not yet understood. Normalise turns it into a finding or a rejection.
/// </summary>
public sealed record RawFact
{
    public required FactKind Kind { get; init; }

    /// <summary>All codes that the source gives for the same thing, in its order.</summary>
    public required IReadOnlyList<Coding> Codings { get; init; }

    public string? Value { get; init; }

    /// <summary>Comparator as written apart from the value (<c>&lt;</c>, <c>&gt;=</c>, …); it may also lead the value.</summary>
    public string? Comparator { get; init; }

    public string? Unit { get; init; }

    /// <summary>Codes of a coded answer (FHIR valueCodeableConcept, v2 CE/CWE), beside its words in Value.</summary>
    public IReadOnlyList<Coding> Answers { get; init; } = [];

    public RawTime? ObservedAt { get; init; }

    public RawTime? EndedAt { get; init; }

    public RawTime? KnownAt { get; init; }

    /// <summary>The source's own status: FHIR status code, or v2 OBX-11 letter.</summary>
    public string? Status { get; init; }

    /// <summary>The source's own identity of the result; null where it has none.</summary>
    public string? ResultId { get; init; }

    /// <summary>Where in the record, for example <c>OBX[3]</c>, <c>component[1]</c>; empty for the record itself.</summary>
    public string Place { get; init; } = "";
}

public enum TimeFormat : byte
{
    /// <summary>ISO 8601 / FHIR dateTime, <c>2026-03-01T08:00:00+01:00</c>, blank instead of T allowed.</summary>
    Iso = 1,

    /// <summary>HL7 v2 DTM, <c>20260301080000+0100</c>.</summary>
    Hl7v2 = 2,
}

/// <summary>A time as written, with the IANA zone that holds where the text has no offset.</summary>
public readonly record struct RawTime(string Text, TimeFormat Format, string Zone);

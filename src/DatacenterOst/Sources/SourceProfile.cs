namespace DatacenterOst.Sources;

public enum SourceFormat
{
    Hl7v2,
    Csv,
    Fhir,
}

/// <summary>
/// How one sending system writes: <c>sources/&lt;id&gt;.yaml</c>. Content, not code: a new hospital is a new file.
/// </summary>
public sealed record SourceProfile
{
    public required string Id { get; init; }

    public required SourceFormat Format { get; init; }

    public string Title { get; init; } = "";

    /// <summary>IANA zone of times that are written without an offset.</summary>
    public string Zone { get; init; } = "Europe/Copenhagen";

    /// <summary>Encoding of text that does not name its own (v2 without MSH-18, CSV without byte order mark): <c>utf-8</c>, <c>iso-8859-1</c>, …</summary>
    public string Charset { get; init; } = "utf-8";

    /// <summary>The sender's name of a code system → its URI: <c>LN: http://loinc.org</c>.</summary>
    public IReadOnlyDictionary<string, string> CodeSystems { get; init; } = new Dictionary<string, string>();

    /// <summary>The sender's name of an identifier authority → its URI.</summary>
    public IReadOnlyDictionary<string, string> IdentifierSystems { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders below <c>terminology/</c> whose local code and unit maps hold for this sender, first match wins.</summary>
    public IReadOnlyList<string> Maps { get; init; } = [];

    /// <summary>
    /// Where the source has no time at which a result became known: observed time plus this delay. Null means arrival.
    /// </summary>
    public TimeSpan? KnownAfter { get; init; }

    /// <summary>Columns of a CSV; null for other formats.</summary>
    public CsvMapping? Csv { get; init; }
}

/// <summary>
/// Which column of a CSV holds what. Only patient, code and observed are required; a code may be constant.
/// A column named with a question mark at its end (<c>Enhed?</c>) may be absent from the file; any other must be there.
/// </summary>
public sealed record CsvMapping
{
    public string Delimiter { get; init; } = ",";

    public required string Patient { get; init; }

    public required string PatientSystem { get; init; }

    public string? Code { get; init; }

    public string? ConstantCode { get; init; }

    /// <summary>URI of the code system that the code column is in.</summary>
    public required string CodeSystem { get; init; }

    public string? Display { get; init; }

    public string? Value { get; init; }

    public string? Comparator { get; init; }

    public string? Unit { get; init; }

    public required string Observed { get; init; }

    public string? Ended { get; init; }

    public string? Known { get; init; }

    public string? Status { get; init; }

    /// <summary>The source's own identity of the row: with it, a later row corrects an earlier one.</summary>
    public string? ResultId { get; init; }

    public string? FamilyName { get; init; }

    public string? GivenNames { get; init; }

    public string? BirthDate { get; init; }

    public string? Sex { get; init; }

    /// <summary>measurement, medication, procedure or condition.</summary>
    public string Kind { get; init; } = "measurement";
}

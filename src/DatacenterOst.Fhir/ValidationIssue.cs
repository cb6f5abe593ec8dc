namespace DatacenterOst.Fhir;

/// <summary>How bad an issue is. Only errors make a resource invalid.</summary>
public enum IssueSeverity
{
    /// <summary>Worth knowing.</summary>
    Information,

    /// <summary>Better otherwise, but allowed.</summary>
    Warning,

    /// <summary>Not allowed.</summary>
    Error,
}

/// <summary>
/// Something that validation found. <paramref name="Code"/> is FHIR's issue type (required, structure, value, invariant, code-invalid,
/// extension, not-found, …); <paramref name="Path"/> is FHIRPath; Rule names the invariant or profile, else empty.
/// </summary>
public sealed record ValidationIssue(IssueSeverity Severity, string Code, string Path, int Line, string Message)
{
    /// <summary>The invariant ("obs-6") or the profile that is not met; empty where it is neither.</summary>
    public string Rule { get; init; } = "";

    /// <summary>The column in the line, in characters from 1; 0 where it is not known.</summary>
    public int Column { get; init; }

    /// <summary>A short text for people; not meant to be read by programs.</summary>
    public override string ToString() => $"{Severity}: {Path} (line {Line}): {Message}{(Rule.Length > 0 ? $" [{Rule}]" : "")}";
}

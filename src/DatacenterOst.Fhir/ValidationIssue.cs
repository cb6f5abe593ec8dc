namespace DatacenterOst.Fhir;

public enum IssueSeverity { Information, Warning, Error }

/// <summary>
/// Something that validation found. <paramref name="Code"/> is FHIR's issue type (required, structure, value, invariant, code-invalid,
/// extension, not-found, …); <paramref name="Path"/> is FHIRPath; Rule names the invariant or profile, else empty.
/// </summary>
public sealed record ValidationIssue(IssueSeverity Severity, string Code, string Path, int Line, string Message)
{
    public string Rule { get; init; } = "";

    public override string ToString() => $"{Severity}: {Path} (line {Line}): {Message}{(Rule.Length > 0 ? $" [{Rule}]" : "")}";
}

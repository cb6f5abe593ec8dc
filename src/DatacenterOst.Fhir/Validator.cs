using DatacenterOst.Fhir.Codes;
using DatacenterOst.Fhir.Validation;

namespace DatacenterOst.Fhir;

/// <summary>
/// Validates resources against the base specification of FHIR R4 and against profiles. Immutable; share one between threads.
/// What parsing refuses (unknown elements, wrong JSON types, malformed primitives) never reaches validation.
/// </summary>
public sealed class Validator
{
    /// <summary>Validation of one resource stops after this many issues.</summary>
    public const int MaxIssues = 1000;

    public Validator() { }

    /// <summary>The base specification alone.</summary>
    public static Validator Default { get; } = new();

    /// <summary>Answers whether a code is in a value set where the specification's own sets do not know; null for "not known".</summary>
    public Func<string, string?, string, bool?>? MemberOf { get; init; }

    /// <summary>All issues in the order of the resource; none means that it is valid.</summary>
    public IReadOnlyList<ValidationIssue> Validate(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var run = new ValidationRun(this, resource);
        run.Base(resource.Root);
        return run.Issues;
    }

    internal bool? IsMember(string valueSet, string? system, string code) =>
        CodeSets.Current.Contains(valueSet, system, code) ?? MemberOf?.Invoke(valueSet, system, code);
}

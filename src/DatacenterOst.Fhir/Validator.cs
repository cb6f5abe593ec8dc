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

    /// <summary>A validator of the base specification; give it more by its properties.</summary>
    public Validator() { }

    /// <summary>The base specification alone.</summary>
    public static Validator Default { get; } = new();

    /// <summary>Answers whether a code is in a value set where the specification's own sets do not know; null for "not known".</summary>
    public Func<string, string?, string, bool?>? MemberOf { get; init; }

    /// <summary>Profiles, extensions and value sets beyond the base specification.</summary>
    public ProfileLibrary Profiles { get; init; } = ProfileLibrary.Empty;

    /// <summary>
    /// All issues in the order of the resource; none means that it is valid. Besides the base specification the resource is
    /// checked against the profiles it claims in meta.profile, as far as they are known, and against those named here; a named profile
    /// that is not known is an error.
    /// </summary>
    public IReadOnlyList<ValidationIssue> Validate(Resource resource, params IEnumerable<string> profiles)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var run = new ValidationRun(this, resource);
        run.Base(resource.Root);
        foreach (var profile in profiles) run.Against(resource.Root, profile);
        return run.Issues;
    }

    /// <summary>The issues as an OperationOutcome, for the border of a system.</summary>
    public static Resource ToOperationOutcome(IReadOnlyList<ValidationIssue> issues) => Outcomes.Of(issues);

    internal bool? IsMember(string valueSet, string? system, string code) =>
        Profiles.Codes.Contains(valueSet, system, code) ?? MemberOf?.Invoke(valueSet, system, code);
}

using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>Validation of one resource: walks its elements once and collects issues.</summary>
internal sealed class ValidationRun
{
    private readonly Structures structures = Structures.Current;
    private readonly BindingCheck bindings;
    private readonly ReferenceCheck references;
    private readonly ProfileCheck profiles;
    private PathEnvironment environment;

    public ValidationRun(Validator validator, Resource resource)
    {
        Validator = validator;
        Resource = resource;
        environment = new PathEnvironment { MemberOf = validator.IsMember, RootResource = resource.Root, ConformsTo = Conforms };
        bindings = new BindingCheck(this);
        references = new ReferenceCheck(this);
        profiles = new ProfileCheck(this, bindings, references);
    }

    private ValidationRun(ValidationRun other) : this(other.Validator, other.Resource) => environment = other.environment;

    public Validator Validator { get; }
    public Resource Resource { get; }
    public PathEnvironment Environment => environment;
    public List<ValidationIssue> Issues { get; } = [];

    public void Add(IssueSeverity severity, string code, Element at, string message, string rule = "") => Add(severity, code, at, at.Path, message, rule);

    public void Add(IssueSeverity severity, string code, Element at, string path, string message, string rule)
    {
        if (Issues.Count < Validator.MaxIssues) Issues.Add(new ValidationIssue(severity, code, path, at.Line, message) { Rule = rule, Column = at.Column });
    }

    /// <summary>A run of its own whose issues count only for a question: does this conform?</summary>
    public ValidationRun Aside() => new(this);

    /// <summary>Checks an element against a profile that the caller named.</summary>
    public void Against(Element element, string url)
    {
        if (Validator.Profiles.Find(url) is { } profile) profiles.Check(element, profile);
        else if (!ProfileCheck.IsBaseType(url)) Add(IssueSeverity.Error, "not-found", element, $"The profile {url} is not known; give its StructureDefinition", url);
    }

    private bool? Conforms(Element element, string url)
    {
        if (Validator.Profiles.Find(url) is not { } profile) return null;
        var aside = Aside();
        aside.profiles.Check(element, profile);
        return !aside.Issues.Exists(i => i.Severity == IssueSeverity.Error);
    }

    /// <summary>Checks an element and all below it against the base specification.</summary>
    public void Base(Element element)
    {
        var type = element.Definition;
        if (type.IsPrimitive)
        {
            Primitive(element, type);
            return;
        }
        // Inside a bundle each entry's resource is a world of its own for %rootResource; contained ones belong to their container.
        var outer = environment;
        if (type.IsResource && (element.Node.Slot == 0 || element.Slot.Element.Name != "contained")) environment = environment with { RootResource = element };
        var plan = TypePlan.Of(type);
        ulong present = 0;
        foreach (var child in element.Children())
        {
            var definition = child.Slot.Element;
            present |= 1UL << definition.Ordinal;
            Check(child, plan.ElementInvariants[definition.Ordinal]);
            if (definition.Binding >= BindingStrength.Extensible) bindings.Check(child, definition);
            if (child.Slot.Option.Targets.Length > 0) references.Check(child);
            Base(child);
        }
        foreach (var required in plan.Required)
        {
            if ((present & (1UL << required.Ordinal)) != 0) continue;
            Add(IssueSeverity.Error, "required", element, element.Path, $"'{required.Name}{(required.IsChoice ? "[x]" : "")}' is missing; {type.Name} must have it", "");
        }
        Check(element, plan.Invariants);
        if (type.IsResource) profiles.Claimed(element);
        else if (type == structures.Extension) profiles.Extension(element);
        if (type.Name == "Bundle") BundleRules.Check(this, element);
        environment = outer;
    }

    private void Primitive(Element element, TypeDefinition type)
    {
        if (type.Primitive == Definitions.Primitive.Id && element.Utf8.Length > 64) Add(IssueSeverity.Error, "value", element, $"The id has {element.Utf8.Length} characters; at most 64 are allowed");
        if (type.Primitive == Definitions.Primitive.Xhtml && NarrativeText.Problem(element.AsString() ?? "") is { } problem)
            Add(IssueSeverity.Error, "invariant", element, problem, problem == NarrativeText.NoText ? "txt-2" : "txt-1");
        foreach (var child in element.Children()) Base(child);
        if (!element.HasValue && !element["extension"].Exists) Add(IssueSeverity.Error, "value", element, "The element has neither a value nor an extension; leave it out");
    }

    public void Check(Element element, Invariant[] invariants)
    {
        foreach (var invariant in invariants)
        {
            if (invariant.Check(element, environment) is not { } problem) continue;
            Add(invariant.Constraint.IsError ? IssueSeverity.Error : IssueSeverity.Warning, "invariant", element, problem, invariant.Constraint.Key);
        }
    }
}

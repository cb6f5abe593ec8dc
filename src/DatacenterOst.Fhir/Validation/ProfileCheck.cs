using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>Elements against profiles (FHIR R4, 5.1 Profiling): cardinality, types, fixed values, patterns, slices, bindings, invariants.</summary>
internal sealed class ProfileCheck
{
    // Profiles refer to profiles; a circle of them would never end.
    private const int MaxDepth = 32;
    private readonly ValidationRun run;
    private readonly BindingCheck bindings;
    private readonly ReferenceCheck references;
    private readonly SliceCheck slices;
    private readonly HashSet<(int Element, string Profile)> done = [];
    private int depth;

    public ProfileCheck(ValidationRun run, BindingCheck bindings, ReferenceCheck references)
    {
        (this.run, this.bindings, this.references) = (run, bindings, references);
        slices = new SliceCheck(run, this);
    }

    private ProfileLibrary Library => run.Validator.Profiles;

    /// <summary>A StructureDefinition of the base specification itself, which every resource is checked against anyway.</summary>
    public static bool IsBaseType(string url) => Structures.Current.Type(url[(url.LastIndexOf('/') + 1)..].Split('|')[0]) is not null;

    /// <summary>The profiles that a resource claims in meta.profile, as far as they are known.</summary>
    public void Claimed(Element resource)
    {
        foreach (var claimed in resource["meta"].Children("profile"))
        {
            var url = claimed.AsString() ?? "";
            if (Library.Find(url) is { } profile) Check(resource, profile);
            else if (!IsBaseType(url)) run.Add(IssueSeverity.Information, "not-found", claimed, $"The profile {url} is not known, so that it was not checked");
        }
    }

    /// <summary>An extension whose definition is known: may it stand here, and is it well made?</summary>
    public void Extension(Element extension)
    {
        if (extension["url"].AsString() is not { } url || Library.Find(url) is not { } profile) return;
        if (profile.Contexts.Length > 0 && !ExtensionContext.Allows(extension, profile.Contexts))
            run.Add(IssueSeverity.Error, "extension", extension, $"The extension {url} may not stand here, only on {string.Join(", ", profile.Contexts.Select(c => c.Expression))}", url);
        Check(extension, profile);
    }

    public void Check(Element element, Profile profile)
    {
        if (!done.Add((element.Index, profile.Url)) || depth >= MaxDepth) return;
        depth++;
        if (Library.BaseOf(profile) is { } below) Check(element, below);
        var type = Structures.Current.Type(profile.TypeName);
        if (type is not null && !element.Definition.Is(type)) run.Add(IssueSeverity.Error, "structure", element, $"The profile is for {profile.TypeName}, this is a {element.TypeName}", profile.Url);
        else Node(element, profile.Root, profile);
        depth--;
    }

    /// <summary>Checks one element against one node of the profile, and its children against the node's children.</summary>
    public void Node(Element element, ProfileNode node, Profile profile)
    {
        Value(element, node, profile);
        run.Check(element, node.Invariants);
        if (node.Binding >= BindingStrength.Extensible) bindings.Check(element, node.Binding, node.ValueSet);
        foreach (var child in node.Children) Child(element, child, profile);
    }

    private void Child(Element parent, ProfileNode node, Profile profile)
    {
        var items = Items(parent, node);
        Count(parent, node, items.Count, profile);
        foreach (var item in items) Typed(item, node, profile);
        if (node.Slices.Count > 0) slices.Check(parent, node, items, profile);
    }

    private static List<Element> Items(Element parent, ProfileNode node)
    {
        var items = new List<Element>();
        foreach (var child in parent.Children(node.Name))
            if (node.JsonName.Length == 0 || child.Slot.JsonName.AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(node.JsonName))) items.Add(child);
        return items;
    }

    public void Count(Element parent, ProfileNode node, int count, Profile profile)
    {
        var name = node.Slice.Length > 0 ? $"{node.Name}:{node.Slice}" : node.Name;
        if (count < node.Min) run.Add(IssueSeverity.Error, "required", parent, $"'{name}' stands {count} times; the profile wants at least {node.Min}", profile.Url);
        if (count > node.Max) run.Add(IssueSeverity.Error, "structure", parent, node.Max == 0 ? $"'{name}' is not allowed by the profile; remove it" : $"'{name}' stands {count} times; the profile allows {node.Max}", profile.Url);
    }

    /// <summary>Type, profiles of the type and reference targets, then the node itself.</summary>
    public void Typed(Element item, ProfileNode node, Profile profile)
    {
        var types = Array.FindAll(node.Types, t => t.Code == item.TypeName || t.Code.StartsWith("http://hl7.org/fhirpath/", StringComparison.Ordinal) || t.Code is "Resource" or "Element" or "BackboneElement" || (item.Definition.IsResource && t.Code == "DomainResource"));
        if (node.Types.Length > 0 && types.Length == 0 && node.Slice.Length == 0)
        {
            run.Add(IssueSeverity.Error, "structure", item, $"The profile allows {string.Join(", ", node.Types.Select(t => t.Code))} here, not {item.TypeName}", profile.Url);
            return;
        }
        var wanted = types.SelectMany(t => t.Profiles).Where(p => Library.Contains(p)).ToList();
        if (wanted.Count == 1 && types.Length == 1) Check(item, Library.Find(wanted[0])!);
        else if (wanted.Count > 0 && types.All(t => t.Profiles.Length > 0) && !wanted.Exists(p => Conforms(item, Library.Find(p)!)))
            run.Add(IssueSeverity.Error, "structure", item, $"The element meets none of the profiles {string.Join(", ", wanted)}", profile.Url);
        var targets = types.SelectMany(t => t.Targets).ToList();
        if (targets.Count > 0) references.Check(item, [.. targets.Select(t => Library.Find(t)?.TypeName ?? t[(t.LastIndexOf('/') + 1)..])]);
        Node(item, node, profile);
    }

    public bool Conforms(Element element, Profile profile) => !Issues(check => check.Check(element, profile)).Exists(i => i.Severity == IssueSeverity.Error);

    public bool Conforms(Element element, ProfileNode node, Profile profile) => !Issues(check => check.Node(element, node, profile)).Exists(i => i.Severity == IssueSeverity.Error);

    private List<ValidationIssue> Issues(Action<ProfileCheck> check)
    {
        var aside = run.Aside();
        check(new ProfileCheck(aside, new BindingCheck(aside), new ReferenceCheck(aside)) { depth = depth + 1 });
        return aside.Issues;
    }

    private void Value(Element element, ProfileNode node, Profile profile)
    {
        if (node.Fixed.Exists && !FixedValues.Same(node.Fixed, element)) run.Add(IssueSeverity.Error, "value", element, $"The profile wants exactly {FixedValues.Shown(node.Fixed)}", profile.Url);
        if (node.Pattern.Exists && !FixedValues.Contains(node.Pattern, element)) run.Add(IssueSeverity.Error, "value", element, $"The profile wants at least {FixedValues.Shown(node.Pattern)}", profile.Url);
        if (node.MaxLength is { } length && element.AsString() is { } text && text.Length > length) run.Add(IssueSeverity.Error, "too-long", element, $"The text has {text.Length} characters; the profile allows {length}", profile.Url);
        if (node.MinValue.Exists && FixedValues.Compare(element, node.MinValue) < 0) run.Add(IssueSeverity.Error, "value", element, $"The value is below the profile's least, {FixedValues.Shown(node.MinValue)}", profile.Url);
        if (node.MaxValue.Exists && FixedValues.Compare(element, node.MaxValue) > 0) run.Add(IssueSeverity.Error, "value", element, $"The value is above the profile's greatest, {FixedValues.Shown(node.MaxValue)}", profile.Url);
    }
}

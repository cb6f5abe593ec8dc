using DatacenterOst.Fhir.Definitions;
using DatacenterOst.Fhir.Search;

namespace DatacenterOst.Fhir.Validation;

/// <summary>Does a reference point at a type that the element allows, and does what is inside the same resource exist? (FHIR R4, 2.3.0).</summary>
internal sealed class ReferenceCheck(ValidationRun run)
{
    private static readonly SearchParameter Nobody = new(["", "", "reference", "", "", "", ""]);

    public void Check(Element element) => Check(element, element.Slot.Option.Targets);

    public void Check(Element element, IReadOnlyList<string> targets)
    {
        if (element.TypeName != "Reference" || element["reference"].AsString() is not { } reference) return;
        if (reference.StartsWith('#')) { Contained(element, reference, targets); return; }
        var literal = ReferenceValues.Literal(Nobody, reference);
        var type = literal.Type ?? InBundle(element, reference);
        if (type is not null && !Allows(targets, type))
            run.Add(IssueSeverity.Error, "value", element, $"'{reference}' points at a {type}; allowed are {string.Join(", ", targets)}");
        if (type is not null && element["type"].AsString() is { } said && said != type && !said.EndsWith("/" + type, StringComparison.Ordinal))
            run.Add(IssueSeverity.Error, "value", element["type"], $"The reference says it is a {said} but points at a {type}");
    }

    private void Contained(Element element, string reference, IReadOnlyList<string> targets)
    {
        var target = Paths.References.Contained(element, reference[1..]);
        if (!target.Exists) run.Add(IssueSeverity.Error, "not-found", element, $"There is no contained resource with the id '{reference[1..]}'");
        else if (!Allows(targets, target.TypeName)) run.Add(IssueSeverity.Error, "value", element, $"'{reference}' points at a {target.TypeName}; allowed are {string.Join(", ", targets)}");
    }

    private static string? InBundle(Element element, string reference)
    {
        var root = element.Owner!.Root;
        if (root.TypeName != "Bundle") return null;
        foreach (var entry in root.Children("entry"))
            if (entry["fullUrl"].AsString() == reference && entry["resource"].Exists) return entry["resource"].TypeName;
        return null;
    }

    private static bool Allows(IReadOnlyList<string> targets, string type) =>
        targets.Any(t => t == type || t is "Resource" or "DomainResource" || Structures.Current.Type(t) is null);
}

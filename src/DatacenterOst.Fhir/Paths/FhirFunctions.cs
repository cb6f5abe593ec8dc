using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>What FHIR R4 adds to FHIRPath (2.9.1.6), tree navigation and the clock.</summary>
internal static class FhirFunctions
{
    private static readonly int ExtensionId = Structures.Current.NameId("extension");
    private static readonly int UrlId = Structures.Current.NameId("url");

    public static IEnumerable<FunctionEntry> All { get; } =
    [
        new("children", 0, 0, Children), new("descendants", 0, 0, Descendants), new("extension", 1, 1, Extension),
        // R4's search parameter QuestionnaireResponse item-subject uses it, though no specification defines it.
        new("hasExtension", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => { Extension(r, n, s, b); r.Return(b, PathValue.Of(r.Top > b)); }),
        new("hasValue", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(r.Top - b == 1 && r[b].ToSystem().Kind is not (PathKind.None or PathKind.Element)))),
        new("getValue", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, r.Top - b == 1 ? r[b].ToSystem() : default)),
        new("resolve", 0, 0, Resolve), new("memberOf", 1, 1, MemberOf), new("conformsTo", 1, 1, ConformsTo),
        new("htmlChecks", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, r.Top == b ? default : PathValue.Of(NarrativeText.Problem(r[b].ToString()) is null))),
        new("checkModifiers", 0, 32, static (Evaluation r, PathNode n, in Scope s, int b) => { }),
        new("now", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(Temporal.Of(PathKind.DateTime, FhirDateTime.Of(r.Environment.Time.GetLocalNow(), DateTimePrecision.Fraction))))),
        new("today", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(Temporal.Of(PathKind.Date, FhirDateTime.Of(r.Environment.Time.GetLocalNow(), DateTimePrecision.Day))))),
        new("timeOfDay", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, TimeOfDay(r))),
    ];

    private static void Children(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var end = run.Top;
        for (var i = start; i < end; i++)
            foreach (var child in run[i].Element.Children()) run.Push(PathValue.Of(child));
        run.Remove(start, end);
    }

    private static void Descendants(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var end = run.Top;
        for (var i = start; i < end; i++) PushDescendants(run, node, run[i].Element);
        run.Remove(start, end);
    }

    private static void PushDescendants(Evaluation run, PathNode node, Element element)
    {
        run.Step(node.Position);
        foreach (var child in element.Children())
        {
            run.Push(PathValue.Of(child));
            PushDescendants(run, node, child);
        }
    }

    private static void Extension(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var url = run.Text(node.Arguments[0], scope);
        var end = run.Top;
        for (var i = start; url is not null && i < end; i++)
        {
            if (run[i].Kind != PathKind.Element) continue;
            foreach (var extension in run[i].Element.ChildrenById(ExtensionId))
                if (HasUrl(extension, url)) run.Push(PathValue.Of(extension));
        }
        run.Remove(start, end);
    }

    private static bool HasUrl(Element extension, string url)
    {
        foreach (var address in extension.ChildrenById(UrlId)) return Equality.SameText(address, url);
        return false;
    }

    private static void Resolve(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var end = run.Top;
        for (var i = start; i < end; i++)
        {
            run.Step(node.Position);
            var element = run[i].Element;
            var reference = element.TypeName == "Reference" ? element["reference"].AsString() : run[i].ToSystem() is { Kind: PathKind.String } text ? text.Text : null;
            if (reference is not null) run.Push(PathValue.Of(References.Resolve(run, element, reference)));
        }
        run.Remove(start, end);
    }

    private static void MemberOf(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var set = run.Text(node.Arguments[0], scope);
        var value = run.Single(start, node);
        if (value.Kind == PathKind.None || set is null) { run.Drop(start); return; }
        var memberOf = run.Environment.MemberOf ?? FhirDefinitions.IsInValueSet;
        bool? found = false;
        foreach (var (system, code) in Codes(value))
        {
            var member = memberOf(set, system, code);
            if (member == true) { found = true; break; }
            if (member is null) found = null;
        }
        run.Return(start, found is { } known ? PathValue.Of(known) : default);
    }

    private static IEnumerable<(string? System, string Code)> Codes(PathValue value)
    {
        var element = value.Element;
        if (value.ToSystem() is { Kind: PathKind.String } text) return [(null, text.Text)];
        var codings = element.TypeName == "CodeableConcept" ? element.Children("coding").ToList() : [element];
        return codings.Where(c => c["code"].Exists).Select(c => (c["system"].AsString(), c["code"].AsString() ?? ""));
    }

    private static void ConformsTo(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var url = run.Text(node.Arguments[0], scope);
        var element = run.Single(start, node).Element;
        if (!element.Exists || url is null) { run.Drop(start); return; }
        const string Standard = "http://hl7.org/fhir/StructureDefinition/";
        var type = url.StartsWith(Standard, StringComparison.Ordinal) ? Structures.Current.Type(url[Standard.Length..]) : null;
        var conforms = type is not null ? element.Definition.Is(type) : run.Environment.ConformsTo?.Invoke(element, url);
        run.Return(start, PathValue.Of(conforms ?? throw new FhirPathException($"The profile '{url}' is not known", node.Position)));
    }

    private static PathValue TimeOfDay(Evaluation run) =>
        PathValue.Of(Temporal.TryParse(PathKind.Time, run.Environment.Time.GetLocalNow().ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture))!);
}

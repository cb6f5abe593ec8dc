using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>A StructureDefinition as a tree. Its snapshot is used where there is one, else its differential on top of its base.</summary>
internal sealed class Profile
{
    // A profile with more elements than this is no profile.
    private const int MaxElements = 20_000;

    // Read without a lock: who sees it sees the nodes bound.
    private volatile Profile? below;

    public Profile(Resource definition)
    {
        var root = definition.Root;
        (Url, BaseUrl, TypeName) = (root["url"].AsString() ?? "", root["baseDefinition"].AsString() ?? "", root["type"].AsString() ?? "");
        Contexts = [.. root.Children("context").ToList().Select(c => (c["type"].AsString() ?? "", c["expression"].AsString() ?? ""))];
        IsDifferential = !root["snapshot"].Exists;
        var elements = (IsDifferential ? root["differential"] : root["snapshot"]).Children("element").ToList();
        if (elements.Count > MaxElements) throw new ArgumentException($"The profile {Url} has more than {MaxElements} elements");
        Root = Build(elements);
    }

    public string Url { get; }
    public string BaseUrl { get; }

    /// <summary>The resource or data type that is profiled.</summary>
    public string TypeName { get; }
    public bool IsDifferential { get; }
    public (string Type, string Expression)[] Contexts { get; }
    public ProfileNode Root { get; }

    /// <summary>The base that the differential lies on; null before <see cref="LayOn"/>.</summary>
    public Profile? Below => below;

    /// <summary>Binds the differential to its base, unless the base is built on this profile itself.</summary>
    public void LayOn(Profile below)
    {
        for (var at = below; at is not null; at = at.Below)
            if (at == this) return;
        Root.LayOn(below.Root);
        this.below = below;
    }

    private ProfileNode Build(IReadOnlyList<Element> elements)
    {
        var rootElement = elements.FirstOrDefault(e => !(e["path"].AsString() ?? "").Contains('.', StringComparison.Ordinal));
        var root = new ProfileNode(TypeName, "", rootElement.Exists ? rootElement : null);
        root.Invariants = Invariants(rootElement, TypeName);
        foreach (var element in elements)
        {
            var steps = Steps(element);
            if (steps.Count == 0) continue;
            var parent = root;
            for (var i = 0; i < steps.Count - 1; i++) parent = Child(parent, steps[i]);
            Attach(parent, steps[^1], element);
        }
        return root;
    }

    /// <summary>Name and slice of each step below the root; ids say both ("Observation.component:systolic.code").</summary>
    private static List<(string Name, string Slice)> Steps(Element element)
    {
        var id = element["id"].AsString() ?? element["path"].AsString() ?? "";
        var steps = id.Split('.').Skip(1).Select(s => s.Split(':', 2)).Select(s => (s[0], s.Length > 1 ? s[1] : "")).ToList();
        if (steps.Count > 0 && steps[^1].Item2.Length == 0 && !element["id"].Exists && element["sliceName"].AsString() is { } slice) steps[^1] = (steps[^1].Item1, slice);
        return steps;
    }

    private static ProfileNode Child(ProfileNode parent, (string Name, string Slice) step)
    {
        var (name, json) = Split(step.Name);
        var plain = parent.Children.Find(c => c.Name == name && c.JsonName == json) ?? Add(parent.Children, new ProfileNode(name, "", null) { JsonName = json });
        return step.Slice.Length == 0 ? plain : plain.Slices.Find(s => s.Slice == step.Slice) ?? Add(plain.Slices, new ProfileNode(name, step.Slice, null) { JsonName = json });
    }

    private static void Attach(ProfileNode parent, (string Name, string Slice) step, Element element)
    {
        var (name, json) = Split(step.Name);
        var node = new ProfileNode(name, step.Slice, element) { JsonName = json, };
        node.Invariants = Invariants(element, node.Types.Length == 1 ? node.Types[0].Code : "Element");
        if (step.Slice.Length == 0) parent.Children.Add(node);
        else Child(parent, (step.Name, "")).Slices.Add(node);
    }

    private static ProfileNode Add(List<ProfileNode> list, ProfileNode node)
    {
        list.Add(node);
        return node;
    }

    private static (string Name, string Json) Split(string step)
    {
        if (step.EndsWith("[x]", StringComparison.Ordinal)) return (step[..^3], "");
        // "valueQuantity" is no name of an element, but value is, and what follows is a type.
        for (var i = 1; i < step.Length; i++)
            if (char.IsAsciiLetterUpper(step[i]) && Structures.Current.NameId(step) < 0 && Structures.Current.NameId(step[..i]) > 0 && IsType(step[i..])) return (step[..i], step);
        return (step, "");
    }

    private static bool IsType(string name) => Structures.Current.Type(name) is not null || Structures.Current.Type(char.ToLowerInvariant(name[0]) + name[1..]) is not null;

    /// <summary>The invariants that the base specification's own type does not have already.</summary>
    private static Invariant[] Invariants(Element element, string type)
    {
        if (!element.Exists) return [];
        var known = Structures.Current.Type(type);
        var own = new List<Invariant>();
        foreach (var constraint in element.Children("constraint"))
        {
            var (key, expression) = (constraint["key"].AsString() ?? "", constraint["expression"].AsString() ?? "");
            var source = constraint["source"].AsString();
            if (expression.Length == 0 || key is "ele-1" or "ext-1" || IsOfBase(known, key, source)) continue;
            own.Add(new Invariant(new Constraint(key, constraint["severity"].AsString() == "error", constraint["human"].AsString() ?? key, expression)));
        }
        return [.. own];
    }

    private static bool IsOfBase(TypeDefinition? type, string key, string? source)
    {
        for (var at = type; at is not null; at = at.Base)
            if (Array.Exists(at.Constraints, c => c.Key == key)) return true;
        // Elements' own invariants ("obs-7" stands on Observation; "pat-1" on Patient.contact) are checked by the base walk.
        return source is not null && source.StartsWith("http://hl7.org/fhir/StructureDefinition/", StringComparison.Ordinal) && Structures.Current.Type(source[(source.LastIndexOf('/') + 1)..]) is not null;
    }
}

using System.Collections.Concurrent;
using System.Text;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>Finds what a reference points at: a contained resource, an entry of the same bundle, or what the environment knows.</summary>
internal static class References
{
    private static readonly ConcurrentDictionary<string, Resource> Stubs = new(StringComparer.Ordinal);

    public static Element Resolve(Evaluation run, Element from, string reference)
    {
        if (reference.StartsWith('#')) return Contained(from.Exists ? from : run.Context, reference[1..]);
        if (from.Exists && InBundle(from, reference) is { Exists: true } entry) return entry;
        if (run.Environment.Resolve?.Invoke(reference) is { } resource) return resource.Root;
        return run.Environment.ResolveToStubs ? Stub(reference) : default;
    }

    /// <summary>The contained resource of that id in the outermost resource around the element; "#" alone is that resource itself.</summary>
    public static Element Contained(Element from, string id)
    {
        if (!from.Exists) return default;
        var owner = from.Owner!;
        var ancestors = ElementPath.Ancestors(owner, from.Index);
        for (var i = ancestors.Count - 1; i >= 0; i--)
        {
            var container = new Element(owner, ancestors[i]);
            if (!container.Definition.IsResource) continue;
            if (id.Length == 0 && container.Node.Slot == 0) return container;
            foreach (var contained in container.Children("contained"))
                if (contained["id"].AsString() == id) return contained;
        }
        return default;
    }

    private static Element InBundle(Element from, string reference)
    {
        var root = from.Owner!.Root;
        if (root.TypeName != "Bundle") return default;
        foreach (var entry in root.Children("entry"))
        {
            var resource = entry["resource"];
            if (!resource.Exists) continue;
            if (entry["fullUrl"].AsString() is { } url && (url == reference || url.EndsWith("/" + reference, StringComparison.Ordinal))) return resource;
            if (!entry["fullUrl"].Exists && $"{resource.TypeName}/{resource["id"].AsString()}" == reference) return resource;
        }
        return default;
    }

    /// <summary>An empty resource of the type that the reference names, so that "resolve() is Patient" can be answered without the patient.</summary>
    private static Element Stub(string reference)
    {
        var parts = reference.Split('/');
        var place = Array.FindLastIndex(parts, p => Structures.Current.Type(p) is { IsResource: true, IsAbstract: false });
        if (place < 0) return default;
        return Stubs.GetOrAdd(parts[place], static type => Resource.ParseJson(Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}"}"""))).Root;
    }
}

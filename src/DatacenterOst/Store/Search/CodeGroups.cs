using DatacenterOst.Fhir;

namespace DatacenterOst.Store.Search;

/// <summary>
/// Observations that are of the same thing. One with several codings belongs to all of them, so that what shares a coding with it is
/// the same thing too, and so on: the groups are the connected components of codings that stand together in an Observation.
/// </summary>
/// <param name="code">The search parameter <c>code</c> of Observation.</param>
/// <param name="ofEach">How many of each group are wanted.</param>
public sealed class CodeGroups(SearchParameter code, int ofEach)
{
    private readonly Dictionary<(string System, string Code, string? Text), int> numbers = [];
    private readonly List<int> parents = [];
    private readonly List<(StoredResource Observation, (string System, string Code, string? Text) Key)> added = [];
    private readonly Dictionary<long, int> bySet = [];

    /// <summary>Whether resources of a type are grouped, so that their codings together are a term.</summary>
    public static bool Are(string type) => type == "Observation";

    public int Count => added.Count;

    /// <summary>
    /// Codings that stand together in as many Observations as are wanted of a group. An older Observation with just these is none of the
    /// newest, and joins no groups that are apart.
    /// </summary>
    public IReadOnlyCollection<long> Full => [.. bySet.Where(set => set.Value >= ofEach).Select(set => set.Key)];

    /// <param name="observation">The newest that was not added yet, of those that are not full.</param>
    public void Add(StoredResource observation)
    {
        var resource = Resource.ParseJson(observation.Body);
        var codings = Codings(resource);
        if (codings.Count == 0)
        {
            added.Add((observation, ("", "", (resource.Root["code"]["text"].AsString() ?? "").ToUpperInvariant())));
            return;
        }

        foreach (var coding in codings) parents[Root(KeyOf(coding))] = Root(KeyOf(codings[0]));
        added.Add((observation, KeyOf(codings[0])));
        var set = Terms.Together(code, codings);
        bySet[set] = bySet.GetValueOrDefault(set) + 1;
    }

    /// <summary>The first of each group, as many as wanted, in the order that they came.</summary>
    public IReadOnlyList<StoredResource> Newest()
    {
        var counts = new Dictionary<int, int>();
        var newest = new List<StoredResource>();
        foreach (var (observation, key) in added)
        {
            var group = Root(key);
            var count = counts.GetValueOrDefault(group);
            counts[group] = count + 1;
            if (count < ofEach) newest.Add(observation);
        }

        return newest;
    }

    private static List<(string System, string Code)> Codings(Resource observation)
    {
        var codings = new List<(string, string)>();
        foreach (var coding in observation.Root["code"].Children("coding"))
        {
            if (coding["code"].AsString() is { } code) codings.Add((coding["system"].AsString() ?? "", code));
        }

        return codings;
    }

    private static (string System, string Code, string? Text) KeyOf((string System, string Code) coding) => (coding.System, coding.Code, null);

    // Sets that grow together (union-find).
    private int Root((string System, string Code, string? Text) key)
    {
        if (!numbers.TryGetValue(key, out var at))
        {
            numbers[key] = at = parents.Count;
            parents.Add(at);
        }

        while (parents[at] != at) at = parents[at] = parents[parents[at]];
        return at;
    }
}

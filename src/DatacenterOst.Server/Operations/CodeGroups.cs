using DatacenterOst.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// Observations that are of the same thing. One with several codings belongs to all of them, so that what shares a coding with it is
/// the same thing too, and so on: the groups are the connected components of codings that stand together in an Observation.
/// </summary>
public static class CodeGroups
{
    /// <summary>The first of each group, as many as asked, in the order that they came.</summary>
    public static IReadOnlyList<StoredResource> Newest(IReadOnlyList<StoredResource> observations, int ofEach)
    {
        var keys = observations.Select(observation => Keys(Resource.ParseJson(observation.Body))).ToList();
        var groups = new Groups();
        foreach (var together in keys)
            groups.Join(together);
        var counts = new Dictionary<int, int>();
        var newest = new List<StoredResource>();
        for (var at = 0; at < observations.Count; at++)
        {
            var group = groups.Of(keys[at][0]);
            var count = counts.GetValueOrDefault(group);
            counts[group] = count + 1;
            if (count < ofEach)
                newest.Add(observations[at]);
        }

        return newest;
    }

    /// <summary>The codings of an Observation; its text where it has none.</summary>
    public static IReadOnlyList<string> Keys(Resource observation)
    {
        var keys = new List<string>();
        foreach (var coding in observation.Root["code"].Children("coding"))
            if (coding["code"].AsString() is { } code)
                keys.Add($"{coding["system"].AsString()}|{code}");
        return keys.Count > 0 ? keys : ["text:" + (observation.Root["code"]["text"].AsString() ?? "").ToUpperInvariant()];
    }

    /// <summary>Sets that grow together (union-find).</summary>
    private sealed class Groups
    {
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        private readonly List<int> parents = [];

        public void Join(IReadOnlyList<string> keys)
        {
            var first = Of(keys[0]);
            foreach (var key in keys.Skip(1))
                parents[Of(key)] = first;
        }

        public int Of(string key)
        {
            if (!numbers.TryGetValue(key, out var at))
            {
                numbers[key] = at = parents.Count;
                parents.Add(at);
            }

            while (parents[at] != at)
                at = parents[at] = parents[parents[at]];
            return at;
        }
    }
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// A batch in parts that can be written side by side, since nothing that is decided in one depends on another. What is about one patient
/// is in one part, in the order in which it came.
/// </summary>
internal static class BatchParts
{
    /// <summary>Records below which a transaction of their own does not pay.</summary>
    private const int Fewest = 100;

    /// <summary>
    /// The batch whole where a record is about nobody, or about somebody who is not yet known: who is new, or somebody else than they
    /// were said to be, is decided for all at once. Whole, too, where two patients claim the same resource, for the first has it.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<Arrival>> Of(IReadOnlyList<Arrival> batch, StoreDatabase database)
    {
        if (batch.Count < 2 * Fewest) return [batch];
        var directory = new PatientDirectory(database);
        var parts = new SortedDictionary<int, List<Arrival>>();
        foreach (var arrival in batch)
        {
            if (PatientClaim.Of(arrival) is not { } claim || directory.Remembered(claim) is not { } patient) return [batch];
            var part = database.Dialect.PartOf(patient);
            if (!parts.TryGetValue(part, out var arrivals)) parts[part] = arrivals = [];
            arrivals.Add(arrival);
        }

        return parts.Count > 1 && parts.Values.All(part => part.Count >= Fewest) && !ShareResources(parts.Values) ? [.. parts.Values] : [batch];
    }

    private static bool ShareResources(IEnumerable<List<Arrival>> parts)
    {
        var seen = new HashSet<(string Type, string Id)>();
        foreach (var part in parts)
        {
            var keys = part.SelectMany(arrival => arrival.Record.Items).Select(item => item.Resource).OfType<Fhir.Resource>()
                .Where(resource => resource.Id is { Length: > 0 }).Select(resource => (resource.TypeName, resource.Id!)).ToHashSet();
            if (seen.Overlaps(keys)) return true;
            seen.UnionWith(keys);
        }

        return false;
    }
}

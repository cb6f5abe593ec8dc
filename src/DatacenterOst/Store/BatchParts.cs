using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>A record of a batch, and whose it is.</summary>
/// <param name="Match">Null when the record has no patient.</param>
internal sealed record Matched(Arrival Arrival, PatientMatch? Match)
{
    public PatientId Patient => Match?.Patient ?? PatientId.None;
}

/// <summary>
/// A batch in parts that can be written side by side, since nothing that is decided in one depends on another. What is about one patient
/// is in one part, in the order in which it came, and so is what is about nobody.
/// </summary>
internal static class BatchParts
{
    /// <summary>Records below which a transaction of their own does not pay.</summary>
    private const int Fewest = 100;

    /// <summary>The batch whole where it is small, of few patients, or where two patients claim the same resource, for the first has it.</summary>
    public static IReadOnlyList<IReadOnlyList<Matched>> Of(IReadOnlyList<Matched> batch, IStoreDialect dialect)
    {
        var sizes = new int[dialect.PartsAtOnce];
        var partOf = new Dictionary<int, int>();
        foreach (var together in batch.CountBy(record => GroupOf(record, dialect)).OrderByDescending(group => group.Value).ThenBy(group => group.Key))
        {
            var smallest = Array.IndexOf(sizes, sizes.Min());
            partOf[together.Key] = smallest;
            sizes[smallest] += together.Value;
        }

        if (sizes.Length == 1 || sizes.Min() < Fewest) return [batch];
        var parts = Array.ConvertAll(sizes, size => new List<Matched>(size));
        foreach (var record in batch) parts[partOf[GroupOf(record, dialect)]].Add(record);
        return ShareResources(parts) ? [batch] : parts;
    }

    private static int GroupOf(Matched record, IStoreDialect dialect) => record.Patient.IsNone ? -1 : dialect.LockOf(record.Patient);

    private static bool ShareResources(IEnumerable<List<Matched>> parts)
    {
        var seen = new HashSet<(string Type, string Id)>();
        foreach (var part in parts)
        {
            var keys = part.SelectMany(record => record.Arrival.Record.Items).Select(item => item.Resource).OfType<Fhir.Resource>()
                .Where(resource => resource.Id is { Length: > 0 }).Select(resource => (resource.TypeName, resource.Id!)).ToHashSet();
            if (seen.Overlaps(keys)) return true;
            seen.UnionWith(keys);
        }

        return false;
    }
}

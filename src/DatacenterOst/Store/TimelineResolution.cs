using System.Buffers;
using System.Runtime.InteropServices;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// What holds of a patient's facts from one point of view. The same function serves the store and prefetch, so that a
/// card from either shows the same values.
/// </summary>
public static class TimelineResolution
{
    /// <summary>
    /// Among the facts known and stored by then: of each result the latest counts, a retracted one not at all, and what
    /// two sources say alike counts once, as first known. Ordered by ObservedAt, then KnownAt, then key.
    /// </summary>
    public static IReadOnlyList<Fact> Resolve(IEnumerable<Fact> facts, AsOf asOf)
    {
        List<Fact> seen = [.. facts];
        seen.RemoveAll(fact => fact.Finding.KnownAt > asOf.Known || fact.StoredAt > asOf.Stored);
        using var latest = new FactIndex(
            seen.Count, fact => fact.Finding.ResultId.GetHashCode(StringComparison.Ordinal), (one, other) => one.Finding.ResultId == other.Finding.ResultId);
        foreach (var fact in seen) latest.Add(fact, Later);

        using var told = new FactIndex(seen.Count, fact => Said.By(fact).GetHashCode(), (one, other) => Said.By(one) == Said.By(other));
        foreach (var fact in latest.Facts)
        {
            if (fact.Finding.Status != FactStatus.Retracted) told.Add(fact, (one, other) => InOrder(one, other) < 0);
        }

        var resolved = told.Facts;
        if (!IsInOrder(resolved)) Sort(resolved);
        return resolved;
    }

    /// <summary>Whether a fact takes the place of another of the same result.</summary>
    internal static bool Later(Fact fact, Fact other)
    {
        var order = fact.Finding.KnownAt.CompareTo(other.Finding.KnownAt);
        if (order == 0)
        {
            order = fact.StoredAt.CompareTo(other.StoredAt);
        }

        if (order == 0)
        {
            order = Standing(fact.Finding.Status).CompareTo(Standing(other.Finding.Status));
        }

        return order == 0 ? fact.Key.Value > other.Key.Value : order > 0;
    }

    internal static int Standing(FactStatus status) => status switch
    {
        FactStatus.Preliminary or FactStatus.Draft => 0,
        FactStatus.Final => 1,
        FactStatus.Corrected => 2,
        FactStatus.Retracted => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    // The store reads by time, so a record mostly comes in order; comparing neighbours costs far less than sorting again.
    private static bool IsInOrder(List<Fact> facts)
    {
        for (var i = 1; i < facts.Count; i++)
        {
            if (InOrder(facts[i - 1], facts[i]) > 0) return false;
        }

        return true;
    }

    // By numbers first: to compare facts takes several times as long.
    private static void Sort(List<Fact> facts)
    {
        var inTime = CollectionsMarshal.AsSpan(facts);
        var rented = ArrayPool<long>.Shared.Rent(facts.Count);
        var times = rented.AsSpan(0, facts.Count);
        for (var place = 0; place < times.Length; place++) times[place] = facts[place].Finding.ObservedAt.UtcTicks;
        times.Sort(inTime);
        for (var (start, end) = (0, 1); start < times.Length; start = end++)
        {
            while (end < times.Length && times[end] == times[start]) end++;
            if (end - start > 1) inTime[start..end].Sort(InOrder);
        }

        ArrayPool<long>.Shared.Return(rented);
    }

    private static int InOrder(Fact one, Fact other)
    {
        var order = one.Finding.ObservedAt.CompareTo(other.Finding.ObservedAt);
        if (order == 0)
        {
            order = one.Finding.KnownAt.CompareTo(other.Finding.KnownAt);
        }

        return order == 0 ? one.Key.Value.CompareTo(other.Key.Value) : order;
    }

    /// <summary>What a doublet shares with the fact that it repeats.</summary>
    internal readonly record struct Said(
        Concept Concept, DateTimeOffset ObservedAt, decimal? Value, Comparator Comparator, ResultCategory? Category, string? Text)
    {
        public static Said By(Fact fact) => new(
            fact.Finding.Concept, fact.Finding.ObservedAt, fact.Finding.Value, fact.Finding.Comparator,
            fact.Finding.Category, fact.Finding.Text);

        // Code, time and value tell nearly all facts apart; hashing every word of the concept took most of the time of a resolution.
        public override int GetHashCode()
            => HashCode.Combine(string.GetHashCode(Concept.Code.Value, StringComparison.Ordinal), ObservedAt.UtcTicks, Value);
    }
}

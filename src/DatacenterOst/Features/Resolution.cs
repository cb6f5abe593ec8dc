using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>
/// From facts as they were received to the facts that held at one time: what was not yet known is left out, a correction
/// replaces its result from the moment it was known, a retraction removes it, and a doublet counts once. Pure.
/// </summary>
public static class Resolution
{
    /// <returns>Resolved facts ordered by ObservedAt, then KnownAt, then key.</returns>
    public static IReadOnlyList<Fact> KnownBy(DateTimeOffset instant, IReadOnlyList<Fact> facts)
    {
        var newest = new Dictionary<(string Profile, string Result, Code Code), Fact>();
        foreach (var fact in facts)
        {
            if (fact.Finding.KnownAt > instant) continue;
            var result = (fact.Source.Profile, fact.Finding.ResultId, fact.Finding.Concept.Code);
            if (!newest.TryGetValue(result, out var other) || Replaces(fact, other)) newest[result] = fact;
        }

        var counted = new Dictionary<Doublet, Fact>();
        foreach (var fact in newest.Values)
        {
            if (fact.Finding.Status == FactStatus.Retracted) continue;
            var doublet = Doublet.Of(fact.Finding);
            if (!counted.TryGetValue(doublet, out var other) || FactOrder.Compare(fact, other) < 0) counted[doublet] = fact;
        }

        Fact[] resolved = [.. counted.Values];
        Array.Sort(resolved, FactOrder.Compare);
        return resolved;
    }

    // A source may send result and correction with the same time stamp: the correction is then the later word.
    private static bool Replaces(Fact fact, Fact other)
    {
        var byTime = fact.Finding.KnownAt.CompareTo(other.Finding.KnownAt);
        if (byTime != 0) return byTime > 0;
        var byStatus = Weight(fact.Finding.Status).CompareTo(Weight(other.Finding.Status));
        return byStatus != 0 ? byStatus > 0 : fact.Key.Value > other.Key.Value;
    }

    private static int Weight(FactStatus status) => status switch
    {
        FactStatus.Retracted => 3,
        FactStatus.Corrected => 2,
        FactStatus.Final => 1,
        _ => 0,
    };

    private readonly record struct Doublet(FactKind Kind, Concept Concept, DateTimeOffset At, decimal? Value, Comparator Comparator, ResultCategory? Category, string? Text)
    {
        public static Doublet Of(Finding finding)
            => new(finding.Kind, finding.Concept, finding.ObservedAt, finding.Value, finding.Comparator, finding.Category, finding.Text);
    }
}

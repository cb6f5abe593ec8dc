using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Which part of one patient's timeline: canonical codes, and a window of ObservedAt (both ends included).</summary>
/// <param name="Concepts">Canonical codes; empty means all.</param>
public sealed record TimelineQuery(IReadOnlyList<Code> Concepts, DateTimeOffset ObservedFrom, DateTimeOffset ObservedTo)
{
    /// <summary>The most facts that one read returns; over it the read is refused as too costly, never cut in silence.</summary>
    public const int MaxFacts = 200_000;
}

/// <summary>Tells whether a fact is of that part. Of few concepts there are many facts, so each is looked at once.</summary>
internal sealed class AskedFacts(TimelineQuery query)
{
    private readonly Dictionary<Concept, bool> concepts = new(ReferenceEqualityComparer.Instance);
    private readonly DateTimeOffset from = Instants.Kept(query.ObservedFrom);
    private readonly DateTimeOffset to = query.ObservedTo;

    public bool Has(Fact fact)
    {
        var finding = fact.Finding;
        return finding.ObservedAt >= from && finding.ObservedAt <= to && (query.Concepts.Count == 0 || Has(finding.Concept));
    }

    private bool Has(Concept concept)
    {
        if (!concepts.TryGetValue(concept, out var isAsked)) concepts.Add(concept, isAsked = query.Concepts.Contains(concept.Code));
        return isAsked;
    }
}

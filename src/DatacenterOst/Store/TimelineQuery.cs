using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Which part of one patient's timeline: canonical codes, and a window of ObservedAt (both ends included).</summary>
/// <param name="Concepts">Canonical codes; empty means all.</param>
public sealed record TimelineQuery(IReadOnlyList<Code> Concepts, DateTimeOffset ObservedFrom, DateTimeOffset ObservedTo)
{
    /// <summary>The most facts that one read returns; over it the read is refused as too costly, never cut in silence.</summary>
    public const int MaxFacts = 200_000;
}

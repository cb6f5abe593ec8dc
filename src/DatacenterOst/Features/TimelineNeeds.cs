using DatacenterOst.Clinical;
using DatacenterOst.Store;

namespace DatacenterOst.Features;

/// <summary>What a set of features needs from the store, so that a caller reads just that.</summary>
/// <param name="Codes">Canonical codes, exactly.</param>
/// <param name="Prefixes">Canonical codes of which only the beginning is said (SKS <c>KKAS</c>, ATC <c>J05</c>).</param>
/// <param name="Lookback">The longest that any of them can look back from the index time, anchors included.</param>
public sealed record TimelineNeeds(IReadOnlyList<Code> Codes, IReadOnlyList<Code> Prefixes, TimeSpan Lookback)
{
    /// <summary>
    /// The read that covers the needs. The store reads exact codes; where a prefix is needed all concepts are read,
    /// and the engine picks.
    /// </summary>
    public TimelineQuery Query(DateTimeOffset indexTime)
    {
        var from = indexTime.UtcTicks > Lookback.Ticks ? indexTime - Lookback : DateTimeOffset.MinValue;
        return new TimelineQuery(Prefixes.Count == 0 ? Codes : [], from, indexTime);
    }

    /// <summary>The part of a history that features of these needs can see: what a record of an estimate has to hold.</summary>
    public History Seen(History history) => history with { Facts = [.. history.Facts.Where(fact => IsNeeded(fact.Finding.Concept.Code))] };

    private bool IsNeeded(Code code)
    {
        foreach (var wanted in Codes)
        {
            if (wanted == code) return true;
        }

        foreach (var prefix in Prefixes)
        {
            if (prefix.System == code.System && code.Value.StartsWith(prefix.Value, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}

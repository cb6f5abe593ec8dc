using DatacenterOst.Clinical;
using DatacenterOst.Store;

namespace DatacenterOst.Features;

/// <summary>
/// One patient's whole record, sorted once, for feature vectors at many index times. Which fact holds when is worked out
/// beforehand, so that an index time costs a look at each fact instead of a resolution of the record. For one thread at a time.
/// </summary>
public sealed class PreparedHistory
{
    private readonly FeatureSet features;
    private readonly Demographics demographics;
    private readonly Held[][] slots;
    private readonly List<Fact>?[] groups;

    internal PreparedHistory(FeatureSet features, FactSelectors selectors, Demographics demographics, IEnumerable<Fact> unresolved)
    {
        (this.features, this.demographics) = (features, demographics);
        var held = Holding(unresolved);
        var bySlot = new List<Held>?[selectors.Count];
        var matches = new List<int>();
        foreach (var one in held)
        {
            matches.Clear();
            selectors.Match(one.Fact, matches);
            foreach (var slot in matches) (bySlot[slot] ??= []).Add(one);
        }

        slots = Array.ConvertAll(bySlot, list => list?.ToArray() ?? []);
        groups = Array.ConvertAll(slots, slot => slot.Length == 0 ? null : new List<Fact>(slot.Length));
    }

    /// <summary>The vector of that index time, as <see cref="FeatureSet.Evaluate(History, DateTimeOffset)"/> makes it of what was known by then.</summary>
    public FeatureVector Evaluate(DateTimeOffset indexTime)
    {
        var now = indexTime.UtcTicks;
        for (var i = 0; i < slots.Length; i++)
        {
            if (groups[i] is not { } group) continue;
            group.Clear();
            foreach (var one in slots[i])
            {
                if (one.Observed > now) break;
                if (one.HoldsAt(now)) group.Add(one.Fact);
            }
        }

        return features.Evaluate(demographics, groups, indexTime);
    }

    // The same rules as TimelineResolution: of each result the latest counts from when it was known, a retracted one not at
    // all, and what two sources say alike counts once, as first known.
    private static List<Held> Holding(IEnumerable<Fact> unresolved)
    {
        var results = new Dictionary<string, List<Fact>>(StringComparer.Ordinal);
        foreach (var fact in unresolved)
        {
            if (!results.TryGetValue(fact.Finding.ResultId, out var versions)) results[fact.Finding.ResultId] = versions = [];
            versions.Add(fact);
        }

        var held = new List<Held>(results.Count);
        foreach (var versions in results.Values)
        {
            if (versions.Count > 1) versions.Sort(Sequence);
            for (var i = 0; i < versions.Count; i++)
            {
                var until = i + 1 < versions.Count ? versions[i + 1].Finding.KnownAt.UtcTicks : long.MaxValue;
                if (versions[i].Finding.Status != FactStatus.Retracted) held.Add(new Held(versions[i], until));
            }
        }

        held.Sort((left, right) => FactOrder.Compare(left.Fact, right.Fact));
        FindDoublets(held);
        return held;
    }

    private static void FindDoublets(List<Held> held)
    {
        var said = new Dictionary<TimelineResolution.Said, Held>();
        foreach (var one in held)
        {
            var key = TimelineResolution.Said.By(one.Fact);
            if (said.TryGetValue(key, out var earlier)) one.Before = earlier;
            said[key] = one;
        }
    }

    private static int Sequence(Fact left, Fact right)
        => TimelineResolution.Later(left, right) ? 1 : TimelineResolution.Later(right, left) ? -1 : 0;

    /// <summary>A fact with the time in which it holds, and the doublet of it that was known before it.</summary>
    private sealed class Held(Fact fact, long until)
    {
        private readonly long known = fact.Finding.KnownAt.UtcTicks;

        public Fact Fact => fact;

        public long Observed { get; } = fact.Finding.ObservedAt.UtcTicks;

        public Held? Before { get; set; }

        public bool HoldsAt(long now)
        {
            if (!IsStanding(now)) return false;
            for (var other = Before; other is not null; other = other.Before)
            {
                if (other.IsStanding(now)) return false;
            }

            return true;
        }

        private bool IsStanding(long now) => known <= now && now < until;
    }
}

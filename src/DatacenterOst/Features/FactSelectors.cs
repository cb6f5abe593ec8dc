using System.Collections.Frozen;
using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>Which facts a feature reads: canonical codes, beginnings of codes, and for numbers the one unit they must have.</summary>
/// <param name="Unit">Null where no number is read. A fact in another unit is left out: a feature never mixes units.</param>
public sealed record FactSelector(IReadOnlyList<Code> Codes, IReadOnlyList<Code> Prefixes, string? Unit)
{
    /// <summary>True of a feature that looks at orders being written; all others look past them.</summary>
    public bool Drafts { get; init; }

    internal bool SameAs(FactSelector other)
        => Unit == other.Unit && Drafts == other.Drafts && Codes.SequenceEqual(other.Codes) && Prefixes.SequenceEqual(other.Prefixes);
}

/// <summary>
/// Sorts a history into one time-ordered list per selector, in one pass. This is the only place where facts enter the
/// engine, so here the two clocks are checked once more, whatever the caller did.
/// </summary>
internal sealed class FactSelectors
{
    private readonly FrozenDictionary<string, Entry[]> byCode;
    private readonly Entry[] prefixes;
    private readonly int count;

    public FactSelectors(IReadOnlyList<FactSelector> selectors)
    {
        count = selectors.Count;
        var exact = new Dictionary<string, List<Entry>>(StringComparer.Ordinal);
        var beginnings = new List<Entry>();
        for (var slot = 0; slot < selectors.Count; slot++)
        {
            var selector = selectors[slot];
            foreach (var code in selector.Codes)
            {
                if (!exact.TryGetValue(code.Value, out var entries)) exact[code.Value] = entries = [];
                entries.Add(new Entry(code, selector.Unit, slot, selector.Drafts));
            }

            foreach (var prefix in selector.Prefixes) beginnings.Add(new Entry(prefix, selector.Unit, slot, selector.Drafts));
        }

        byCode = exact.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
        prefixes = [.. beginnings];
    }

    /// <returns>By selector: facts known and observed by the index time, in <see cref="FactOrder"/>; null where there are none.</returns>
    public List<Fact>?[] Group(IReadOnlyList<Fact> facts, DateTimeOffset indexTime)
    {
        var groups = new List<Fact>?[count];
        var unordered = 0UL;
        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            var finding = fact.Finding;

            // A result of tomorrow's machine clock, a planned operation and a result not yet released all look like
            // facts; none of them could have been acted on at the index time.
            if (finding.KnownAt > indexTime || finding.ObservedAt > indexTime || finding.Status == FactStatus.Retracted) continue;

            var code = finding.Concept.Code;
            if (byCode.TryGetValue(code.Value, out var entries))
            {
                foreach (var entry in entries)
                {
                    if (entry.Code.System == code.System) Add(groups, entry, fact, ref unordered);
                }
            }

            foreach (var entry in prefixes)
            {
                if (entry.Code.System == code.System && code.Value.StartsWith(entry.Code.Value, StringComparison.Ordinal))
                    Add(groups, entry, fact, ref unordered);
            }
        }

        if (unordered != 0) Sort(groups, unordered);
        return groups;
    }

    private static void Add(List<Fact>?[] groups, in Entry entry, Fact fact, ref ulong unordered)
    {
        // An order that nobody has signed is no treatment.
        if (entry.Drafts != (fact.Finding.Status == FactStatus.Draft)) return;
        if (entry.Unit is not null && fact.Finding.Value is not null && entry.Unit != fact.Finding.Concept.Unit) return;

        var group = groups[entry.Slot] ??= new List<Fact>(16);
        if (group.Count > 0)
        {
            var last = group[^1];
            if (ReferenceEquals(last, fact)) return;
            if (FactOrder.Compare(last, fact) > 0) unordered |= 1UL << (entry.Slot & 63);
        }

        group.Add(fact);
    }

    // One bit stands for every 64th selector: with more than 64 of them a few lists are sorted for nothing, none is missed.
    private static void Sort(List<Fact>?[] groups, ulong unordered)
    {
        for (var slot = 0; slot < groups.Length; slot++)
        {
            if ((unordered >> (slot & 63) & 1) != 0) groups[slot]?.Sort(FactOrder.Compare);
        }
    }

    private readonly record struct Entry(Code Code, string? Unit, int Slot, bool Drafts);
}

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

    public int Count => count;

    /// <returns>By selector: facts known and observed by the index time, in <see cref="FactOrder"/>; null where there are none.</returns>
    public List<Fact>?[] Group(IReadOnlyList<Fact> facts, DateTimeOffset indexTime)
    {
        var groups = new List<Fact>?[count];
        var unordered = 0UL;
        var matches = new List<int>();
        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            var finding = fact.Finding;

            // A result of tomorrow's machine clock, a planned operation and a result not yet released all look like
            // facts; none of them could have been acted on at the index time.
            if (finding.KnownAt > indexTime || finding.ObservedAt > indexTime || finding.Status == FactStatus.Retracted) continue;

            matches.Clear();
            Match(fact, matches);
            foreach (var slot in matches) Add(groups, slot, fact, ref unordered);
        }

        if (unordered != 0) Sort(groups, unordered);
        return groups;
    }

    /// <summary>Adds the places of the selectors that read the fact, each once.</summary>
    public void Match(Fact fact, List<int> slots)
    {
        var code = fact.Finding.Concept.Code;
        if (byCode.TryGetValue(code.Value, out var entries))
        {
            foreach (var entry in entries)
            {
                if (entry.Code.System == code.System) Add(entry, fact.Finding, slots);
            }
        }

        foreach (var entry in prefixes)
        {
            if (entry.Code.System == code.System && code.Value.StartsWith(entry.Code.Value, StringComparison.Ordinal)) Add(entry, fact.Finding, slots);
        }
    }

    private static void Add(in Entry entry, Finding finding, List<int> slots)
    {
        // An order that nobody has signed is no treatment.
        if (entry.Drafts != (finding.Status == FactStatus.Draft)) return;
        if (entry.Unit is not null && finding.Value is not null && entry.Unit != finding.Concept.Unit) return;
        if (!slots.Contains(entry.Slot)) slots.Add(entry.Slot);
    }

    private static void Add(List<Fact>?[] groups, int slot, Fact fact, ref ulong unordered)
    {
        var group = groups[slot] ??= new List<Fact>(16);
        if (group.Count > 0 && FactOrder.Compare(group[^1], fact) > 0) unordered |= 1UL << (slot & 63);
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

using System.Collections.Concurrent;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Terminology;

namespace DatacenterOst.Normalise;

/// <summary>
/// Brings a unit as written to UCUM – the sender's spellings first, then the common ones, then UCUM itself – and finds
/// the way to the concept's canonical unit: its own rules, UCUM, or its molar mass, in that order.
/// </summary>
internal sealed class Units(TerminologySnapshot terminology, LocalMap[] maps)
{
    // Code and unit pairs of one sender are a few thousand; beyond this many, plans are made anew each time.
    private const int MaxCached = 50_000;

    // Longer text in the field of a unit is not a unit, and must fill no cache.
    private const int MaxUnitLength = 100;

    private readonly ConcurrentDictionary<(CodeMeaning Meaning, string Unit), UnitPlan> plans = new(PlanKeys.Instance);

    public UnitPlan Plan(CodeMeaning meaning, string? unit)
    {
        unit ??= "";
        if (unit.Length > MaxUnitLength) return Unknown(unit[..MaxUnitLength]);
        if (plans.TryGetValue((meaning, unit), out var plan)) return plan;
        plan = Make(meaning, unit.Trim().Replace('μ', 'µ'));
        if (plans.Count < MaxCached) plans.TryAdd((meaning, unit), plan);
        return plan;
    }

    private UnitPlan Make(CodeMeaning meaning, string unit)
    {
        if (unit.Length == 0) return WithoutUnit(meaning);
        if (Spelling(unit) is not { } spelling)
            return Unknown(unit);
        return Convert(meaning, spelling.Ucum, Rules.Join(meaning.Rule, spelling.Rule));
    }

    private static UnitPlan WithoutUnit(CodeMeaning meaning)
    {
        if (meaning.FixedUnit.Length > 0) return Convert(meaning, meaning.FixedUnit, Rules.Join(meaning.Rule, "unit-of-code@1"));
        // A pure number has no unit to forget: INR, ratios, pH, scores.
        if (meaning.Entry is { Concept.Unit: "1" or "[pH]" or "{score}" } entry) return UnitPlan.Keep(entry.Concept.Unit, meaning.Rule);
        return UnitPlan.Refuse(RejectionReasons.UnitMissing, $"{meaning.Name} has a number without a unit, and its code does not fix one; state the unit in the message or in a map of this source", meaning.Name);
    }

    private static UnitPlan Unknown(string unit) => UnitPlan.Refuse(RejectionReasons.UnitUnknown,
        $"the unit '{unit}' is not UCUM and in no table of spellings; add it to terminology/units or to a map of this source", unit);

    private UnitSpelling? Spelling(string unit)
    {
        foreach (var map in maps)
            if (map.FindUnit(unit) is { } local) return local;
        if (terminology.FindUnit(unit) is { } common) return common;
        if (Ucum.TryParse(unit, out _)) return new UnitSpelling(unit, "");
        var plain = unit.Replace('µ', 'u');
        return plain != unit && Ucum.TryParse(plain, out _) ? new UnitSpelling(plain, "micro-sign@1") : null;
    }

    private static UnitPlan Convert(CodeMeaning meaning, string from, string rule)
    {
        // Words of a nominal concept never come here; a number for it is kept as words by the caller.
        if (meaning.Entry is not { Scale: ConceptScale.Quantitative } entry) return UnitPlan.Keep(from, rule);
        var to = entry.Concept.Unit;
        if (from == to) return UnitPlan.Keep(to, rule);
        foreach (var own in entry.UnitRules)
        {
            if (own.Unit != from) continue;
            return own.Factor is { } factor
                ? UnitPlan.Shift(to, factor, own.Offset, Rules.Join(rule, own.Rule))
                : NotConvertible(meaning, from, own.Instead);
        }
        // Where a concept says how many equivalents a mole has, UCUM (which takes them as equal) is not asked.
        if (from.Contains("eq", StringComparison.Ordinal) && entry.UnitRules.Any(r => r.Unit.Contains("eq", StringComparison.Ordinal)))
            return NotConvertible(meaning, from, to);
        return ByUcum(from, to, rule) ?? ByMolarMass(meaning, from, rule) ?? NotConvertible(meaning, from, to);
    }

    private static UnitPlan? ByUcum(string from, string to, string rule)
    {
        if (!Ucum.TryParse(from, out var source) || !Ucum.TryParse(to, out var target) || !Ucum.Commensurable(source, target)) return null;
        // To UCUM a mole is a plain number (§30), so that mmol/L would pass as a count of cells per litre.
        if (Moles(from) != Moles(to)) return null;
        rule = Rules.Join(rule, "ucum@2.2");
        if (source.IsSpecial || target.IsSpecial) return UnitPlan.Special(to, from, rule);
        return Ucum.TryConvert(1m, from, to, out var factor) ? UnitPlan.Scale(to, factor, rule) : null;
    }

    private static UnitPlan? ByMolarMass(CodeMeaning meaning, string from, string rule)
    {
        var to = meaning.Entry!.Concept.Unit;
        if (meaning.MolarMass is not { } mass || Moles(from) == Moles(to) || Ucum.Commensurable(from, to)) return null;
        return Ucum.TryConvert(1m, from, to, mass, out var factor)
            ? UnitPlan.Scale(to, factor, Rules.Join(rule, $"molar-mass {meaning.Entry.Key}@1"))
            : null;
    }

    /// <summary>Odd where the unit is an amount of substance over something else; mmol/mol is even, a plain ratio.</summary>
    private static int Moles(string unit)
    {
        var count = 0;
        foreach (var name in (ReadOnlySpan<string>)["mol", "eq", "osm"])
            for (var at = unit.IndexOf(name, StringComparison.Ordinal); at >= 0; at = unit.IndexOf(name, at + 1, StringComparison.Ordinal)) count++;
        return count % 2;
    }

    private static UnitPlan NotConvertible(CodeMeaning meaning, string from, string instead) =>
        UnitPlan.Refuse(RejectionReasons.UnitNotConvertible, $"{meaning.Name} in '{from}' cannot be brought to {meaning.Entry!.Concept.Unit}; send it in {instead}", $"{meaning.Name}: {from}");

    // Meanings are made once per code and compared by reference; their generated equality would compare every member.
    private sealed class PlanKeys : IEqualityComparer<(CodeMeaning Meaning, string Unit)>
    {
        public static readonly PlanKeys Instance = new();

        public bool Equals((CodeMeaning Meaning, string Unit) x, (CodeMeaning Meaning, string Unit) y) =>
            ReferenceEquals(x.Meaning, y.Meaning) && x.Unit == y.Unit;

        public int GetHashCode((CodeMeaning Meaning, string Unit) key) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Meaning), key.Unit.GetHashCode(StringComparison.Ordinal));
    }
}

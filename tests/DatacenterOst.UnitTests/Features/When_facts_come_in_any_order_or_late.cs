using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Store;
using FsCheck;
using FsCheck.Fluent;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Features;

/// <summary>Generated histories, with results that become known after the index time planted among the others.</summary>
public sealed class When_facts_come_in_any_order_or_late
{
    private const double IndexHour = 100;

    private static readonly FeatureSet All = Declared("""
        features:
          - { name: last, concept: creatinine, take: last, window: "[-60h, 0h]", staleAfter: 50h, plausible: [3, 400] }
          - { name: first, concept: creatinine, take: first, window: "[-60h, 0h)" }
          - { name: min, concept: creatinine, take: min, window: "[-48h, 0h)", anchor: last }
          - { name: max, concept: creatinine, take: max, window: "(-60h, 0h]" }
          - { name: mean, concept: creatinine, take: mean, window: "[-60h, 0h]" }
          - { name: count, concept: potassium, take: count, window: "[-60h, 0h]" }
          - { name: ever, concept: cmv-igg, take: ever, window: "[-60h, 0h]" }
          - { name: igg, concept: cmv-igg, take: last, as: category, window: "[-90h, 0h]" }
          - { name: since, concept: potassium, take: timeSince, window: "[-90h, 0h]" }
          - { name: delta, take: delta, of: [last, min] }
          - { name: ratio, take: ratio, of: [max, min] }
          - { name: median, concept: creatinine, take: median, window: "[-60h, 0h]" }
          - { name: sd, concept: creatinine, take: sd, window: "[-60h, 0h]" }
          - { name: slope, concept: creatinine, take: slope, per: h, window: "[-60h, 0h]" }
          - { name: range, concept: creatinine, take: range, window: "[-60h, 0h]" }
          - { name: sum, concept: creatinine, take: sum, window: "[-60h, 0h]" }
          - { name: rate, concept: creatinine, take: rate, per: d, window: "[-60h, 0h]" }
          - { name: carried, concept: potassium, take: last, window: "[-4h, 0h]", missing: carry, carry: 90h }
          - { name: any, take: anyOf, of: [last, max], clip: [10, 300], log: true }
          - { name: derived, derived: "%sum / %count + %delta.abs()" }
          - { name: iggNumber, concept: cmv-igg, take: last, as: category, window: "[-90h, 0h]", numbers: { positive: 1, negative: 0 } }
          - { name: dose, concept: potassium, take: currentDose, window: "[-60h, 0h]", ongoingFor: 20h }
        """);

    private static readonly Gen<Fact> Facts =
        from key in Gen.Elements("creatinine", "potassium", "cmv-igg")
        from value in Gen.Choose(0, 5_000)
        from observed in Gen.Choose(0, 110)
        from delay in Gen.Frequency((4, Gen.Choose(0, 3)), (1, Gen.Choose(0, 120)))
        from comparator in Gen.Frequency((5, Gen.Constant(Comparator.None)), (1, Gen.Elements(Comparator.LessThan, Comparator.GreaterThan)))
        from category in Gen.Elements(ResultCategory.Positive, ResultCategory.Negative)
        select key == "cmv-igg"
            ? Lab(key, null, observed, observed + delay, category: category)
            : Lab(key, value / 10m, observed, observed + delay, comparator);

    // The same results again: corrected, withdrawn, moved in time, or told by a second source.
    private static readonly Gen<Fact[]> Versions =
        from facts in Facts.ArrayOf()
        from again in Gen.Choose(0, 1_000_000).ArrayOf(facts.Length / 2)
        select facts.Concat(again.Select((dice, at) => Again(facts[at], dice))).ToArray();

    private static readonly Arbitrary<Fact[]> Histories = Facts.ArrayOf().ToArbitrary();

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(60);

    [Fact]
    public void what_was_not_yet_known_changes_nothing()
        => Prop.ForAll(Histories, facts =>
        {
            var known = facts.Where(fact => fact.Finding.KnownAt <= At(IndexHour)).ToArray();
            return Written(Of(facts)) == Written(Of(known));
        }).Check(Many);

    [Fact]
    public void no_feature_names_a_fact_from_after_the_index_time()
        => Prop.ForAll(Histories, facts => All.Evaluate(Of(facts), At(IndexHour)).Values
            .SelectMany(value => value.Facts)
            .All(fact => fact.Finding.KnownAt <= At(IndexHour) && fact.Finding.ObservedAt <= At(IndexHour))).Check(Many);

    [Fact]
    public void the_order_of_facts_changes_nothing()
        => Prop.ForAll(Histories, Gen.Choose(0, int.MaxValue).ToArbitrary(), (facts, seed) =>
        {
            var shuffled = (Fact[])facts.Clone();
            new Random(seed).Shuffle(shuffled);
            return Written(Of(facts)) == Written(Of(shuffled));
        }).Check(Many);

    [Fact]
    public void the_engine_agrees_with_a_plain_reading_of_the_definitions()
        => Prop.ForAll(Histories, facts =>
        {
            var vector = All.Evaluate(Of(facts), At(IndexHour));
            var lab = facts
                .Where(fact => fact.Finding.KnownAt <= At(IndexHour) && fact.Finding.ObservedAt <= At(IndexHour) && fact.Finding.ObservedAt >= At(IndexHour - 60))
                .OrderBy(fact => fact.Finding.ObservedAt).ThenBy(fact => fact.Finding.KnownAt).ThenBy(fact => fact.Key.Value)
                .ToLookup(fact => fact.Finding.Concept.Code.Value);
            var creatinine = lab["14682-9"].Select(fact => (double)fact.Finding.Value!.Value).ToArray();
            var inside = lab["14682-9"].Where(fact => fact.Finding.ObservedAt > At(IndexHour - 60)).Select(fact => (double)fact.Finding.Value!.Value).ToArray();
            var before = lab["14682-9"].Where(fact => fact.Finding.ObservedAt < At(IndexHour)).Select(fact => (double)fact.Finding.Value!.Value).ToArray();

            return Same(vector.Find("first")!.Number, before.Length == 0 ? null : before[0])
                && Same(vector.Find("max")!.Number, inside.Length == 0 ? null : inside.Max())
                && Same(vector.Find("mean")!.Number, creatinine.Length == 0 ? null : creatinine.Average())
                && Same(vector.Find("median")!.Number, Median(creatinine))
                && Same(vector.Find("sd")!.Number, creatinine.Length < 2 ? null : Math.Sqrt(creatinine.Sum(value => Math.Pow(value - creatinine.Average(), 2)) / (creatinine.Length - 1)))
                && Same(vector.Find("slope")!.Number, Slope([.. lab["14682-9"].Select(fact => (fact.Finding.ObservedAt - At(0)).TotalHours)], creatinine))
                && Same(vector.Find("range")!.Number, creatinine.Length == 0 ? null : creatinine.Max() - creatinine.Min())
                && Same(vector.Find("sum")!.Number, creatinine.Length == 0 ? null : creatinine.Sum())
                && Same(vector.Find("carried")!.Number, Newest(facts))
                && Same(vector.Find("count")!.Number, lab["2823-3"].Count())
                && Same(vector.Find("ever")!.Number, lab["7852-7"].Any() ? 1 : 0);
        }).Check(Many);

    [Fact]
    public void a_history_that_is_prepared_once_gives_the_same_vectors_at_every_time()
        => Prop.ForAll(Versions.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (facts, seed) =>
        {
            var shuffled = (Fact[])facts.Clone();
            new Random(seed).Shuffle(shuffled);
            var prepared = All.Prepare(Demographics.Unknown, shuffled);
            foreach (var hour in new[] { IndexHour, 0, 17.5, 60, 101, 240 })
            {
                var resolved = new History(new PatientId(1), Demographics.Unknown, TimelineResolution.Resolve(facts, AsOf.KnownBy(At(hour))));
                if (Written(prepared.Evaluate(At(hour))) != Written(All.Evaluate(resolved, At(hour)))) return false;
            }

            return true;
        }).Check(Many);

    [Fact]
    public void resolution_is_the_same_in_any_order_and_never_looks_ahead()
        => Prop.ForAll(Histories, Gen.Choose(0, int.MaxValue).ToArbitrary(), (facts, seed) =>
        {
            var shuffled = (Fact[])facts.Clone();
            new Random(seed).Shuffle(shuffled);
            var resolved = TimelineResolution.Resolve(facts, AsOf.KnownBy(At(IndexHour)));
            return resolved.All(fact => fact.Finding.KnownAt <= At(IndexHour))
                && resolved.Select(fact => fact.Key).SequenceEqual(TimelineResolution.Resolve(shuffled, AsOf.KnownBy(At(IndexHour))).Select(fact => fact.Key));
        }).Check(Many);

    private static Fact Again(Fact fact, int dice)
    {
        var finding = fact.Finding with { KnownAt = fact.Finding.KnownAt.AddHours(dice % 7 * 10) };
        finding = (dice / 7 % 4) switch
        {
            0 => finding with { Status = FactStatus.Corrected, Value = finding.Value + 1 },
            1 => finding with { Status = FactStatus.Retracted },
            2 => finding with { Status = FactStatus.Corrected, ObservedAt = finding.ObservedAt.AddHours(-5) },
            _ => finding with { ResultId = finding.ResultId + " of another source" },
        };
        return fact with { Finding = finding, StoredAt = finding.KnownAt, Key = new FactKey(fact.Key.Value ^ (UInt128)(uint)dice) };
    }

    private static double? Median(double[] values)
    {
        if (values.Length == 0) return null;
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    // The textbook formula, with sums over all pairs, so that it shares no step with the engine.
    private static double? Slope(double[] hours, double[] values)
    {
        var (above, below) = (0d, 0d);
        for (var i = 0; i < hours.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                above += (hours[i] - hours[j]) * (values[i] - values[j]);
                below += (hours[i] - hours[j]) * (hours[i] - hours[j]);
            }
        }

        return below == 0 ? null : above / below;
    }

    private static double? Newest(Fact[] facts) => (double?)facts
        .Where(fact => fact.Finding.Concept.Code.Value == "2823-3" && fact.Finding.KnownAt <= At(IndexHour) && fact.Finding.ObservedAt <= At(IndexHour) && fact.Finding.ObservedAt >= At(IndexHour - 90))
        .OrderBy(fact => fact.Finding.ObservedAt).ThenBy(fact => fact.Finding.KnownAt).ThenBy(fact => fact.Key.Value)
        .LastOrDefault()?.Finding.Value;

    private static bool Same(double? left, double? right)
        => left is null || right is null ? left is null && right is null : Math.Abs(left.Value - right.Value) <= 1e-9 * Math.Max(1, Math.Abs(right.Value));

    private static string Written(History history) => Written(All.Evaluate(history, At(IndexHour)));

    private static string Written(FeatureVector vector) => string.Join('\n', vector.Values.Select(value => FormattableString.Invariant(
        $"{value.Name} {value.Number:R} {value.Text} {value.At:O} {value.Missing} {string.Join(',', value.Facts.Select(fact => fact.Key))}")));
}

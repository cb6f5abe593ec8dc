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
                && Same(vector.Find("count")!.Number, lab["2823-3"].Count())
                && Same(vector.Find("ever")!.Number, lab["7852-7"].Any() ? 1 : 0);
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

    private static bool Same(double? left, double? right)
        => left is null || right is null ? left is null && right is null : Math.Abs(left.Value - right.Value) <= 1e-9 * Math.Max(1, Math.Abs(right.Value));

    private static string Written(History history) => string.Join('\n', All.Evaluate(history, At(IndexHour)).Values.Select(value => FormattableString.Invariant(
        $"{value.Name} {value.Number:R} {value.Text} {value.At:O} {value.Missing} {string.Join(',', value.Facts.Select(fact => fact.Key))}")));
}

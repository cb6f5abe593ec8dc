using DatacenterOst.Clinical;
using DatacenterOst.Store;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Store;

public sealed class When_a_timeline_is_resolved
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void it_is_what_the_naive_reading_says()
    {
        var cases =
            from facts in Facts.ListOf()
            from known in Gen.Choose(0, 7)
            from stored in Gen.Choose(0, 7)
            select (facts.ToList(), new AsOf(Start.AddHours(known), Start.AddHours(stored)));
        Prop.ForAll(cases.ToArbitrary(), generated =>
            TimelineResolution.Resolve(generated.Item1, generated.Item2).Select(fact => fact.Key)
                .SequenceEqual(Naive(generated.Item1, generated.Item2).Select(fact => fact.Key)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void the_order_in_which_facts_come_does_not_matter()
    {
        var cases = Facts.ListOf().Select(facts => facts.ToList());
        Prop.ForAll(cases.ToArbitrary(), facts =>
        {
            var asOf = AsOf.KnownBy(Start.AddHours(5));
            return TimelineResolution.Resolve(facts, asOf).SequenceEqual(TimelineResolution.Resolve(Enumerable.Reverse(facts), asOf));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void what_becomes_known_later_never_changes_what_was_known()
    {
        var cases = Facts.ListOf().Select(facts => facts.ToList());
        Prop.ForAll(cases.ToArbitrary(), facts =>
        {
            var asOf = AsOf.KnownBy(Start.AddHours(3));
            var then = facts.Where(fact => fact.Finding.KnownAt <= asOf.Known);
            return TimelineResolution.Resolve(facts, asOf).SequenceEqual(TimelineResolution.Resolve(then, asOf));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    private static Gen<Fact> Facts =>
        from result in Gen.Choose(1, 4)
        from value in Gen.Choose(1, 3)
        from observed in Gen.Choose(0, 1)
        from known in Gen.Choose(0, 6)
        from stored in Gen.Choose(0, 6)
        from status in Gen.Elements(FactStatus.Final, FactStatus.Final, FactStatus.Preliminary, FactStatus.Corrected, FactStatus.Retracted)
        from key in Gen.Choose(0, int.MaxValue)
        select new Fact(new PatientId(1), new FactKey((UInt128)key), Finding(result, value, observed, known, status), Start.AddHours(stored), new SourceRef("test", default, ""));

    private static Finding Finding(int result, int value, int observed, int known, FactStatus status)
    {
        var concept = new Concept(new Code(CodeSystems.Loinc, "14682-9"), "umol/L", "Creatinine");
        return new Finding(
            FactKind.Measurement, concept, new Coding(concept.Code), value, Comparator.None, null, null,
            Start.AddHours(-observed), null, Start.AddHours(known), status, "r" + result, "test/1");
    }

    /// <summary>The rule, word for word: slow, and plain to see.</summary>
    private static List<Fact> Naive(List<Fact> facts, AsOf asOf)
    {
        var visible = facts.Where(fact => fact.Finding.KnownAt <= asOf.Known && fact.StoredAt <= asOf.Stored).ToList();
        var winners = visible.Where(fact => !visible.Any(other => other.Finding.ResultId == fact.Finding.ResultId && Beats(other, fact)))
            .DistinctBy(fact => fact.Finding.ResultId)
            .Where(fact => fact.Finding.Status != FactStatus.Retracted).ToList();
        return [.. winners
            .GroupBy(fact => (fact.Finding.Concept, fact.Finding.ObservedAt, fact.Finding.Value, fact.Finding.Comparator, fact.Finding.Category, fact.Finding.Text))
            .Select(alike => alike.OrderBy(fact => fact.Finding.KnownAt).ThenBy(fact => fact.Key.Value).First())
            .OrderBy(fact => fact.Finding.ObservedAt).ThenBy(fact => fact.Finding.KnownAt).ThenBy(fact => fact.Key.Value)];
    }

    private static bool Beats(Fact one, Fact other)
    {
        int[] Rank(FactStatus status) => [Array.IndexOf([FactStatus.Preliminary, FactStatus.Final, FactStatus.Corrected, FactStatus.Retracted], status)];
        return (one.Finding.KnownAt, one.StoredAt, Rank(one.Finding.Status)[0], one.Key.Value)
            .CompareTo((other.Finding.KnownAt, other.StoredAt, Rank(other.Finding.Status)[0], other.Key.Value)) > 0;
    }
}

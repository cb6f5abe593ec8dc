using DatacenterOst.Clinical;
using DatacenterOst.Features;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Features;

public sealed class When_features_are_evaluated
{
    private static readonly History Four = Of(
        Lab("creatinine", 80, 0), Lab("creatinine", 120, 10), Lab("creatinine", 60, 20), Lab("creatinine", 100, 30));

    [Theory]
    [InlineData("last", 100)]
    [InlineData("first", 80)]
    [InlineData("min", 60)]
    [InlineData("max", 120)]
    [InlineData("mean", 90)]
    [InlineData("count", 4)]
    [InlineData("ever", 1)]
    [InlineData("timeSince", 18)]
    public void each_aggregate_reads_its_window(string take, double expected)
        => Assert.Equal(expected, One($"take: {take}, concept: creatinine, window: '[-48h, 0h]'", Four, At(48)).Number);

    [Theory]
    [InlineData("[-48h, 0h]", 4)]
    [InlineData("(-48h, 0h]", 3)]
    [InlineData("[-48h, -18h]", 4)]
    [InlineData("[-48h, -18h)", 3)]
    [InlineData("[-1d, 0h]", 1)]
    [InlineData("[-1w, -2d)", 0)]
    public void round_brackets_leave_the_end_of_a_window_out(string window, double expected)
        => Assert.Equal(expected, One($"take: count, concept: creatinine, window: '{window}'", Four, At(48)).Number);

    [Fact]
    public void an_anchored_window_lies_around_the_anchors_own_time()
    {
        var features = Declared("""
            features:
              - { name: newest, concept: creatinine, take: last, window: "[-7d, 0h]" }
              - { name: lowest, concept: creatinine, take: min, window: "[-15h, 0h)", anchor: newest }
              - { name: rise, take: delta, of: [newest, lowest] }
              - { name: ratio, take: ratio, of: [newest, lowest] }
            """);

        var vector = features.Evaluate(Four, At(100));

        Assert.Equal([100, 60, 40, 100.0 / 60], vector.Values.Select(value => value.Number!.Value));
        Assert.Equal(At(20), vector.Find("lowest")!.At);
        Assert.Equal(2, vector.Find("rise")!.Facts.Count);
    }

    [Fact]
    public void differences_and_ratios_are_decimal_so_that_a_boundary_is_on_its_right_side()
    {
        var features = Declared("""
            features:
              - { name: newest, concept: creatinine, take: last, window: "[-7d, 0h]" }
              - { name: lowest, concept: creatinine, take: min, window: "[-7d, 0h)", anchor: newest }
              - { name: rise, take: delta, of: [newest, lowest] }
            """);

        var vector = features.Evaluate(Of(Lab("creatinine", 60.1m, 0), Lab("creatinine", 86.6m, 1)), At(2));

        Assert.Equal(26.5, vector.Find("rise")!.Number);
        Assert.True(86.6 - 60.1 < 26.5);
    }

    [Fact]
    public void a_result_below_the_limit_of_measurement_is_lower_than_the_limit_itself()
    {
        var history = Of(Lab("creatinine", 40, 0), Lab("creatinine", 40, 1, comparator: Comparator.LessThan), Lab("creatinine", 40, 2));

        var lowest = One("take: min, concept: creatinine, window: '[-48h, 0h]'", history, At(3));

        Assert.Equal(40, lowest.Number);
        Assert.Equal(Comparator.LessThan, Assert.Single(lowest.Facts).Finding.Comparator);
        Assert.True(Threshold.Effective(lowest) < 40);
    }

    [Fact]
    public void a_value_in_another_unit_is_never_mixed_in()
        => Assert.Equal(80, One(
            "take: mean, concept: creatinine, window: '[-48h, 0h]'", Of(Lab("creatinine", 80, 0), InUnit("creatinine", "mg/dL", 1, 1)), At(2)).Number);

    [Fact]
    public void an_old_value_is_stale_and_says_when_it_was()
    {
        var stale = One("take: last, concept: creatinine, window: '[-30d, 0h]', staleAfter: 12h", Four, At(43));

        Assert.Equal(MissingReason.Stale, stale.Missing);
        Assert.Null(stale.Number);
        Assert.Equal(At(30), stale.At);
    }

    [Fact]
    public void an_implausible_newest_value_makes_no_number_instead_of_an_older_one()
        => Assert.Equal(MissingReason.Implausible, One("take: last, concept: creatinine, window: '[-30d, 0h]', plausible: [5, 99]", Four, At(43)).Missing);

    [Fact]
    public void an_imputed_value_stands_in_and_still_says_that_it_was_missing()
    {
        var imputed = One("take: last, concept: potassium, window: '[-30d, 0h]', missing: impute, impute: 4.1", Four, At(43));

        Assert.Equal(4.1, imputed.Number);
        Assert.Equal(MissingReason.NoFact, imputed.Missing);
        Assert.Empty(imputed.Facts);
    }

    [Fact]
    public void codes_are_matched_by_their_beginning_and_named_by_the_longest_one_that_fits()
    {
        var history = Of(Coded(FactKind.Procedure, CodeSystems.Sks, "KKAC00", 0), Coded(FactKind.Procedure, CodeSystems.Sks, "KKAS20", 1));
        const string definition = "take: last, as: code, codes: 'SKS|KKA*', window: '[-10y, 0h]', map: { KKA: kidney operation, KKAS: kidney }";

        Assert.Equal("kidney", One(definition, history, At(2)).Text);
        Assert.Equal("kidney operation", One(definition, history, At(0.5)).Text);
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(10, 1)]
    [InlineData(34, 1)]
    [InlineData(34.1, 0)]
    [InlineData(60, 1)]
    [InlineData(70, 1)]
    [InlineData(70.1, 0)]
    public void a_period_covers_the_index_time_or_not(double hour, double expected)
    {
        var history = Of(
            Coded(FactKind.Medication, CodeSystems.Atc, "J05AB14", 10),
            Coded(FactKind.Medication, CodeSystems.Atc, "J05AB06", 50, ended: 70));

        Assert.Equal(expected, One("take: current, codes: 'ATC|J05AB*', window: '[-30d, 0h]', ongoingFor: 24h", history, At(hour)).Number);
    }

    [Fact]
    public void age_is_in_completed_years_and_sex_in_words()
    {
        var features = Declared("""
            features:
              - { name: age, take: age }
              - { name: sex, take: sex }
            """);
        var person = new History(new PatientId(1), Demographics.Unknown with { BirthDate = new DateOnly(1960, 3, 2), Sex = Sex.Female }, []);

        Assert.Equal(65, features.Evaluate(person, At(12)).Find("age")!.Number);
        Assert.Equal(66, features.Evaluate(person, At(24)).Find("age")!.Number);
        Assert.Equal("female", features.Evaluate(person, At(12)).Find("sex")!.Text);
        Assert.Equal(MissingReason.NoFact, features.Evaluate(Of(), At(12)).Find("age")!.Missing);
    }

    [Fact]
    public void extreme_numbers_make_a_value_or_none_but_never_an_error()
    {
        var features = Declared("""
            features:
              - { name: newest, concept: creatinine, take: last, window: "[-7d, 0h]" }
              - { name: oldest, concept: creatinine, take: first, window: "[-7d, 0h]" }
              - { name: mean, concept: creatinine, take: mean, window: "[-7d, 0h]" }
              - { name: delta, take: delta, of: [newest, oldest] }
              - { name: ratio, take: ratio, of: [newest, oldest] }
            """);

        var huge = features.Evaluate(Of(Lab("creatinine", 1e-28m, 0), Lab("creatinine", decimal.MaxValue, 1), Lab("creatinine", decimal.MaxValue, 2)), At(3));
        var zero = features.Evaluate(Of(Lab("creatinine", 0, 0), Lab("creatinine", 5, 1)), At(3));

        Assert.All(huge.Values, value => Assert.True(double.IsFinite(value.Number!.Value)));
        Assert.Equal(MissingReason.Implausible, zero.Find("ratio")!.Missing);
    }

    [Fact]
    public void the_needs_name_the_codes_and_reach_back_as_far_as_the_longest_chain_of_anchors()
    {
        var needs = Declared("""
            features:
              - { name: newest, concept: creatinine, take: last, window: "[-30d, 0h]" }
              - { name: lowest, concept: creatinine, take: min, window: "[-7d, 0h)", anchor: newest }
              - { name: operation, codes: [SKS|KKAS*, ATC|J05AB14], as: code, take: last, window: "[-10d, 0h]" }
            """).Needs;

        Assert.Equal([new Code(CodeSystems.Loinc, "14682-9"), new Code(CodeSystems.Atc, "J05AB14")], needs.Codes);
        Assert.Equal([new Code(CodeSystems.Sks, "KKAS")], needs.Prefixes);
        Assert.Equal(TimeSpan.FromDays(37), needs.Lookback);
    }

    private static FeatureValue One(string definition, History history, DateTimeOffset indexTime)
        => Declared($"features:\n  - {{ name: one, {definition} }}").Evaluate(history, indexTime).Values[0];
}

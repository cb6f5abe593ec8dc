using DatacenterOst.Clinical;
using DatacenterOst.Features;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Features;

public sealed class When_a_feature_looks_at_several_values
{
    private static readonly History Four = Of(
        Lab("creatinine", 80, 0), Lab("creatinine", 120, 10), Lab("creatinine", 60, 20), Lab("creatinine", 100, 30));

    [Theory]
    [InlineData("median", 90)]
    [InlineData("sum", 360)]
    [InlineData("range", 60)]
    [InlineData("sd", 25.81988897471611)]
    [InlineData("slope, per: h", 0)]
    [InlineData("slope, per: d", 0)]
    [InlineData("rate, per: h", 20.0 / 30)]
    [InlineData("rate, per: d", 16)]
    public void each_aggregate_reads_its_window(string take, double expected)
        => Assert.Equal(expected, One($"take: {take}, concept: creatinine, window: '[-48h, 0h]'", Four, At(48)).Number!.Value, 1e-12);

    [Fact]
    public void a_slope_is_by_least_squares_over_all_values_and_says_per_what()
    {
        var rising = Of(Lab("creatinine", 80, 0), Lab("creatinine", 90, 1), Lab("creatinine", 130, 2));

        var slope = One("take: slope, per: d, concept: creatinine, window: '[-48h, 0h]'", rising, At(3));

        Assert.Equal(600, slope.Number!.Value, 1e-9);
        Assert.Equal("umol/L/d", slope.Unit);
        Assert.Equal(3, slope.Facts.Count);
    }

    [Theory]
    [InlineData("sd")]
    [InlineData("slope, per: h")]
    [InlineData("rate, per: h")]
    public void one_value_is_too_few_for_a_spread_or_a_change(string take)
    {
        var features = Declared($"features:\n  - {{ name: one, take: {take}, concept: creatinine, window: '[-48h, 0h]', missing: abstain }}");

        var vector = features.Evaluate(Of(Lab("creatinine", 80, 0)), At(1));

        Assert.Equal(MissingReason.TooFew, vector.Values[0].Missing);
        Assert.Null(vector.Values[0].Number);
        Assert.Contains("too few values", Assert.Single(features.Abstentions(vector)), StringComparison.Ordinal);
    }

    [Fact]
    public void the_middle_of_an_odd_number_of_values_is_one_of_them()
        => Assert.Equal(100, One("take: median, concept: creatinine, window: '(-48h, 0h]'", Four, At(48)).Number);

    [Fact]
    public void sums_are_decimal_so_that_ten_tenths_are_one()
    {
        var tenths = Of([.. Enumerable.Range(0, 10).Select(hour => Lab("creatinine", 0.1m, hour))]);

        Assert.Equal(1, One("take: sum, concept: creatinine, window: '[-48h, 0h]'", tenths, At(10)).Number);
    }

    [Fact]
    public void implausible_values_are_left_out_of_a_spread()
        => Assert.Equal(20, One("take: range, concept: creatinine, window: '[-48h, 0h]', plausible: [70, 110]", Four, At(48)).Number);

    [Fact]
    public void extreme_numbers_make_a_value_and_never_an_error()
    {
        var huge = Of(Lab("creatinine", decimal.MaxValue, 0), Lab("creatinine", decimal.MinValue, 1), Lab("creatinine", 1e-28m, 2));

        Assert.All(["median", "sum", "range", "sd", "slope, per: h", "rate, per: d"], take =>
            Assert.True(double.IsFinite(One($"take: {take}, concept: creatinine, window: '[-48h, 0h]'", huge, At(3)).Number!.Value)));
    }

    private static FeatureValue One(string definition, History history, DateTimeOffset indexTime)
        => Declared($"features:\n  - {{ name: one, {definition} }}").Evaluate(history, indexTime).Values[0];
}

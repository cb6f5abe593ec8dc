using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.UnitTests.Normalise;

public sealed class When_times_are_placed
{
    private static readonly Sender Laboratory = new();

    [Theory]
    [InlineData("2026-03-01T08:00:00+01:00", "2026-03-01T07:00:00Z")]
    [InlineData("2026-03-01T08:00:00.25Z", "2026-03-01T08:00:00.25Z")]
    [InlineData("2026-03-01 08:00:00", "2026-03-01T07:00:00Z")]
    [InlineData("2026-07-01 08:00", "2026-07-01T06:00:00Z")]
    [InlineData("2026-03-01", "2026-02-28T23:00:00Z")]
    [InlineData("2026-10-25T02:30:00", "2026-10-25T00:30:00Z")]
    [InlineData("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z")]
    public void an_ISO_time_is_placed_in_its_zone(string text, string utc) => Assert.Equal(Utc(utc), Observed(Laboratory.Iso(text)).ObservedAt);

    [Theory]
    [InlineData("20260301080000+0100", "2026-03-01T07:00:00Z")]
    [InlineData("20260301080000.1234-0500", "2026-03-01T13:00:00.1234Z")]
    [InlineData("202603010800", "2026-03-01T07:00:00Z")]
    [InlineData("2026030108", "2026-03-01T07:00:00Z")]
    [InlineData("20260301", "2026-02-28T23:00:00Z")]
    public void a_v2_time_is_placed_in_its_zone(string text, string utc) => Assert.Equal(Utc(utc), Observed(Laboratory.Hl7(text)).ObservedAt);

    [Theory]
    [InlineData("2026-02-30")]
    [InlineData("2026-02-30T08:00:00Z")]
    [InlineData("2026-13-01T08:00:00Z")]
    [InlineData("2026-03-01T24:00:00Z")]
    [InlineData("2026-03-01T08:60:00Z")]
    [InlineData("2026-03-29T02:30:00")]
    [InlineData("2026-03")]
    [InlineData("2026")]
    [InlineData("01-03-2026")]
    [InlineData("2026-03-01T08:00:00+25:00")]
    [InlineData("yesterday")]
    public void a_time_that_does_not_exist_or_says_too_little_is_invalid(string text) =>
        Assert.Equal(RejectionReasons.TimeInvalid, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), "140", "mmol/L") with { ObservedAt = Laboratory.Iso(text) }).Reason);

    [Fact]
    public void no_time_is_a_missing_time() =>
        Assert.Equal(RejectionReasons.TimeMissing, Laboratory.Rejection(Laboratory.Fact(Sender.Loinc("2951-2"), "140", "mmol/L") with { ObservedAt = null }).Reason);

    [Fact]
    public void the_doubled_autumn_hour_is_its_first_and_says_so()
    {
        Assert.Contains("doubled-hour-first@1", Observed(Laboratory.Iso("2026-10-25T02:30:00")).Rule, StringComparison.Ordinal);
        Assert.DoesNotContain("doubled-hour", Observed(Laboratory.Iso("2026-10-25T03:30:00")).Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void a_day_without_a_time_says_so_and_is_known_at_its_end_at_the_earliest()
    {
        var sender = new Sender { KnownAfter = TimeSpan.FromHours(1) };
        var finding = sender.Finding(sender.Fact(Sender.Loinc("2951-2"), "140", "mmol/L") with { ObservedAt = sender.Iso("2026-03-01") });
        Assert.Contains("observed-by-day@1", finding.Rule, StringComparison.Ordinal);
        Assert.Equal(Utc("2026-03-02T00:00:00Z"), finding.KnownAt);
    }

    [Fact]
    public void the_known_time_is_the_stated_one_else_a_delay_else_arrival()
    {
        var fact = Laboratory.Fact(Sender.Loinc("2951-2"), "140", "mmol/L");
        var hurried = new Sender { KnownAfter = TimeSpan.FromMinutes(90) };
        Assert.Equal(Utc("2026-03-01T09:30:00Z"), hurried.Finding(fact with { KnownAt = hurried.Iso("2026-03-01T09:30:00Z") }).KnownAt);
        Assert.Equal(Utc("2026-03-01T08:30:00Z"), hurried.Finding(fact).KnownAt);
        Assert.Equal(Sender.Arrival, Laboratory.Finding(fact).KnownAt);
    }

    [Fact]
    public void a_measurement_is_not_known_before_it_is_taken()
    {
        var finding = Laboratory.Finding(Laboratory.Fact(Sender.Loinc("2951-2"), "140", "mmol/L") with { KnownAt = Laboratory.Iso("2026-03-01T06:00:00Z") });
        Assert.Equal(finding.ObservedAt, finding.KnownAt);
        Assert.Contains("known-not-before-observed@1", finding.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void a_condition_may_have_begun_in_a_year_and_a_period_must_not_end_before_it_begins()
    {
        var condition = Laboratory.Fact(new Code(CodeSystems.Icd10, "N18.3"), null) with { Kind = FactKind.Condition, ObservedAt = Laboratory.Iso("2019") };
        var finding = Laboratory.Finding(condition);
        Assert.Equal(Utc("2018-12-31T23:00:00Z"), finding.ObservedAt);
        Assert.Contains("observed-by-month@1", finding.Rule, StringComparison.Ordinal);
        Assert.Equal(Utc("2019-06-30T22:00:00Z"), Laboratory.Finding(condition with { EndedAt = Laboratory.Iso("2019-06-30") }).EndedAt);
        Assert.Equal(RejectionReasons.TimeInvalid, Laboratory.Rejection(condition with { EndedAt = Laboratory.Iso("2018-06-30") }).Reason);
    }

    private static Finding Observed(DatacenterOst.Sources.RawTime time) =>
        Laboratory.Finding(Laboratory.Fact(Sender.Loinc("2951-2"), "140", "mmol/L") with { ObservedAt = time });

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}

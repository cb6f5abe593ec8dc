using DatacenterOst.Clinical;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Store.Models;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Models.LifeCycle;

public sealed class When_estimates_are_judged
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void the_stability_index_is_that_of_the_book_where_no_bin_is_empty()
    {
        // Shares 0.5, 0.3, 0.2 then and 0.4, 0.3, 0.3 now: 0.1 ln(0.5/0.4) + 0.1 ln(0.3/0.2) = 0.0628609.
        var psi = DriftTests.Psi([5_000_000, 3_000_000, 2_000_000], [4_000_000, 3_000_000, 3_000_000]);
        Assert.Equal(0.0628609, psi!.Value, 6);
        Assert.Equal(0, DriftTests.Psi([10, 20, 30], [10, 20, 30])!.Value, 12);
        Assert.True(double.IsFinite(DriftTests.Psi([10, 0, 30], [0, 20, 0])!.Value));
    }

    [Fact]
    public void chi_square_is_what_the_table_gives_by_hand()
    {
        // Expected counts 20·26/58, 19·26/58, 19·26/58 and the same of 32; with two degrees of freedom the tail is exp(-x/2) exactly.
        var test = DriftTests.ChiSquare([12, 5, 9], [8, 14, 10])!.Value;
        double[] expected = [20 * 26 / 58.0, 19 * 26 / 58.0, 19 * 26 / 58.0, 20 * 32 / 58.0, 19 * 32 / 58.0, 19 * 32 / 58.0];
        double[] seen = [12, 5, 9, 8, 14, 10];
        Assert.Equal(seen.Zip(expected, (count, mean) => (count - mean) * (count - mean) / mean).Sum(), test.Statistic, 12);
        Assert.Equal(Math.Exp(-test.Statistic / 2), test.P, 12);
    }

    [Fact]
    public void two_samples_of_one_distribution_are_not_told_apart_and_two_of_others_are()
    {
        Assert.Equal(1, DriftTests.KolmogorovSmirnov([100, 100, 100], [50, 50, 50])!.Value.P, 6);
        var apart = DriftTests.KolmogorovSmirnov([300, 0], [0, 300])!.Value;
        Assert.Equal(1, apart.Statistic, 12);
        Assert.True(apart.P < 1e-100);

        // Q(1.36) = 0.0491, the table's 5 % (Smirnov, Ann Math Stat 1948;19:279-281).
        var root = Math.Sqrt(500_000d);
        var edge = 1.36 / (root + 0.12 + (0.11 / root));
        Assert.Equal(0.0491, DriftTests.KolmogorovSmirnov([500_000, 500_000], [500_000 - (edge * 1_000_000), 500_000 + (edge * 1_000_000)])!.Value.P, 3);
    }

    [Fact]
    public void auroc_counts_pairs()
    {
        var pairs = Gen.Zip(Gen.Choose(0, 20), Gen.Choose(0, 1)).ListOf();
        foreach (var sample in Gen.Sample(pairs, 200, 30))
        {
            var judged = sample.Select(one => new Judged(one.Item1 / 20.0, one.Item2 == 1)).ToList();
            var (wins, all) = (0d, 0);
            foreach (var yes in judged.Where(one => one.Happened))
            {
                foreach (var no in judged.Where(one => !one.Happened))
                {
                    wins += yes.Probability > no.Probability ? 1 : yes.Probability == no.Probability ? 0.5 : 0;
                    all++;
                }
            }

            if (all == 0) Assert.Null(Performance.Auroc(judged));
            else Assert.Equal(wins / all, Performance.Auroc(judged)!.Value, 12);
        }
    }

    [Fact]
    public void performance_before_outcomes_is_what_calibrated_probabilities_give_later()
    {
        var random = new Random(4);
        var probabilities = Enumerable.Range(0, 40_000).Select(_ => Math.Pow(random.NextDouble(), 3)).ToList();
        var expected = Performance.Expected(probabilities)!;
        var seen = Performance.Of([.. probabilities.Select(p => new Judged(p, random.NextDouble() < p))])!;
        Assert.Equal(seen.Auroc!.Value, expected.Auroc!.Value, 0.01);
        Assert.Equal(seen.Brier!.Value, expected.Brier!.Value, 0.005);
        Assert.Equal(1, seen.ObservedByExpected!.Value, 0.03);
        Assert.Equal(1, seen.Slope!.Value, 0.05);
        Assert.Equal(0, seen.Intercept!.Value, 0.05);
    }

    [Fact]
    public void a_calibration_that_is_off_is_measured()
    {
        var random = new Random(5);
        var judged = Enumerable.Range(0, 40_000).Select(_ => random.NextDouble() * 4 - 4)
            .Select(logit => new Judged(1 / (1 + Math.Exp(-logit)), random.NextDouble() < 1 / (1 + Math.Exp(-(0.5 * logit) - 0.3)))).ToList();
        var view = Performance.Of(judged)!;
        Assert.Equal(0.5, view.Slope!.Value, 0.05);
        Assert.True(view.ObservedByExpected > 1.25);
    }

    [Fact]
    public void an_outcome_belongs_to_the_estimates_within_the_horizon()
    {
        var join = new OutcomeJoin([Outcome(1, "2026-03-12", true), Outcome(2, "2026-03-20", false), Outcome(3, "2026-03-12", false)]);
        var week = TimeSpan.FromDays(7);
        Assert.True(join.Of(Row(1, Noon), week));
        Assert.Null(join.Of(Row(1, Noon.AddDays(-10)), week));
        Assert.Null(join.Of(Row(1, Noon.AddDays(5)), week));
        Assert.False(join.Of(Row(2, Noon), week));
        Assert.Null(join.Of(Row(3, Noon), week));
        Assert.Null(join.Of(Row(4, Noon), week));
    }

    [Fact]
    public void what_the_record_says_holds_where_nobody_has_told_anything()
    {
        var (told, read) = (Row(1, Noon), Row(2, Noon));
        var stored = new Dictionary<(string, Guid), bool> { [(told.Estimate.Hash, told.Run)] = false, [(read.Estimate.Hash, read.Run)] = false };
        var join = new OutcomeJoin([Outcome(1, "2026-03-12", true)], stored);
        Assert.True(join.Of(told, TimeSpan.FromDays(7)));
        Assert.False(join.Of(read, TimeSpan.FromDays(7)));
        Assert.Null(join.Of(read with { Estimate = read.Estimate with { Hash = "another" } }, TimeSpan.FromDays(7)));
    }

    [Fact]
    public void a_report_of_probabilities_raises_what_is_off()
    {
        var random = new Random(6);
        var rows = new List<ScoredRow>();
        var outcomes = new List<ModelOutcome>();
        for (var i = 0; i < 600; i++)
        {
            var p = random.NextDouble() * 0.5;
            rows.Add(Row(i, Noon) with { Estimate = Estimate(p, age: 70 + random.Next(0, 20), ward: i % 3 == 0 ? "medical" : "surgical") });
            outcomes.Add(Outcome(i, "2026-03-12", random.NextDouble() < Math.Min(1, p * 2)));
        }

        var reference = new ReferenceData(
            [new ReferenceFeature("age", [40, 50, 60, 70, 80], [], [100, 200, 300, 200, 100, 100], 0), new ReferenceFeature("ward", [], ["medical", "surgical"], [330, 670], 0)],
            null, 0.95);
        var report = ReportMaking.Of(new ReportInput("m", Noon.AddDays(-1), Noon.AddDays(1), Noon)
        {
            Rows = rows,
            Outcomes = outcomes,
            Overrides = [],
            Versions = [new MonitoredVersion("1.0.0", "h1", "active", reference, MonitoringRules.Usual)],
            History = new ModelHistory([], true),
        });
        var kinds = report.Alerts.Select(alert => $"{alert.Kind} {alert.Subject}").ToList();
        Assert.Contains("drift age", kinds);
        Assert.DoesNotContain("drift ward", kinds);
        Assert.Contains("calibration observed/expected", kinds);
        Assert.Contains("discrimination AUROC", kinds);
        var page = ReportHtml.Write(report with { Model = "<script>alert(1)</script>" });
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("<polyline", page, StringComparison.Ordinal);
    }

    private static KeptEstimate Estimate(double p, double age, string ward) => new("1.0.0", "h1")
    {
        Score = p,
        Probability = p,
        Features = [new KeptFeature("age", age, null, null), new KeptFeature("ward", null, ward, null)],
        Conclusions = [],
        Abstentions = [],
    };

    private static ScoredRow Row(long subject, DateTimeOffset asOf) => new(Guid.NewGuid(), subject, asOf, asOf, Estimate(0.1, 50, "medical")) { Unit = "ward", IsSilent = false, Milliseconds = 3 };

    private static ModelOutcome Outcome(long subject, string at, bool happened)
        => new(PatientId.None, subject, "m", Guid.Empty, DateTimeOffset.Parse(at + "T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture), happened) { RecordedAt = Noon, RecordedBy = "x" };
}

using DatacenterOst.Models.Evaluation;
using DatacenterOst.UnitTests.Models.Training;

namespace DatacenterOst.UnitTests.Models.Evaluation;

public sealed class When_predictions_are_judged
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    // Of the four pairs of one with and one without, 0.35 against 0.4 is the wrong way round; average precision 1/2 x 1 + 1/2 x 2/3.
    [Fact]
    public void a_small_table_gives_what_is_worked_out_by_hand()
    {
        double[] scores = [0.1, 0.4, 0.35, 0.8];
        bool[] outcomes = [false, false, true, true];
        Assert.Equal(0.75, Discrimination.Auroc(scores, outcomes), 1e-12);
        Assert.Equal(0.5 + (1 / 3.0), Discrimination.Auprc(scores, outcomes), 1e-12);
        Assert.Equal((0.01 + 0.16 + (0.65 * 0.65) + 0.04) / 4, CalibrationMeasures.Brier(scores, outcomes), 1e-12);
    }

    [Fact]
    public void equal_scores_count_half_and_one_class_alone_gives_no_number()
    {
        Assert.Equal(0.5, Discrimination.Auroc([0.3, 0.3, 0.3], [true, false, false]));
        Assert.True(double.IsNaN(Discrimination.Auroc([0.3, 0.4], [true, true])));
        Assert.True(double.IsNaN(Discrimination.Auprc([0.3, 0.4], [false, false])));
    }

    [Fact]
    public void areas_and_brier_are_those_of_scikit_learn_with_ties()
    {
        var (scores, outcomes) = Drawn(500);
        var theirs = OtherTools.Numbers(OtherTools.RunPython(
            """
            import sys; from sklearn.metrics import roc_auc_score, average_precision_score, brier_score_loss
            s = [float(v) for v in sys.argv[1].split(',')]; y = [int(v) for v in sys.argv[2].split(',')]
            print(repr(float(roc_auc_score(y, s))), repr(float(average_precision_score(y, s))), repr(float(brier_score_loss(y, s))))
            """,
            string.Join(',', scores), string.Join(',', outcomes.Select(came => came ? 1 : 0))));
        Assert.Equal(theirs[0], Discrimination.Auroc(scores, outcomes), 1e-12);
        Assert.Equal(theirs[1], Discrimination.Auprc(scores, outcomes), 1e-12);
        Assert.Equal(theirs[2], CalibrationMeasures.Brier(scores, outcomes), 1e-12);
    }

    [Fact]
    public void the_calibration_line_is_that_of_glm_in_R()
    {
        var (scores, outcomes) = Drawn(400);
        var theirs = OtherTools.Numbers(OtherTools.RunR(
            $"p <- c({string.Join(',', scores)}); y <- c({string.Join(',', outcomes.Select(came => came ? 1 : 0))}); l <- qlogis(p); cat(format(c(coef(glm(y ~ l, binomial))[2], coef(glm(y ~ offset(l), binomial))), digits = 14))"));
        var (slope, intercept) = CalibrationMeasures.Line(scores, outcomes);
        Assert.Equal(theirs[0], slope, 1e-6);
        Assert.Equal(theirs[1], intercept, 1e-6);
    }

    // Wilson's interval of 5 of 20 is 0.1119 to 0.4687 (Newcombe, Stat Med 1998).
    [Fact]
    public void the_interval_of_a_share_is_Wilsons()
    {
        var (low, high) = CalibrationMeasures.Wilson(5, 20);
        Assert.Equal(0.1119, low, 5e-5);
        Assert.Equal(0.4687, high, 5e-5);
    }

    // Two alerts of four, one of them right; patient-days 4 x 2.
    [Fact]
    public void a_threshold_gives_its_alerts()
    {
        ScoredRow[] rows =
        [
            Row(1, 0.6, true, 12), Row(2, 0.7, false, null), Row(3, 0.2, true, 5), Row(4, 0.1, false, null),
        ];
        var at = Thresholds.At(rows, 0.5, new Bootstrap(0, 1));
        Assert.Equal(2, at.Alerts);
        Assert.Equal(0.5, at.Ppv.Value);
        Assert.Equal(0.5, at.Sensitivity.Value);
        Assert.Equal(0.5, at.Specificity.Value);
        Assert.Equal(25, at.AlertsPer100Days.Value);
        Assert.Equal(12, at.LeadHours);
    }

    // At 20 % a false alarm weighs a quarter of a hit: (1 - 1/4) / 4.
    [Fact]
    public void net_benefit_weighs_false_alarms_by_the_odds_of_the_threshold()
    {
        ScoredRow[] rows = [Row(1, 0.6, true, null), Row(2, 0.7, false, null), Row(3, 0.1, true, null), Row(4, 0.1, false, null)];
        var point = Thresholds.DecisionCurve(rows, 0.5).Single(one => Math.Abs(one.Threshold - 0.2) < 1e-9);
        Assert.Equal((1 - 0.25) / 4, point.Model, 1e-12);
        Assert.Equal(0.5 - (0.5 * 0.25), point.All, 1e-12);
    }

    [Fact]
    public void intervals_are_drawn_by_patient_and_the_seed_decides()
    {
        var (scores, outcomes) = Drawn(300);
        ScoredRow[] rows = [.. scores.Select((score, i) => Row(i / 3, score, outcomes[i], null))];
        double[] Area(IReadOnlyList<ScoredRow> drawn) => [Discrimination.Auroc([.. drawn.Select(row => row.Probability)], [.. drawn.Select(row => row.Outcome)])];
        var first = new Bootstrap(200, 4).Measure(rows, Area)[0];
        Assert.Equal(first, new Bootstrap(200, 4).Measure(rows, Area)[0]);
        Assert.NotEqual(first, new Bootstrap(200, 5).Measure(rows, Area)[0]);
        Assert.True(first.Low < first.Value && first.Value < first.High);

        // The same rows as if of one patient cannot vary at all.
        var one = new Bootstrap(200, 4).Measure([.. rows.Select(row => row with { Patient = 1 })], Area)[0];
        Assert.Equal(one.Low, one.High);
    }

    [Fact]
    public void a_report_is_one_page_that_refers_to_nothing_outside()
    {
        var (scores, outcomes) = Drawn(300);
        var rows = scores.Select((score, i) => Row(i, score, outcomes[i], null)).ToArray();
        var page = ReportPage.Write("A <b> report", ["lead"], [new ReportSection("all", Performance.Of(rows, [0.2], new Bootstrap(50, 1)), [])]);
        Assert.Contains("A &lt;b&gt; report", page, StringComparison.Ordinal);
        Assert.Equal(5, page.Split("<svg").Length - 1);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    private static ScoredRow Row(long patient, double score, bool outcome, double? leadHours)
        => new(patient, Begin, score, outcome, leadHours is { } hours ? Begin.AddHours(hours) : null, 2, new Dictionary<string, string> { ["sex"] = patient % 2 == 0 ? "female" : "male" });

    private static (double[] Scores, bool[] Outcomes) Drawn(int count)
    {
        var random = new Random(9);
        double[] scores = [.. Enumerable.Range(0, count).Select(_ => Math.Round((random.NextDouble() * 0.9) + 0.05, 2))];
        return (scores, [.. scores.Select(score => random.NextDouble() < (score * 0.7) + 0.1)]);
    }
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Evaluation;

/// <summary>A subgroup's size and how well the model does in it.</summary>
public sealed record SubgroupPerformance(string Kind, string Group, int Rows, int Events, Measure Auroc, Measure Auprc, Measure Brier, Measure ObservedToExpected);

/// <summary>How well a set of predictions did. All measures are of the rows as given; nothing here is fitted to them but the calibration line.</summary>
public sealed record Performance
{
    /// <summary>Bins of the calibration curve.</summary>
    private const int Bins = 10;

    /// <summary>A subgroup of fewer rows says nothing.</summary>
    private const int LeastSubgroup = 20;

    /// <summary>Points of a curve that a report draws; more are not seen.</summary>
    private const int MaxPoints = 400;

    /// <summary>Kinds times groups; over it the grouping is by something that is no group.</summary>
    private const int MaxSubgroups = 200;

    public required int Rows { get; init; }

    public required int Patients { get; init; }

    public required int Events { get; init; }

    public required double PatientDays { get; init; }

    public required Measure Auroc { get; init; }

    public required Measure Auprc { get; init; }

    public required Measure Brier { get; init; }

    public required Measure CalibrationSlope { get; init; }

    public required Measure CalibrationIntercept { get; init; }

    public required IReadOnlyList<CalibrationBin> Calibration { get; init; }

    public required IReadOnlyList<CurvePoint> Roc { get; init; }

    public required IReadOnlyList<CurvePoint> PrecisionRecall { get; init; }

    public required IReadOnlyList<DecisionPoint> Decision { get; init; }

    public required IReadOnlyList<ThresholdMeasures> Thresholds { get; init; }

    public required IReadOnlyList<SubgroupPerformance> Subgroups { get; init; }

    /// <summary>Rows by predicted probability, in 20 bins, without and with the outcome.</summary>
    public required IReadOnlyList<int[]> Histogram { get; init; }

    /// <exception cref="Problem">Invalid, where there is nothing to measure.</exception>
    public static Performance Of(IReadOnlyList<ScoredRow> rows, IReadOnlyList<double> thresholds, Bootstrap bootstrap)
    {
        if (rows.Count == 0) throw new Problem(ProblemKind.Invalid, "there are no rows to evaluate: no index time has both a prediction and an outcome", where: "rows");
        var (scores, outcomes) = Columns(rows);
        var measures = bootstrap.Measure(rows, All);
        return new Performance
        {
            Rows = rows.Count,
            Patients = rows.Select(row => row.Patient).Distinct().Count(),
            Events = outcomes.Count(outcome => outcome),
            PatientDays = rows.Sum(row => row.Days),
            Auroc = measures[0],
            Auprc = measures[1],
            Brier = measures[2],
            CalibrationSlope = measures[3],
            CalibrationIntercept = measures[4],
            Calibration = CalibrationMeasures.Curve(scores, outcomes, Bins),
            Roc = Thin(Discrimination.Roc(scores, outcomes)),
            PrecisionRecall = Thin(Discrimination.PrecisionRecall(scores, outcomes)),
            Decision = Evaluation.Thresholds.DecisionCurve(rows, Math.Clamp(scores.Max(), 0.1, 0.9)),
            Thresholds = [.. thresholds.Select(threshold => Evaluation.Thresholds.At(rows, threshold, bootstrap))],
            Subgroups = SubgroupsOf(rows, bootstrap),
            Histogram = HistogramOf(rows),
        };
    }

    private static (double[] Scores, bool[] Outcomes) Columns(IReadOnlyList<ScoredRow> rows)
        => ([.. rows.Select(row => row.Probability)], [.. rows.Select(row => row.Outcome)]);

    private static double[] All(IReadOnlyList<ScoredRow> rows)
    {
        var (scores, outcomes) = Columns(rows);
        var (slope, intercept) = CalibrationMeasures.Line(scores, outcomes);
        return [Discrimination.Auroc(scores, outcomes), Discrimination.Auprc(scores, outcomes), CalibrationMeasures.Brier(scores, outcomes), slope, intercept];
    }

    private static List<SubgroupPerformance> SubgroupsOf(IReadOnlyList<ScoredRow> rows, Bootstrap bootstrap)
    {
        var found = new List<SubgroupPerformance>();
        foreach (var kind in rows.SelectMany(row => row.Groups.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var groups = rows.Where(row => row.Groups.ContainsKey(kind)).GroupBy(row => row.Groups[kind]).OrderBy(group => group.Key, StringComparer.Ordinal);
            foreach (var group in groups)
            {
                var own = group.ToArray();
                if (own.Length < LeastSubgroup || found.Count >= MaxSubgroups) continue;
                var measures = bootstrap.Measure(own, Few);
                found.Add(new SubgroupPerformance(kind, group.Key, own.Length, own.Count(row => row.Outcome), measures[0], measures[1], measures[2], measures[3]));
            }
        }

        return found;
    }

    private static double[] Few(IReadOnlyList<ScoredRow> rows)
    {
        var (scores, outcomes) = Columns(rows);
        return [Discrimination.Auroc(scores, outcomes), Discrimination.Auprc(scores, outcomes), CalibrationMeasures.Brier(scores, outcomes), outcomes.Count(outcome => outcome) / scores.Sum()];
    }

    private static int[][] HistogramOf(IReadOnlyList<ScoredRow> rows)
    {
        int[][] bins = [new int[20], new int[20]];
        foreach (var row in rows) bins[row.Outcome ? 1 : 0][Math.Min(19, (int)(row.Probability * 20))]++;
        return bins;
    }

    // An infinite threshold, that of the first ROC point, has no number in JSON.
    private static IReadOnlyList<CurvePoint> Thin(IReadOnlyList<CurvePoint> points)
    {
        var step = Math.Max(1, (points.Count + MaxPoints - 1) / MaxPoints);
        return [.. points.Where((_, i) => i % step == 0 || i == points.Count - 1).Select(point => point with { Threshold = double.IsInfinity(point.Threshold) ? 1 : point.Threshold })];
    }
}

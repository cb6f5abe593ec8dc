namespace DatacenterOst.Models.Evaluation;

/// <summary>What alerting at and above a probability would mean.</summary>
/// <param name="AlertsPer100Days">Rows at or above it, per 100 patient-days.</param>
/// <param name="LeadHours">Median time from a patient's first alert to the event, among those who had both; null where nothing says when it came.</param>
public sealed record ThresholdMeasures(
    double Threshold,
    int Alerts,
    Measure Ppv,
    Measure Sensitivity,
    Measure Specificity,
    Measure Npv,
    Measure AlertsPer100Days,
    double? LeadHours);

/// <summary>Net benefit of acting at a threshold, against acting on all (Vickers, Elkin, Med Decis Making 2006;26:565-574); on none it is 0.</summary>
public sealed record DecisionPoint(double Threshold, double Model, double All);

public static class Thresholds
{
    public static double[] Counts(IReadOnlyList<ScoredRow> rows, double threshold)
    {
        var (tp, fp, fn, tn, days) = (0d, 0d, 0d, 0d, 0d);
        foreach (var row in rows)
        {
            days += row.Days;
            if (row.Probability >= threshold)
            {
                if (row.Outcome) tp++;
                else fp++;
            }
            else if (row.Outcome)
            {
                fn++;
            }
            else
            {
                tn++;
            }
        }

        return [tp / (tp + fp), tp / (tp + fn), tn / (tn + fp), tn / (tn + fn), days > 0 ? 100 * (tp + fp) / days : double.NaN];
    }

    public static ThresholdMeasures At(IReadOnlyList<ScoredRow> rows, double threshold, Bootstrap bootstrap)
    {
        var measures = bootstrap.Measure(rows, drawn => Counts(drawn, threshold));
        return new ThresholdMeasures(
            threshold, rows.Count(row => row.Probability >= threshold), measures[0], measures[1], measures[2], measures[3], measures[4], Lead(rows, threshold));
    }

    public static IReadOnlyList<DecisionPoint> DecisionCurve(IReadOnlyList<ScoredRow> rows, double highest)
    {
        // Steps of one per cent: finer than anybody knows how willing they are to act.
        var points = new List<DecisionPoint>();
        var prevalence = rows.Count(row => row.Outcome) / (double)rows.Count;
        for (var percent = 1; percent / 100.0 <= highest; percent++)
        {
            var threshold = percent / 100.0;
            var odds = threshold / (1 - threshold);
            var hits = rows.Count(row => row.Outcome && row.Probability >= threshold);
            var alarms = rows.Count(row => !row.Outcome && row.Probability >= threshold);
            points.Add(new DecisionPoint(threshold, (hits - (alarms * odds)) / rows.Count, prevalence - ((1 - prevalence) * odds)));
        }

        return points;
    }

    private static double? Lead(IReadOnlyList<ScoredRow> rows, double threshold)
    {
        var leads = rows.Where(row => row.Probability >= threshold && row.EventAt is not null && row.EventAt >= row.IndexTime)
            .GroupBy(row => row.Patient).Select(own => own.Max(row => (row.EventAt!.Value - row.IndexTime).TotalHours)).Order().ToArray();
        return leads.Length == 0 ? null : (leads[(leads.Length - 1) / 2] + leads[leads.Length / 2]) / 2;
    }
}

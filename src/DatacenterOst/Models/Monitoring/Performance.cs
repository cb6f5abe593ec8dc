using DatacenterOst.Models.Evaluation;

namespace DatacenterOst.Models.Monitoring;

/// <summary>One estimate with what became of the patient.</summary>
public readonly record struct Judged(double Probability, bool Happened);

/// <summary>Estimates that are alike, with what was expected and what came.</summary>
public sealed record CalibrationBin(int Count, double Expected, double Observed);

/// <summary>How good probabilities were, or are expected to be.</summary>
/// <param name="Slope">Of log-odds; 1 for probabilities that are neither too bold nor too cautious.</param>
/// <param name="Intercept">With the slope at 1: calibration in the large; 0 is right.</param>
public sealed record PerformanceView(int Count, double Events, double? Auroc, double? Brier, double? ObservedByExpected)
{
    public double? Slope { get; init; }

    public double? Intercept { get; init; }

    public IReadOnlyList<CalibrationBin> Bins { get; init; } = [];
}

/// <summary>Discrimination and calibration of probabilities, and what both are expected to be before outcomes are known. Pure.</summary>
public static class Performance
{
    private const int Bins = 10;

    public static PerformanceView? Of(IReadOnlyList<Judged> judged)
    {
        if (judged.Count == 0) return null;
        var (probabilities, happened) = Apart(judged);
        var events = happened.Count(came => came);
        var expected = probabilities.Sum();
        var (slope, intercept) = CalibrationMeasures.Line(probabilities, happened);
        return new PerformanceView(
            judged.Count, events, Known(Discrimination.Auroc(probabilities, happened)), CalibrationMeasures.Brier(probabilities, happened), expected > 0 ? events / expected : null)
        {
            Slope = Known(slope),
            Intercept = Known(intercept),
            Bins = [.. CalibrationMeasures.Curve(probabilities, happened, Bins).Select(bin => new CalibrationBin(bin.Count, bin.Predicted, bin.Observed))],
        };
    }

    /// <summary>
    /// What performance is expected of calibrated probabilities, from themselves: each counts as so much of an event (confidence-based
    /// performance estimation). It holds as long as the probabilities are calibrated, and cannot see that they no longer are.
    /// </summary>
    public static PerformanceView? Expected(IReadOnlyList<double> probabilities)
    {
        if (probabilities.Count == 0) return null;
        var sorted = probabilities.Order().ToArray();
        var (events, others) = (sorted.Sum(), sorted.Sum(p => 1 - p));
        var (below, wins) = (0d, 0d);
        for (var i = 0; i < sorted.Length;)
        {
            var (next, tied, tiedOthers, self) = (i, 0d, 0d, 0d);
            for (; next < sorted.Length && sorted[next] == sorted[i]; next++)
            {
                tied += sorted[next];
                tiedOthers += 1 - sorted[next];
                self += sorted[next] * (1 - sorted[next]);
            }

            // A patient is not compared with itself.
            wins += (tied * below) + (((tied * tiedOthers) - self) / 2);
            below += tiedOthers;
            i = next;
        }

        var pairs = (events * others) - sorted.Sum(p => p * (1 - p));
        return new PerformanceView(sorted.Length, events, pairs > 0 ? wins / pairs : null, sorted.Average(p => p * (1 - p)), null);
    }

    /// <summary>The share of pairs in which the one to whom it happened had the higher estimate; null where all came out alike.</summary>
    public static double? Auroc(IReadOnlyList<Judged> judged)
    {
        var (probabilities, happened) = Apart(judged);
        return Known(Discrimination.Auroc(probabilities, happened));
    }

    private static (double[] Probabilities, bool[] Happened) Apart(IReadOnlyList<Judged> judged)
        => ([.. judged.Select(one => one.Probability)], [.. judged.Select(one => one.Happened)]);

    // What cannot be measured is NaN among the measures, and nothing in a report.
    private static double? Known(double measure) => double.IsNaN(measure) ? null : measure;
}

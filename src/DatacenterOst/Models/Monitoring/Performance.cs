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

    /// <summary>Newton's method needs a handful; over it the data do not separate.</summary>
    private const int MaxSteps = 50;

    public static PerformanceView? Of(IReadOnlyList<Judged> judged)
    {
        if (judged.Count == 0) return null;
        var events = judged.Count(one => one.Happened);
        var expected = judged.Sum(one => one.Probability);
        return new PerformanceView(
            judged.Count, events, Auroc(judged), judged.Average(one => Square(one.Probability - (one.Happened ? 1 : 0))), expected > 0 ? events / expected : null)
        {
            Slope = Recalibrated(judged, freeSlope: 1)?.Slope,
            Intercept = Recalibrated(judged, freeSlope: 0)?.Intercept,
            Bins = CalibrationBins(judged),
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

    /// <summary>The share of pairs in which the one to whom it happened had the higher estimate; ties count half.</summary>
    public static double? Auroc(IReadOnlyList<Judged> judged)
    {
        var sorted = judged.OrderBy(one => one.Probability).ToArray();
        var (ranks, events) = (0d, 0d);
        for (var i = 0; i < sorted.Length;)
        {
            var next = i;
            while (next < sorted.Length && sorted[next].Probability == sorted[i].Probability) next++;
            var rank = (i + 1 + next) / 2.0;
            for (; i < next; i++)
            {
                if (!sorted[i].Happened) continue;
                ranks += rank;
                events++;
            }
        }

        var others = sorted.Length - events;
        return events == 0 || others == 0 ? null : (ranks - (events * (events + 1) / 2)) / (events * others);
    }

    private static List<CalibrationBin> CalibrationBins(IReadOnlyList<Judged> judged)
    {
        var sorted = judged.OrderBy(one => one.Probability).ToArray();
        var bins = new List<CalibrationBin>();
        for (var bin = 0; bin < Bins; bin++)
        {
            var part = sorted.AsSpan(bin * sorted.Length / Bins, ((bin + 1) * sorted.Length / Bins) - (bin * sorted.Length / Bins)).ToArray();
            if (part.Length > 0) bins.Add(new CalibrationBin(part.Length, part.Average(one => one.Probability), part.Average(one => one.Happened ? 1.0 : 0.0)));
        }

        return bins;
    }

    /// <summary>Logistic regression of the outcome on the log-odds of the estimate (Cox, Biometrika 1958;45:562-565); null where it does not settle.</summary>
    /// <param name="freeSlope">0 keeps the slope at 1.</param>
    private static (double Intercept, double Slope)? Recalibrated(IReadOnlyList<Judged> judged, int freeSlope)
    {
        var (a, b) = (0d, 1d);
        for (var step = 0; step < MaxSteps; step++)
        {
            var (ga, gb, haa, hab, hbb) = (0d, 0d, 0d, 0d, 0d);
            foreach (var one in judged)
            {
                var x = LogOdds(one.Probability);
                var p = 1 / (1 + Math.Exp(-(a + (b * x))));
                var (difference, weight) = ((one.Happened ? 1 : 0) - p, p * (1 - p));
                (ga, gb) = (ga + difference, gb + (difference * x * freeSlope));
                (haa, hab, hbb) = (haa + weight, hab + (weight * x * freeSlope), hbb + (weight * x * x * freeSlope));
            }

            if (freeSlope == 0) hbb = 1;
            var determinant = (haa * hbb) - (hab * hab);
            if (!(Math.Abs(determinant) > 1e-12)) return null;
            var (da, db) = (((hbb * ga) - (hab * gb)) / determinant, ((haa * gb) - (hab * ga)) / determinant);
            (a, b) = (a + da, b + db);
            if (!double.IsFinite(a) || !double.IsFinite(b) || Math.Abs(a) > 50 || Math.Abs(b) > 50) return null;
            if (Math.Abs(da) + Math.Abs(db) < 1e-10) return (a, b);
        }

        return null;
    }

    // A probability of exactly 0 or 1 has no log-odds; one in a million is as sure as anybody is.
    private static double LogOdds(double p)
    {
        p = Math.Clamp(p, 1e-6, 1 - 1e-6);
        return Math.Log(p / (1 - p));
    }

    private static double Square(double value) => value * value;
}

namespace DatacenterOst.Models.Evaluation;

/// <summary>One bin of the calibration curve.</summary>
/// <param name="Predicted">Mean predicted probability.</param>
/// <param name="Observed">Share with the outcome, with Wilson's 95 % interval.</param>
public sealed record CalibrationBin(int Count, double Predicted, double Observed, double Low, double High);

/// <summary>Whether probabilities mean what they say (Steyerberg, Vergouwe, Eur Heart J 2014;35:1925-1931).</summary>
public static class CalibrationMeasures
{
    private const double Z = 1.959963984540054;

    /// <summary>Mean squared difference between probability and outcome (Brier 1950).</summary>
    public static double Brier(double[] probabilities, bool[] outcomes)
    {
        var sum = 0d;
        for (var i = 0; i < probabilities.Length; i++)
        {
            var difference = probabilities[i] - (outcomes[i] ? 1 : 0);
            sum += difference * difference;
        }

        return probabilities.Length == 0 ? double.NaN : sum / probabilities.Length;
    }

    /// <summary>
    /// Slope of the outcome's log-odds on the predicted: 1 is right, below 1 too extreme. Intercept at slope 1 (calibration in the large):
    /// 0 is right, above 0 too low.
    /// </summary>
    public static (double Slope, double Intercept) Line(double[] probabilities, bool[] outcomes)
    {
        var margins = Array.ConvertAll(probabilities, Logit);
        var (_, slope) = Fit(margins, outcomes, slopeFree: true);
        var (intercept, _) = Fit(margins, outcomes, slopeFree: false);
        return (slope, intercept);
    }

    /// <summary>Bins of equally many rows, by rising probability.</summary>
    public static IReadOnlyList<CalibrationBin> Curve(double[] probabilities, bool[] outcomes, int bins)
    {
        var keys = (double[])probabilities.Clone();
        var sorted = (bool[])outcomes.Clone();
        Array.Sort(keys, sorted);
        var curve = new List<CalibrationBin>(bins);
        for (var bin = 0; bin < bins; bin++)
        {
            var (from, to) = ((int)((long)bin * keys.Length / bins), (int)((long)(bin + 1) * keys.Length / bins));
            if (from == to) continue;
            var count = to - from;
            var events = sorted.AsSpan(from, count).Count(true);
            var (low, high) = Wilson(events, count);
            curve.Add(new CalibrationBin(count, keys.AsSpan(from, count).ToArray().Average(), (double)events / count, low, high));
        }

        return curve;
    }

    /// <summary>Wilson's 95 % interval of a share (JASA 1927;22:209-212).</summary>
    public static (double Low, double High) Wilson(int events, int count)
    {
        if (count == 0) return (0, 1);
        var share = (double)events / count;
        var centre = (share + (Z * Z / (2 * count))) / (1 + (Z * Z / count));
        var half = Z / (1 + (Z * Z / count)) * Math.Sqrt((share * (1 - share) / count) + (Z * Z / (4.0 * count * count)));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    internal static double Logit(double probability)
    {
        var bounded = Math.Clamp(probability, 1e-9, 1 - 1e-9);
        return Math.Log(bounded / (1 - bounded));
    }

    /// <summary>Newton's method on one or two numbers.</summary>
    private static (double Intercept, double Slope) Fit(double[] margins, bool[] outcomes, bool slopeFree)
    {
        var (intercept, slope) = (0d, 1d);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var (g0, g1, h00, h01, h11) = (0d, 0d, 0d, 0d, 0d);
            for (var i = 0; i < margins.Length; i++)
            {
                var probability = 1 / (1 + Math.Exp(-(intercept + (slope * margins[i]))));
                var (error, weight) = ((outcomes[i] ? 1 : 0) - probability, probability * (1 - probability));
                (g0, g1) = (g0 + error, g1 + (error * margins[i]));
                (h00, h01, h11) = (h00 + weight, h01 + (weight * margins[i]), h11 + (weight * margins[i] * margins[i]));
            }

            var determinant = (h00 * h11) - (h01 * h01);
            if (h00 < 1e-12 || (slopeFree && determinant < 1e-12)) return (double.NaN, double.NaN);
            var (d0, d1) = slopeFree ? (((h11 * g0) - (h01 * g1)) / determinant, ((h00 * g1) - (h01 * g0)) / determinant) : (g0 / h00, 0);
            (intercept, slope) = (intercept + d0, slope + d1);
            if (!double.IsFinite(intercept) || Math.Abs(intercept) > 1e3) return (double.NaN, double.NaN);
            if (Math.Abs(d0) + Math.Abs(d1) < 1e-10) return (intercept, slope);
        }

        return (double.NaN, double.NaN);
    }
}

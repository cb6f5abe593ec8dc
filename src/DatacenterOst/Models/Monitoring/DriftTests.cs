using MathNet.Numerics;

namespace DatacenterOst.Models.Monitoring;

/// <summary>How far one distribution is from another, and whether chance explains it. Pure.</summary>
public static class DriftTests
{
    /// <summary>
    /// Population stability index: sum over bins of (p - q) ln(p / q) (Siddiqi 2006; the symmetrised Kullback-Leibler divergence). Half a
    /// count is added to every bin, so that an empty one gives a number.
    /// </summary>
    public static double? Psi(IReadOnlyList<double> reference, IReadOnlyList<double> now)
    {
        var (n, m) = (reference.Sum(), now.Sum());
        if (n <= 0 || m <= 0 || reference.Count != now.Count) return null;
        var psi = 0d;
        for (var i = 0; i < now.Count; i++)
        {
            if (reference[i] <= 0 && now[i] <= 0) continue;
            var q = (reference[i] + 0.5) / (n + (0.5 * now.Count));
            var p = (now[i] + 0.5) / (m + (0.5 * now.Count));
            psi += (p - q) * Math.Log(p / q);
        }

        return psi;
    }

    /// <summary>
    /// Two-sample Kolmogorov-Smirnov over common bins. The greatest distance at the edges is at most the one of the values themselves,
    /// so the p-value is never too small. Asymptotic distribution with Stephens' correction (J R Stat Soc B 1970;32:115-122).
    /// </summary>
    public static (double Statistic, double P)? KolmogorovSmirnov(IReadOnlyList<double> reference, IReadOnlyList<double> now)
    {
        var (n, m) = (reference.Sum(), now.Sum());
        if (n <= 0 || m <= 0 || reference.Count != now.Count) return null;
        var (left, right, distance) = (0d, 0d, 0d);
        for (var i = 0; i < now.Count; i++)
        {
            left += reference[i] / n;
            right += now[i] / m;
            distance = Math.Max(distance, Math.Abs(left - right));
        }

        var root = Math.Sqrt(n * m / (n + m));
        return (distance, KolmogorovTail((root + 0.12 + (0.11 / root)) * distance));
    }

    /// <summary>Chi-square of homogeneity of two samples over words; words that neither has do not count.</summary>
    public static (double Statistic, double P)? ChiSquare(IReadOnlyList<double> reference, IReadOnlyList<double> now)
    {
        var (n, m) = (reference.Sum(), now.Sum());
        if (n <= 0 || m <= 0 || reference.Count != now.Count) return null;
        var (statistic, used) = (0d, 0);
        for (var i = 0; i < now.Count; i++)
        {
            var both = reference[i] + now[i];
            if (both <= 0) continue;
            used++;
            var (left, right) = (both * n / (n + m), both * m / (n + m));
            statistic += ((reference[i] - left) * (reference[i] - left) / left) + ((now[i] - right) * (now[i] - right) / right);
        }

        return used < 2 ? null : (statistic, SpecialFunctions.GammaUpperRegularized((used - 1) / 2.0, statistic / 2));
    }

    // Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2); below 0.2 it is 1 to more digits than a double has.
    private static double KolmogorovTail(double x)
    {
        if (x < 0.2) return 1;
        var sum = 0d;
        for (var k = 1; k <= 100; k++)
        {
            var term = Math.Exp(-2 * k * k * x * x);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-18) break;
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}

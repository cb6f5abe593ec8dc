namespace DatacenterOst.Server.Operations;

/// <summary>
/// The statistics of http://terminology.hl7.org/CodeSystem/observation-statistics that one series has. Spread is that of a sample
/// (n − 1); percentiles lie on the line between the two values around them (type 7 of Hyndman and Fan 1996); skew and kurtosis are the
/// adjusted ones of Joanes and Gill 1998. <see cref="Regression"/> is of the values over time.
/// </summary>
public static class Statistic
{
    public const string System = "http://terminology.hl7.org/CodeSystem/observation-statistics";

    /// <summary>Digits behind the point of what is computed.</summary>
    private const int Decimals = 10;

    public static IReadOnlyList<string> Names { get; } =
    [
        "average", "maximum", "minimum", "count", "total-count", "median", "std-dev", "sum", "variance", "20-percent", "80-percent",
        "4-lower", "4-upper", "4-dev", "5-1", "5-2", "5-3", "5-4", "skew", "kurtosis", Regression.Name,
    ];

    /// <summary>How a statistic is measured.</summary>
    public static StatisticUnit UnitOf(string name) => name switch
    {
        "count" or "total-count" or "skew" or "kurtosis" => StatisticUnit.None,
        "variance" => StatisticUnit.Squared,
        _ => StatisticUnit.Same,
    };

    /// <summary>Null where there are too few values for it, or the result is beyond a decimal.</summary>
    public static decimal? Of(string name, IReadOnlyList<decimal> values, int total)
    {
        if (name is "count" or "total-count")
            return name == "count" ? values.Count : total;
        if (values.Count == 0)
            return null;
        var sorted = values.Order().ToList();
        return name switch
        {
            "average" => decimal.Round(values.Sum() / values.Count, Decimals),
            "maximum" => sorted[^1],
            "minimum" => sorted[0],
            "sum" => values.Sum(),
            "median" => Percentile(sorted, 0.5m),
            "20-percent" or "5-1" => Percentile(sorted, 0.2m),
            "80-percent" or "5-4" => Percentile(sorted, 0.8m),
            "5-2" => Percentile(sorted, 0.4m),
            "5-3" => Percentile(sorted, 0.6m),
            "4-lower" => Percentile(sorted, 0.25m),
            "4-upper" => Percentile(sorted, 0.75m),
            "4-dev" => (Percentile(sorted, 0.75m) - Percentile(sorted, 0.25m)) / 2,
            "variance" => Rounded(Variance(values)),
            "std-dev" => Rounded(Math.Sqrt(Variance(values))),
            "skew" => Rounded(Skew(values)),
            "kurtosis" => Rounded(Kurtosis(values)),
            _ => null,
        };
    }

    private static decimal Percentile(List<decimal> sorted, decimal share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 == sorted.Count ? sorted[below] : decimal.Round(sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]), Decimals);
    }

    private static double Variance(IReadOnlyList<decimal> values) => values.Count < 2 ? double.NaN : Moment(values, 2) / (values.Count - 1);

    private static double Skew(IReadOnlyList<decimal> values)
    {
        double n = values.Count;
        var m2 = Moment(values, 2) / n;
        return n < 3 || m2 == 0 ? double.NaN : Moment(values, 3) / n / Math.Pow(m2, 1.5) * Math.Sqrt(n * (n - 1)) / (n - 2);
    }

    private static double Kurtosis(IReadOnlyList<decimal> values)
    {
        double n = values.Count;
        var m2 = Moment(values, 2) / n;
        return n < 4 || m2 == 0 ? double.NaN : (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (Moment(values, 4) / n / (m2 * m2) - 3) + 6);
    }

    // Sum of the powers of the distance from the average.
    private static double Moment(IReadOnlyList<decimal> values, int power)
    {
        var average = (double)(values.Sum() / values.Count);
        return values.Sum(value => Math.Pow((double)value - average, power));
    }

    internal static decimal? Rounded(double value)
        => double.IsFinite(value) && Math.Abs(value) < 1e17 ? decimal.Round((decimal)value, Decimals) : null;
}

/// <summary>The unit of a statistic, beside that of the measurements.</summary>
public enum StatisticUnit
{
    Same,
    Squared,
    None,
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>
/// How a result beyond a limit of measurement meets a threshold: <c>&lt;x</c> lies just below x and <c>&gt;x</c> just above
/// it, so that <c>&lt;5</c> is below a threshold of 5 and <c>&gt;5</c> is above it. How far beyond is not known.
/// </summary>
public static class Threshold
{
    public static double Effective(double value, Comparator comparator) => Side(comparator) switch
    {
        < 0 => double.BitDecrement(value),
        > 0 => double.BitIncrement(value),
        _ => value,
    };

    /// <summary>The number as thresholds see it. Only a value that one fact decides can be a bound.</summary>
    public static double? Effective(FeatureValue value)
    {
        if (value.Number is not { } number) return null;
        return value.Facts.Count == 1 && value.Facts[0].Finding.Value is not null ? Effective(number, value.Facts[0].Finding.Comparator) : number;
    }

    internal static int Side(Comparator comparator) => comparator switch
    {
        Comparator.LessThan => -1,
        Comparator.GreaterThan => 1,
        _ => 0,
    };
}

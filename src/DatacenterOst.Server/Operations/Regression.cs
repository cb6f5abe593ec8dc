namespace DatacenterOst.Server.Operations;

/// <summary>
/// The straight line of least squares through measurements over time, as HL7's code "regression" asks for: a gradient and an intercept.
/// Time counts in days from the first measurement, where the intercept is.
/// </summary>
/// <param name="Gradient">In the unit of the measurements, per day.</param>
/// <param name="Intercept">In the unit of the measurements, at <paramref name="From"/>.</param>
public sealed record Regression(decimal Gradient, decimal Intercept, DateTimeOffset From)
{
    public const string Name = "regression";

    /// <summary>Null where the measurements lie at fewer than two times, or the line is beyond a decimal.</summary>
    public static Regression? Of(IReadOnlyList<(DateTimeOffset At, decimal Value)> measured)
    {
        if (measured.Count < 2)
            return null;
        var from = measured.Min(one => one.At);
        var points = measured.Select(one => (Days: (one.At - from).TotalDays, Value: (double)one.Value)).ToList();
        var (days, value) = (points.Average(point => point.Days), points.Average(point => point.Value));
        // Sums of the distances from the averages: no digits are lost to large values close together.
        var together = points.Sum(point => (point.Days - days) * (point.Value - value));
        var spread = points.Sum(point => (point.Days - days) * (point.Days - days));
        if (spread == 0)
            return null;
        var gradient = together / spread;
        return Statistic.Rounded(gradient) is { } rise && Statistic.Rounded(value - gradient * days) is { } intercept
            ? new Regression(rise, intercept, from)
            : null;
    }
}

using DatacenterOst.Features;

namespace DatacenterOst.Models.Calibration;

/// <summary>A range of probability with the confidence that it is stated for.</summary>
/// <param name="Level">0.9 for 90 %.</param>
/// <param name="Method">How the package's author made the table: conformal or bootstrap.</param>
public sealed record RiskInterval(double Low, double High, double Level, IntervalMethod Method);

public enum IntervalMethod
{
    /// <summary>Quantiles of what was observed beside like predictions (inductive conformal prediction, Venn–Abers).</summary>
    Conformal,

    /// <summary>Quantiles over models fitted to resampled patients.</summary>
    Bootstrap,
}

/// <summary>The package's table of intervals by predicted probability; between its rows it is read in straight lines.</summary>
public sealed class IntervalTable
{
    private readonly CurveTable low;
    private readonly CurveTable high;
    private readonly double level;
    private readonly IntervalMethod method;

    private IntervalTable(CurveTable low, CurveTable high, double level, IntervalMethod method)
        => (this.low, this.high, this.level, this.method) = (low, high, level, method);

    public RiskInterval Of(double probability) => new(Math.Min(low.At(probability), probability), Math.Max(high.At(probability), probability), level, method);

    internal static IntervalTable? Read(YamlMap? section)
    {
        if (section is null) return null;
        var rows = section.Maps("table");
        var (lows, highs) = (new List<(double, double)>(), new List<(double, double)>());
        foreach (var row in rows)
        {
            var at = CurveTable.Needed(row, "at");
            var (from, to) = (CurveTable.Needed(row, "low"), CurveTable.Needed(row, "high"));
            if (!(from <= to && from >= 0 && to <= 1)) row.Report("an interval lies between 0 and 1, 'low' first");
            lows.Add((at, from));
            highs.Add((at, to));
        }

        var level = CurveTable.Needed(section, "level");
        if (level is <= 0 or >= 1) section.Report("level", "must lie between 0 and 1, for example 0.9");
        var method = section.Choice<IntervalMethod>("method");
        if (method is null && !section.Has("method")) section.Report("'method' is missing; say conformal or bootstrap");
        return new IntervalTable(CurveTable.Read(section, "table", lows), CurveTable.Read(section, "table", highs), level, method ?? IntervalMethod.Conformal);
    }
}

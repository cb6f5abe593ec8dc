using DatacenterOst.Features;

namespace DatacenterOst.Models.Calibration;

public enum CalibrationMethod
{
    None,

    /// <summary>New log-odds = intercept + slope × log-odds (recalibration of Cox 1958).</summary>
    Logistic,

    /// <summary>1 / (1 + exp(a × margin + b)), as Platt 1999 wrote it: a is mostly negative.</summary>
    Platt,

    /// <summary>A rising table from the raw probability to the observed one, straight between its points.</summary>
    Isotonic,
}

/// <summary>From what a model says to a probability that holds where it is used.</summary>
public sealed class Calibrator
{
    private readonly CalibrationMethod method;
    private readonly double first;
    private readonly double second;
    private readonly CurveTable? table;

    private Calibrator(CalibrationMethod method, double first, double second, CurveTable? table)
        => (this.method, this.first, this.second, this.table) = (method, first, second, table);

    public static readonly Calibrator None = new(CalibrationMethod.None, 0, 0, null);

    /// <summary>The site of the package's table that this one is of; empty for the package's general one.</summary>
    public string Site { get; private init; } = "";

    /// <summary>Whether it makes nothing of what the model gives: such a calibration would be passed over in silence.</summary>
    public bool NeedsMoreThan(double? probability) => probability is null && method is (CalibrationMethod.Logistic or CalibrationMethod.Isotonic);

    /// <param name="probability">The model's own; null where it gives a margin only.</param>
    /// <returns>Null where there is nothing to make a probability of.</returns>
    public double? Probability(double margin, double? probability) => method switch
    {
        CalibrationMethod.Platt => Sigmoid(-((first * margin) + second)),
        CalibrationMethod.Logistic when probability is { } own => Sigmoid(first + (second * LogOdds(own))),
        CalibrationMethod.Isotonic when probability is { } own => table!.At(own),
        _ => probability,
    };

    /// <param name="site">Of the setting; a package that has no calibration for it gives its general one.</param>
    internal static Calibrator Read(YamlMap? section, string site)
    {
        if (section is null) return None;
        var general = One(section);
        if (section.Map("sites") is not { } sites) return general;
        foreach (var name in sites.Keys())
        {
            if (sites.Map(name) is not { } map) continue;
            var one = One(map);
            if (name == site) general = new Calibrator(one.method, one.first, one.second, one.table) { Site = name };
        }

        return general;
    }

    private static Calibrator One(YamlMap map)
    {
        var method = map.Choice<CalibrationMethod>("method");
        if (method is null && !map.Has("method")) map.Report("'method' is missing; say logistic, platt, isotonic or none");
        switch (method ?? CalibrationMethod.None)
        {
            case CalibrationMethod.Logistic:
                var slope = CurveTable.Needed(map, "slope");
                if (slope <= 0 && map.Has("slope")) map.Report("slope", "must be above 0; a calibration never turns the order of patients round");
                return new Calibrator(CalibrationMethod.Logistic, CurveTable.Needed(map, "intercept"), slope, null);
            case CalibrationMethod.Platt:
                return new Calibrator(CalibrationMethod.Platt, CurveTable.Needed(map, "a"), CurveTable.Needed(map, "b"), null);
            case CalibrationMethod.Isotonic:
                var points = map.Maps("points").Select(point => (CurveTable.Needed(point, "raw"), CurveTable.Needed(point, "observed"))).ToList();
                var table = CurveTable.Read(map, "points", points);
                if (!table.IsRising || points.Any(point => point.Item2 is < 0 or > 1)) map.Report("points", "must have 'observed' that rises or stays, between 0 and 1");
                return new Calibrator(CalibrationMethod.Isotonic, 0, 0, table);
            default:
                return None;
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double LogOdds(double probability) => Math.Log(probability / (1 - probability));
}

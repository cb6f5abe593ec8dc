using DatacenterOst.Features;

namespace DatacenterOst.Models.Monitoring;

/// <summary>From when on a report raises an alert: <c>monitoring:</c> in model.yaml, and what holds where it says nothing.</summary>
public sealed record MonitoringRules
{
    public static readonly MonitoringRules Usual = new();

    /// <summary>Population stability index of a feature or of the score. Above 0.25 the population is another (Siddiqi, Credit Risk Scorecards, 2006).</summary>
    public double Psi { get; init; } = 0.25;

    /// <summary>A test's p-value below which a difference is no chance; small, because every feature is tested.</summary>
    public double PValue { get; init; } = 0.001;

    /// <summary>Estimates needed before drift is judged.</summary>
    public int LeastScores { get; init; } = 100;

    /// <summary>Outcomes needed before calibration is judged.</summary>
    public int LeastOutcomes { get; init; } = 100;

    /// <summary>Share of requests that got no number.</summary>
    public double Abstentions { get; init; } = 0.5;

    /// <summary>The slowest twentieth of the answers, in milliseconds. The standard's order of magnitude for a whole answer is 500 (CDS Hooks 2.0.1).</summary>
    public double Milliseconds { get; init; } = 500;

    /// <summary>Share of shown cards that were overridden.</summary>
    public double Overrides { get; init; } = 0.9;

    /// <summary>How far observed by expected outcomes may be from 1, as a factor either way.</summary>
    public double Calibration { get; init; } = 1.25;

    /// <summary>How much the area under the ROC curve may be below that at training.</summary>
    public double AurocLoss { get; init; } = 0.05;

    /// <summary>How long after the estimate the outcome counts; null where any later outcome counts. That of the declared outcome, unless monitoring says another.</summary>
    public TimeSpan? Horizon { get; init; }

    /// <param name="horizon">That of the outcome, as the package declares it.</param>
    internal static MonitoringRules Read(YamlMap? map, TimeSpan? horizon)
    {
        if (map is null) return Usual with { Horizon = horizon };
        return new MonitoringRules
        {
            Psi = Positive(map, "psi") ?? Usual.Psi,
            PValue = Positive(map, "pValue") ?? Usual.PValue,
            LeastScores = map.Whole("leastScores", 10, 1_000_000) ?? Usual.LeastScores,
            LeastOutcomes = map.Whole("leastOutcomes", 10, 1_000_000) ?? Usual.LeastOutcomes,
            Abstentions = Positive(map, "abstentions") ?? Usual.Abstentions,
            Milliseconds = Positive(map, "milliseconds") ?? Usual.Milliseconds,
            Overrides = Positive(map, "overrides") ?? Usual.Overrides,
            Calibration = Positive(map, "calibration") ?? Usual.Calibration,
            AurocLoss = Positive(map, "aurocLoss") ?? Usual.AurocLoss,
            Horizon = map.Span("horizon") ?? horizon,
        };
    }

    private static double? Positive(YamlMap map, string key)
    {
        if (map.Number(key) is not { } number) return null;
        if (number > 0) return (double)number;
        map.Report(key, "must be above 0");
        return null;
    }
}

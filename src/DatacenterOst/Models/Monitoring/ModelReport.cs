using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.Monitoring;

/// <summary>How a model has done over a span of time, version by version. No patient can be told from it.</summary>
public sealed record ModelReport(string Model, DateTimeOffset From, DateTimeOffset To, DateTimeOffset MadeAt)
{
    public required IReadOnlyList<VersionReport> Versions { get; init; }

    /// <summary>Versions that scored the same requests, beside each other.</summary>
    public required IReadOnlyList<Comparison> Comparisons { get; init; }

    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>Changes of stages in that time and before, in order.</summary>
    public required IReadOnlyList<ModelChange> Changes { get; init; }

    /// <summary>What limits what can be read from it, such as that only the newest answers were looked at.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>One version. Shown answers and silent scores are counted apart and judged together.</summary>
public sealed record VersionReport(string Version, string Hash, string Stage)
{
    /// <summary>Requests that it answered.</summary>
    public required int Answered { get; init; }

    /// <summary>Requests that it scored in silence.</summary>
    public required int Silent { get; init; }

    /// <summary>Of all: those without a number, because the model abstained.</summary>
    public required int Abstained { get; init; }

    public required double? AbstentionRate { get; init; }

    /// <summary>Why, the most frequent first.</summary>
    public required IReadOnlyList<Counted> Abstentions { get; init; }

    public required IReadOnlyList<Counted> Conclusions { get; init; }

    public required Latency? Latency { get; init; }

    public required Histogram? Scores { get; init; }

    public required IReadOnlyList<FeatureDrift> Drift { get; init; }

    /// <summary>With outcomes; null where there are none or the score is no probability.</summary>
    public required PerformanceView? Observed { get; init; }

    /// <summary>Expected before outcomes are known; null where the score is no probability.</summary>
    public required PerformanceView? Estimated { get; init; }

    public required IReadOnlyList<SiteReport> Sites { get; init; }

    /// <summary>Requests a day, by day (UTC).</summary>
    public required IReadOnlyList<Counted> Days { get; init; }
}

public sealed record Counted(string Name, long Count);

/// <summary>Milliseconds from the request to its answer, or of a silent score alone.</summary>
public sealed record Latency(double P50, double P95, double P99);

/// <param name="Reference">The share of the same bins where the model was made; empty where that is not known.</param>
public sealed record Histogram(double Low, double High, IReadOnlyList<int> Counts, double Mean, double Median);

/// <param name="Test">ks or chi-square.</param>
public sealed record FeatureDrift(string Feature, double? Psi, string Test, double? Statistic, double? P)
{
    public required int Count { get; init; }

    public required double MissingNow { get; init; }

    public required double MissingThen { get; init; }

    /// <summary>Shares of the bins or words, where the model was made and now.</summary>
    public required IReadOnlyList<double> Then { get; init; }

    public required IReadOnlyList<double> Now { get; init; }

    public required bool IsAlert { get; init; }
}

/// <summary>One ward, organisation or client.</summary>
public sealed record SiteReport(string Site, int Count, int Abstained, double? MeanScore, double? ObservedByExpected)
{
    public long Cards { get; init; }

    public long Overridden { get; init; }
}

/// <summary>Two versions on the same requests.</summary>
/// <param name="Agreed">Requests on which both concluded the same.</param>
public sealed record Comparison(string Champion, string Challenger, int Pairs, int Agreed)
{
    public required double? MeanDifference { get; init; }

    public required double? LargestDifference { get; init; }

    public required double? Correlation { get; init; }

    /// <summary>Requests on which one gave a number and the other did not.</summary>
    public required int OnlyOne { get; init; }

    public required double? AurocOfChampion { get; init; }

    public required double? AurocOfChallenger { get; init; }

    /// <summary>How conclusions moved, <c>from → to</c>, the most frequent first.</summary>
    public required IReadOnlyList<Counted> Moved { get; init; }
}

/// <param name="Kind">drift, score-drift, abstentions, latency, calibration, discrimination, overrides, dropped or audit.</param>
public sealed record Alert(string Kind, string Version, string Subject, string Text);

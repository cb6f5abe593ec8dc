namespace DatacenterOst.Models.Evaluation;

/// <summary>One prediction and what came of it.</summary>
/// <param name="Patient">Whose it is: rows of one patient are drawn together in a bootstrap.</param>
/// <param name="Probability">What the model said, 0 to 1.</param>
/// <param name="Outcome">Whether the outcome came within the horizon.</param>
/// <param name="EventAt">When it came; null where it did not, or where nothing says when.</param>
/// <param name="Days">Patient-days that this row stands for: alerts are counted per 100 of them.</param>
/// <param name="Groups">Subgroup by its kind: sex → female.</param>
public sealed record ScoredRow(
    long Patient,
    DateTimeOffset IndexTime,
    double Probability,
    bool Outcome,
    DateTimeOffset? EventAt,
    double Days,
    IReadOnlyDictionary<string, string> Groups)
{
    /// <summary>Days to the outcome or to the end of the follow-up; null where the study has no such times.</summary>
    public double? FollowedDays { get; init; }
}

/// <summary>A measure with its 95 % interval; null where it cannot be told, for example where all outcomes are the same.</summary>
public sealed record Measure(double? Value, double? Low, double? High)
{
    internal static double? Told(double value) => double.IsFinite(value) ? value : null;
}

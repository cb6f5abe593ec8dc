using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Training;

public enum BoostingObjective
{
    /// <summary>binary:logistic; the margin is log-odds.</summary>
    Logistic,

    /// <summary>reg:squarederror.</summary>
    SquaredError,
}

/// <summary>Settings of gradient boosting, with the meaning and the defaults that they have in XGBoost (Chen, Guestrin, KDD 2016).</summary>
public sealed record BoostingSettings
{
    /// <summary>Trees of one model; a published tabular model seldom has more than a few thousand.</summary>
    public const int MaxRounds = 20_000;

    /// <summary>A deeper tree has more leaves than any clinical table has rows.</summary>
    public const int MostDepth = 16;

    public const int MostBins = 1_024;

    public BoostingObjective Objective { get; init; } = BoostingObjective.Logistic;

    public int Rounds { get; init; } = 100;

    public int MaxDepth { get; init; } = 6;

    public double Eta { get; init; } = 0.3;

    public double Lambda { get; init; } = 1;

    public double Gamma { get; init; }

    public double MinChildWeight { get; init; } = 1;

    public double Subsample { get; init; } = 1;

    /// <summary>Share of the inputs that each tree may use (colsample_bytree).</summary>
    public double ColumnSample { get; init; } = 1;

    public int MaxBin { get; init; } = 256;

    /// <summary>Stop after so many rounds without a better loss on the rows held out; 0 for never.</summary>
    public int EarlyStoppingRounds { get; init; }

    /// <summary>Before the first tree: a probability for logistic, else a number.</summary>
    public double BaseScore { get; init; } = 0.5;

    public ulong Seed { get; init; } = 1;

    /// <summary>Changes nothing but the time that it takes.</summary>
    public int Threads { get; init; } = 1;

    public float BaseMargin => Objective == BoostingObjective.Logistic ? -MathF.Log((1 / (float)BaseScore) - 1) : (float)BaseScore;

    /// <exception cref="Problem">Invalid, with the first setting that is out of its range.</exception>
    public void Check()
    {
        Require(Rounds is >= 1 and <= MaxRounds, "rounds", $"must be 1 to {MaxRounds}");
        Require(MaxDepth is >= 1 and <= MostDepth, "maxDepth", $"must be 1 to {MostDepth}");
        Require(MaxBin is >= 2 and <= MostBins, "maxBin", $"must be 2 to {MostBins}");
        Require(Eta is > 0 and <= 1, "eta", "must be above 0 and at most 1");
        Require(Lambda >= 0 && Gamma >= 0 && MinChildWeight >= 0, "lambda, gamma, minChildWeight", "must not be negative");
        Require(Subsample is > 0 and <= 1 && ColumnSample is > 0 and <= 1, "subsample, columnSample", "must be above 0 and at most 1");
        Require(Objective != BoostingObjective.Logistic || BaseScore is > 0 and < 1, "baseScore", "must lie between 0 and 1");
        Require(EarlyStoppingRounds >= 0, "earlyStoppingRounds", "must not be negative");
        Require(Threads is >= 1 and <= 256, "threads", "must be 1 to 256");
    }

    private static void Require(bool holds, string name, string message)
    {
        if (!holds) throw new Problem(ProblemKind.Invalid, message, where: name);
    }
}

using DatacenterOst.Features;

namespace DatacenterOst.Models.Training;

public enum LearnerKind
{
    /// <summary>Gradient-boosted trees.</summary>
    Trees,

    /// <summary>Elastic-net logistic regression.</summary>
    Logistic,

    /// <summary>Proportional hazards of the time to the outcome.</summary>
    Cox,
}

/// <summary>How the model is learnt. Where several settings of trees are given, the inner validation chooses among them.</summary>
/// <param name="Bags">Models of trees with different seeds, whose mean is the model.</param>
public sealed record LearnerPlan(LearnerKind Kind, IReadOnlyList<BoostingSettings> Candidates, double Alpha, int Bags)
{
    /// <summary>After some ten the mean hardly moves.</summary>
    private const int MaxBags = 50;

    /// <summary>Settings to choose from; each costs as much as all the others.</summary>
    public const int MaxCandidates = 50;

    /// <summary>Cox: penalties of which the inner validation takes one.</summary>
    public IReadOnlyList<double> Ridge { get; init; } = [0.001, 0.01, 0.1, 1];

    internal static LearnerPlan Read(YamlMap? map)
    {
        if (map is null) return new LearnerPlan(LearnerKind.Trees, [Usual], 0.5, 1);
        var kind = map.Choice<LearnerKind>("kind") ?? LearnerKind.Trees;
        var alpha = (double)(map.Number("alpha") ?? 0.5m);
        if (alpha is < 0 or > 1) map.Report("alpha", "must lie between 0 (ridge) and 1 (lasso)");
        var common = Settings(map, Usual);
        var choices = map.Maps("choose");
        if (choices.Count > MaxCandidates) map.Report("choose", $"may have {MaxCandidates} entries at most");
        return new LearnerPlan(kind, choices.Count == 0 ? [common] : [.. choices.Select(choice => Settings(choice, common))], alpha, map.Whole("bags", 1, MaxBags) ?? 1).WithRidge(map);
    }

    private LearnerPlan WithRidge(YamlMap map)
    {
        var ridge = new List<double>();
        foreach (var text in map.Texts("ridge"))
        {
            if (double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var penalty) && penalty is >= 0 and <= 1e6) ridge.Add(penalty);
            else map.Report("ridge", $"must be numbers from 0 (no penalty), not '{text}'");
        }

        if (ridge.Count > MaxCandidates) map.Report("ridge", $"may have {MaxCandidates} entries at most");
        return ridge.Count == 0 ? this : this with { Ridge = ridge };
    }

    /// <summary>Slow and shallow with early stopping: what holds on small clinical tables.</summary>
    private static BoostingSettings Usual => new()
    {
        Rounds = 2_000,
        MaxDepth = 3,
        Eta = 0.05,
        Subsample = 0.7,
        ColumnSample = 0.5,
        MinChildWeight = 5,
        Lambda = 5,
        EarlyStoppingRounds = 50,
    };

    private static BoostingSettings Settings(YamlMap map, BoostingSettings usual)
    {
        var settings = usual with
        {
            Rounds = map.Whole("rounds", 1, BoostingSettings.MaxRounds) ?? usual.Rounds,
            MaxDepth = map.Whole("maxDepth", 1, BoostingSettings.MostDepth) ?? usual.MaxDepth,
            MaxBin = map.Whole("maxBin", 2, BoostingSettings.MostBins) ?? usual.MaxBin,
            EarlyStoppingRounds = map.Whole("earlyStoppingRounds", 1, BoostingSettings.MaxRounds) ?? usual.EarlyStoppingRounds,
            Eta = (double?)map.Number("eta") ?? usual.Eta,
            Lambda = (double?)map.Number("lambda") ?? usual.Lambda,
            Gamma = (double?)map.Number("gamma") ?? usual.Gamma,
            MinChildWeight = (double?)map.Number("minChildWeight") ?? usual.MinChildWeight,
            Subsample = (double?)map.Number("subsample") ?? usual.Subsample,
            ColumnSample = (double?)map.Number("columnSample") ?? usual.ColumnSample,
        };
        try
        {
            settings.Check();
        }
        catch (Clinical.Problem wrong)
        {
            map.Report($"{wrong.Where} {wrong.Message}");
        }

        return settings;
    }
}

/// <summary>How the model is judged, and what its report says.</summary>
/// <param name="Folds">Outer parts by patient; each is predicted by a model that never saw it.</param>
/// <param name="InnerFolds">Parts of the rest, among which settings and the number of trees are chosen.</param>
/// <param name="TimeFolds">Parts by index time, each predicted from those before it; used where index times differ.</param>
public sealed record ValidationPlan(int Folds, int InnerFolds, int TimeFolds, ulong Seed, int Bootstrap, IReadOnlyList<double> Thresholds)
{
    internal static ValidationPlan Read(YamlMap? map)
    {
        if (map is null) return new ValidationPlan(5, 4, 4, 1, 500, [0.1, 0.2, 0.3, 0.5]);
        var thresholds = map.Texts("thresholds").Select(text => Threshold(map, text)).ToList();
        return new ValidationPlan(
            map.Whole("folds", 2, 20) ?? 5,
            map.Whole("innerFolds", 2, 20) ?? 4,
            map.Whole("timeFolds", 2, 20) ?? 4,
            (ulong)(map.Whole("seed", 0, int.MaxValue) ?? 1),
            map.Whole("bootstrap", 0, Evaluation.Bootstrap.MaxDraws) ?? 500,
            thresholds.Count == 0 ? [0.1, 0.2, 0.3, 0.5] : thresholds);
    }

    private static double Threshold(YamlMap map, string text)
    {
        if (double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var threshold) && threshold is > 0 and < 1) return threshold;
        map.Report("thresholds", $"must be probabilities between 0 and 1, not '{text}'");
        return 0.5;
    }
}

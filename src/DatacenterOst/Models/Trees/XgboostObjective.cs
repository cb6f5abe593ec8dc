using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>XGBoost's objectives: how a margin becomes a prediction, and how <c>base_score</c>, which stands in units of the prediction, becomes a margin.</summary>
internal static class XgboostObjective
{
    public static Response Response(string name, string where) => new(name switch
    {
        "binary:logistic" or "reg:logistic" => ResponseKind.Logistic,
        "reg:squarederror" or "reg:linear" or "reg:squaredlogerror" or "reg:pseudohubererror" or "reg:absoluteerror" or "reg:quantileerror"
            or "binary:logitraw" or "rank:pairwise" or "rank:ndcg" or "rank:map" => ResponseKind.Identity,
        "count:poisson" or "reg:gamma" or "reg:tweedie" or "survival:cox" or "survival:aft" => ResponseKind.Exponential,
        "binary:hinge" => ResponseKind.Step,
        "multi:softmax" or "multi:softprob" => throw new Problem(
            ProblemKind.Unsupported, $"the objective {name} gives a number for each of several classes; train binary:logistic for the outcome of interest", where),
        _ => throw new Problem(ProblemKind.Unsupported, $"the objective '{DocumentNode.Shown(name)}' is not known; train with one of XGBoost's own for a single number", where),
    }, 1, IsSingle: true);

    /// <summary>In 32 bits, with the library's own order of operations: the margins are held to its bits.</summary>
    public static float BaseMargin(string objective, string text, string where)
    {
        // Since version 3.1 it is written as a list of one.
        var inner = text.Trim('[', ']', ' ');
        if (!float.TryParse(inner, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) || !float.IsFinite(score))
            throw new Problem(ProblemKind.Invalid, $"the base_score '{DocumentNode.Shown(text)}' must be one finite number", where);
        switch (objective)
        {
            case "binary:logistic" or "reg:logistic" or "binary:logitraw":
                return score is > 0 and < 1 ? -MathF.Log(1f / score - 1f) : throw Outside(score, "between 0 and 1", objective, where);
            case "count:poisson" or "reg:gamma" or "reg:tweedie" or "survival:cox" or "survival:aft":
                return score > 0 ? MathF.Log(score) : throw Outside(score, "above 0", objective, where);
            default:
                return score;
        }
    }

    private static Problem Outside(float score, string range, string objective, string where)
        => new(ProblemKind.Invalid, string.Create(CultureInfo.InvariantCulture, $"the base_score {score} must lie {range} for {objective}"), where);
}

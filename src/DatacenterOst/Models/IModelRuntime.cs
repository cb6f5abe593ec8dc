using DatacenterOst.Features;
using DatacenterOst.Models.Calibration;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models;

/// <summary>One kind of model: from a feature vector to an outcome. Pure; one folder per kind.</summary>
public interface IModelRuntime
{
    /// <summary>Names of the values that it computes, beside the features.</summary>
    IReadOnlyList<string> Computes { get; }

    /// <summary>Conclusions that it can come to, so that a CDS service can be checked against them.</summary>
    IReadOnlyList<string> Concludes { get; }

    /// <summary>Places of the features that an explanation tells of; empty for a kind that has none.</summary>
    IReadOnlyList<int> Inputs { get; }

    Outcome Evaluate(FeatureVector vector);

    /// <returns>What each feature of the vector gave to <see cref="Outcome.Margin"/>, exactly, by its place; null for a kind that has no such explanation, or where there is no margin.</returns>
    Contributions? Explain(FeatureVector vector);
}

/// <summary>What a runtime made of a vector; <see cref="ModelPackage"/> adds who, when and which version.</summary>
public sealed record Outcome(
    double? Score,
    IReadOnlyList<Conclusion> Conclusions,
    IReadOnlyList<FeatureValue> Computed,
    IReadOnlyList<string> Abstentions)
{
    /// <summary>The raw number before calibration: log-odds, a linear predictor, points; null where there is none.</summary>
    public double? Margin { get; init; }

    /// <summary>0 to 1, after calibration; null for a model that gives none.</summary>
    public double? Probability { get; init; }

    public RiskInterval? Interval { get; init; }

    public static Outcome Abstain(IReadOnlyList<string> reasons) => new(null, [], [], reasons);
}

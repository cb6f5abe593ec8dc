using DatacenterOst.Features;

namespace DatacenterOst.Models;

/// <summary>One kind of model: from a feature vector to an outcome. Pure; one folder per kind.</summary>
public interface IModelRuntime
{
    /// <summary>Names of the values that it computes, beside the features.</summary>
    IReadOnlyList<string> Computes { get; }

    /// <summary>Conclusions that it can come to, so that a CDS service can be checked against them.</summary>
    IReadOnlyList<string> Concludes { get; }

    Outcome Evaluate(FeatureVector vector);
}

/// <summary>What a runtime made of a vector; <see cref="ModelPackage"/> adds who, when and which version.</summary>
public sealed record Outcome(
    double? Score,
    IReadOnlyList<Conclusion> Conclusions,
    IReadOnlyList<FeatureValue> Computed,
    IReadOnlyList<string> Abstentions)
{
    public static Outcome Abstain(IReadOnlyList<string> reasons) => new(null, [], [], reasons);
}

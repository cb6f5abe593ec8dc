using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

public enum MissingReason
{
    NotMissing = 0,

    /// <summary>No fact in the window.</summary>
    NoFact,

    /// <summary>The newest fact is older than the model allows.</summary>
    Stale,

    /// <summary>Outside the plausible range: no number is made from it.</summary>
    Implausible,

    /// <summary>A feature that it is derived from is missing.</summary>
    DependsOnMissing,

    /// <summary>There are facts, but fewer than the aggregate takes: one value has no slope.</summary>
    TooFew,
}

/// <summary>One feature of one patient at one time, with the facts that made it.</summary>
/// <param name="Number">
/// The value as models use it; null when missing or when the feature is in words without numbers for them. Where the package
/// imputes or carries, the value that stands in is here (or in Text) and Missing still says why there was none.
/// </param>
/// <param name="Text">The value in words (a category, an organ); null for numbers.</param>
/// <param name="Unit">UCUM unit of Number; empty where it has none.</param>
/// <param name="At">ObservedAt of the fact that decides the value; null when no single one does.</param>
public sealed record FeatureValue(
    string Name,
    double? Number,
    string? Text,
    string Unit,
    DateTimeOffset? At,
    IReadOnlyList<Fact> Facts,
    MissingReason Missing)
{
    public bool IsMissing => Missing != MissingReason.NotMissing;
}

/// <summary>All features of a model for one patient at one index time, in the order of the package.</summary>
public sealed record FeatureVector(DateTimeOffset IndexTime, IReadOnlyList<FeatureValue> Values)
{
    public FeatureValue? Find(string name)
    {
        foreach (var value in Values)
        {
            if (value.Name == name) return value;
        }

        return null;
    }
}

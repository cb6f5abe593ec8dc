using DatacenterOst.Features;
using DatacenterOst.Models.Calibration;
using DatacenterOst.Models.Explanation;

namespace DatacenterOst.Models;

public readonly record struct ModelId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>
/// What a model says of one patient at one time. No conclusions means that there is nothing to say; an abstention says why
/// no number was made. Silence is the default of every model.
/// </summary>
/// <param name="Hash">SHA-256 of the package's content, hexadecimal: the model that really made this.</param>
/// <param name="Score">Points, stage or probability; null where the model has none or abstained.</param>
/// <param name="Conclusions">What was concluded, most urgent first; a CDS service decides which become cards.</param>
/// <param name="Values">Features and computed values by name, for texts and tables.</param>
/// <param name="Abstentions">Why no number was made, in plain English; empty when it was made.</param>
public sealed record RiskEstimate(
    ModelId Model,
    string Version,
    string Hash,
    DateTimeOffset AsOf,
    double? Score,
    IReadOnlyList<Conclusion> Conclusions,
    IReadOnlyDictionary<string, FeatureValue> Values,
    IReadOnlyList<string> Abstentions)
{
    /// <summary>The model's raw number before calibration, in the number type of its own contract widened to double; null where it has none.</summary>
    public double? Margin { get; init; }

    /// <summary>0 to 1, calibrated; null for a model that gives none.</summary>
    public double? Probability { get; init; }

    /// <summary>The range that the probability lies in with a stated confidence, where the package has one.</summary>
    public RiskInterval? Interval { get; init; }

    /// <summary>What made the margin, in the package's own terms; null where the kind of model has no exact explanation.</summary>
    public RiskExplanation? Explanation { get; init; }

    /// <summary>Among the features that can be changed, the one whose target would change the result most; null where none would.</summary>
    public TargetEffect? MostChanging { get; init; }
}

/// <summary>One thing a model concluded: a band (<c>stage-2</c>, <c>high</c>) or an alert (<c>infection</c>, <c>missed-sample</c>).</summary>
/// <param name="Id">Stable within the package; a CDS service maps it to a card.</param>
/// <param name="Rank">Higher is worse; compares bands of the same model.</param>
/// <param name="Rows">The values that made it, for the card's table: names in Values.</param>
public sealed record Conclusion(string Id, int Rank, IReadOnlyList<string> Rows)
{
    /// <summary>Of patients from this band's threshold on, the share that has the outcome; null where the package does not say.</summary>
    public double? Ppv { get; init; }

    /// <summary>Of patients below this band's threshold, the share that does not have the outcome; null where the package does not say.</summary>
    public double? Npv { get; init; }
}

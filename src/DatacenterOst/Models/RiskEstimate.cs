using DatacenterOst.Features;

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
    IReadOnlyList<string> Abstentions);

/// <summary>One thing a model concluded: a band (<c>stage-2</c>, <c>high</c>) or an alert (<c>infection</c>, <c>missed-sample</c>).</summary>
/// <param name="Id">Stable within the package; a CDS service maps it to a card.</param>
/// <param name="Rank">Higher is worse; compares bands of the same model.</param>
/// <param name="Rows">The values that made it, for the card's table: names in Values.</param>
public sealed record Conclusion(string Id, int Rank, IReadOnlyList<string> Rows);

using DatacenterOst.Features;

namespace DatacenterOst.Models.Numeric;

/// <summary>Which feature an input of a numeric model reads, and whether as a word.</summary>
public readonly record struct NumericInput(int Place, bool IsWord)
{
    /// <summary>A feature in words goes in by its word, unless the package has numbers for them.</summary>
    public static NumericInput Of(FeatureSet features, int place)
    {
        if (place < 0) return new NumericInput(place, false);
        var feature = features.Definitions[place];
        return new NumericInput(place, feature.Numbers.Count == 0 && features.IsInWords(place));
    }

    public InputValue Of(FeatureVector vector)
    {
        var value = vector.Values[Place];
        if (IsWord) return value.Text is { } word ? new InputValue(double.NaN, word) : InputValue.Missing;
        return value.Number is { } number ? new InputValue(number) : InputValue.Missing;
    }
}

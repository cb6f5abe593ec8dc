namespace DatacenterOst.Models.Numeric;

/// <summary>
/// A model that makes one number of a row of inputs: trees, linear, ONNX, an ensemble of them. Pure, immutable, and safe to share
/// between threads; the same row gives the same bits each time.
/// </summary>
public interface INumericModel
{
    /// <summary>Names of the inputs, in the order of a row.</summary>
    IReadOnlyList<string> Inputs { get; }

    /// <param name="row">One value for each of <see cref="Inputs"/>.</param>
    ModelNumber Score(ReadOnlySpan<InputValue> row);

    /// <returns>What each input gave to the margin, exactly; null for a model that has no exact explanation.</returns>
    Contributions? Explain(ReadOnlySpan<InputValue> row);
}

/// <summary>One input: a number, or a word where the model takes categories by name. NaN without a word is a missing value.</summary>
public readonly record struct InputValue(double Number, string? Word = null)
{
    public static readonly InputValue Missing = new(double.NaN);

    public bool IsMissing => Word is null && double.IsNaN(Number);
}

/// <summary>What a numeric model made.</summary>
/// <param name="Margin">The raw score, in the number type of the model's own contract widened to double: log-odds, points, a predicted value.</param>
/// <param name="Probability">0 to 1; null for a model that gives none.</param>
public readonly record struct ModelNumber(double Margin, double? Probability)
{
    /// <summary>What the model's own library would predict where that is neither margin nor probability: an expected count, a hazard ratio.</summary>
    public double? Predicted { get; init; }
}

/// <summary>Shapley values of one row, in units of the margin: <see cref="Bias"/> and all of <see cref="Values"/> sum to it.</summary>
/// <param name="Values">One for each input, in order.</param>
public sealed record Contributions(double Bias, IReadOnlyList<double> Values);

namespace DatacenterOst.Models.Linear;

/// <summary>How a linear predictor becomes what it predicts.</summary>
public enum LinearLink
{
    /// <summary>The value itself.</summary>
    Identity,

    /// <summary>Log-odds to a probability.</summary>
    Logistic,

    /// <summary>Log of an expected count, which is the score; there is no probability.</summary>
    Poisson,

    /// <summary>Log of a hazard ratio; the probability is that of the event within the horizon of the stated baseline.</summary>
    Cox,
}

/// <summary>One input of a linear predictor: a number times its coefficient, or a coefficient for each word.</summary>
/// <param name="Reference">The number that gives nothing to the explanation: the mean at training, or 0.</param>
/// <param name="Words">Coefficients of categories; empty for a number. A word that is not listed counts as missing.</param>
/// <param name="WhenMissing">What a missing input gives to the margin, where the model was fitted with an indicator; null where it makes no number without.</param>
public sealed record LinearTerm(string Input, double Coefficient, double Reference, IReadOnlyDictionary<string, double> Words, double? WhenMissing)
{
    /// <summary>A value below it counts as it: what the model was fitted to.</summary>
    public double Low { get; init; } = double.NegativeInfinity;

    /// <summary>A value above it counts as it.</summary>
    public double High { get; init; } = double.PositiveInfinity;
}

using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Linear;

/// <summary>A linear predictor with its link: logistic, linear, Poisson and Cox regression. Sums in double, in the order of the terms.</summary>
/// <param name="baselineHazard">Cox: the cumulative baseline hazard at the horizon, −ln of the baseline survival; else 0.</param>
public sealed class LinearModel(LinearLink link, double intercept, double baselineHazard, IReadOnlyList<LinearTerm> terms) : INumericModel
{
    public IReadOnlyList<string> Inputs { get; } = [.. terms.Select(term => term.Input)];

    public ModelNumber Score(ReadOnlySpan<InputValue> row)
    {
        var margin = intercept;
        for (var i = 0; i < terms.Count; i++) margin += Part(terms[i], row[i]);
        double? probability = link switch
        {
            LinearLink.Logistic => 1 / (1 + Math.Exp(-margin)),
            LinearLink.Cox => -Expm1(-baselineHazard * Math.Exp(margin)),
            _ => null,
        };
        return new ModelNumber(margin, probability) { Predicted = link == LinearLink.Poisson ? Math.Exp(margin) : null };
    }

    /// <summary>The Shapley values of a linear predictor are its terms, each taken from its reference (Štrumbelj and Kononenko 2014).</summary>
    public Contributions Explain(ReadOnlySpan<InputValue> row)
    {
        var values = new double[terms.Count];
        var bias = intercept;
        for (var i = 0; i < terms.Count; i++)
        {
            var atReference = terms[i].Words.Count == 0 ? terms[i].Coefficient * terms[i].Reference : 0;
            values[i] = Part(terms[i], row[i]) - atReference;
            bias += atReference;
        }

        return new Contributions(bias, values);
    }

    private static double Part(LinearTerm term, in InputValue value)
    {
        if (term.Words.Count > 0) return value.Word is { } word && term.Words.TryGetValue(word, out var level) ? level : term.WhenMissing ?? double.NaN;
        return value.IsMissing ? term.WhenMissing ?? double.NaN : term.Coefficient * Math.Clamp(value.Number, term.Low, term.High);
    }

    // 1 − exp(x) loses every digit of a small risk; the series keeps them.
    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) + (x * x * x / 6) : Math.Exp(x) - 1;
}

using DatacenterOst.Models.Linear;

namespace DatacenterOst.Models.Training;

/// <summary>What one training made, ready to predict: trees, or a linear fit with what it does about missing values.</summary>
/// <param name="Chosen">The settings that the inner validation chose, in words.</param>
public sealed record Learnt(BoostedTrees? Trees, LinearLearnt? Linear, string Chosen)
{
    /// <summary>Log-odds, or the log of the hazard ratio to a row of all means.</summary>
    public double Margin(double[] row) => Trees?.Margin(row) ?? Linear!.Margin(row);

    /// <summary>Probability of the outcome, by the horizon where the study has one.</summary>
    public double Predict(double[] row) => Linear is { } linear ? linear.Predict(row) : GradientBoosting.Sigmoid(Margin(row));
}

/// <summary>A linear fit of rows whose missing values were replaced.</summary>
/// <param name="Fit">Of the inputs and the flags that <paramref name="Imputation"/> makes.</param>
/// <param name="Means">Of those at training.</param>
/// <param name="BaselineHazard">Cox: cumulative, at the horizon, where the margin is 0; null for a logistic model.</param>
public sealed record LinearLearnt(LinearFit Fit, Imputation Imputation, IReadOnlyList<double> Means, double? BaselineHazard)
{
    public double Margin(double[] row) => Fit.Margin(Imputation.Apply(row));

    public double Predict(double[] row)
        => BaselineHazard is { } hazard ? 1 - Math.Exp(-hazard * Math.Exp(Margin(row))) : GradientBoosting.Sigmoid(Margin(row));

    public static double[] MeansOf(TrainingRows rows)
        => [.. Enumerable.Range(0, rows.Inputs.Count).Select(input => rows.Values.Average(row => row[input]))];

    /// <summary>
    /// The same as a file of weights, with the treatment of missing and extreme values in it: a missing input gives what its median and its
    /// flag give, and a value beyond the bounds counts as the bound.
    /// </summary>
    /// <param name="inputs">Names of the inputs, without the flags.</param>
    internal byte[] Write(IReadOnlyList<string> inputs)
    {
        var whenMissing = new double?[inputs.Count];
        for (var i = 0; i < whenMissing.Length; i++) whenMissing[i] = Fit.Coefficients[i] * Imputation.Medians[i];
        for (var flag = 0; flag < Imputation.Flagged.Count; flag++) whenMissing[Imputation.Flagged[flag]] += Fit.Coefficients[inputs.Count + flag];
        return new LinearFile(
            BaselineHazard is null ? LinearLink.Logistic : LinearLink.Cox, Fit.Intercept, inputs, [.. Fit.Coefficients.Take(inputs.Count)], [.. Means.Take(inputs.Count)],
            whenMissing, [.. Imputation.Bounds.Select(bound => bound.Low)], [.. Imputation.Bounds.Select(bound => bound.High)], BaselineHazard).Write();
    }
}

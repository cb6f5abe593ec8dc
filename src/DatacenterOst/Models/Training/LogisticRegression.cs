using DatacenterOst.Clinical;
using MathNet.Numerics.LinearAlgebra;

namespace DatacenterOst.Models.Training;

/// <summary>Log-odds as an intercept and one coefficient for each input.</summary>
/// <param name="Errors">Standard errors, the intercept's first; empty for a penalised fit, which has none that hold.</param>
public sealed record LinearFit(IReadOnlyList<string> Inputs, double Intercept, IReadOnlyList<double> Coefficients, IReadOnlyList<double> Errors)
{
    public double Margin(double[] row)
    {
        var margin = Intercept;
        for (var i = 0; i < Coefficients.Count; i++) margin += Coefficients[i] * row[i];
        return margin;
    }

    public double Predict(double[] row) => GradientBoosting.Sigmoid(Margin(row));
}

/// <summary>Maximum likelihood by iteratively reweighted least squares, as R's <c>glm(family = binomial)</c>.</summary>
public static class LogisticRegression
{
    /// <summary>Newton's method doubles the correct digits each time; a fit that needs more does not converge at all.</summary>
    public const int MaxIterations = 50;

    private const double Tolerance = 1e-12;

    /// <exception cref="Problem">Invalid for missing values, for inputs of which one follows from the others, and where the classes can be told apart completely.</exception>
    public static LinearFit Fit(TrainingRows rows, CancellationToken cancellationToken)
    {
        rows.Check(binary: true);
        var design = Design(rows);
        var outcomes = Vector<double>.Build.Dense(rows.Outcomes);
        var beta = Vector<double>.Build.Dense(design.ColumnCount);
        var deviance = Deviance(design * beta, rows.Outcomes);
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var probabilities = (design * beta).Map(GradientBoosting.Sigmoid);
            var information = Information(design, probabilities);
            var step = Solve(information, design.TransposeThisAndMultiply(outcomes - probabilities));
            var (moved, better) = Halve(design, rows.Outcomes, beta, step, deviance);
            var settled = Math.Abs(deviance - better) <= Tolerance * (Math.Abs(better) + 0.1) && step.AbsoluteMaximum() < 1e-8 * (1 + moved.AbsoluteMaximum());
            (beta, deviance) = (moved, better);
            if (settled) return Result(rows.Inputs, design, beta);
        }

        throw new Problem(ProblemKind.Invalid, "the fit does not converge: some inputs tell the outcomes apart completely; leave one out, or use a penalty", where: "logistic");
    }

    private static LinearFit Result(IReadOnlyList<string> inputs, Matrix<double> design, Vector<double> beta)
    {
        var covariance = Information(design, (design * beta).Map(GradientBoosting.Sigmoid)).Cholesky().Solve(Matrix<double>.Build.DenseIdentity(beta.Count));
        return new LinearFit(inputs, beta[0], [.. beta.Skip(1)], [.. covariance.Diagonal().Select(Math.Sqrt)]);
    }

    private static (Vector<double> Beta, double Deviance) Halve(Matrix<double> design, double[] outcomes, Vector<double> beta, Vector<double> step, double deviance)
    {
        for (var share = 1.0; share > 1e-4; share /= 2)
        {
            var moved = beta + (share * step);
            var better = Deviance(design * moved, outcomes);
            if (better <= deviance + (1e-9 * Math.Abs(deviance))) return (moved, better);
        }

        return (beta + step, Deviance(design * (beta + step), outcomes));
    }

    private static Matrix<double> Design(TrainingRows rows)
    {
        var design = Matrix<double>.Build.Dense(rows.Count, rows.Inputs.Count + 1, 1);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows.Inputs.Count; j++)
            {
                var value = rows.Values[i][j];
                if (!double.IsFinite(value)) throw new Problem(ProblemKind.Invalid, "a linear model takes no missing values; impute them first", where: rows.Inputs[j]);
                design[i, j + 1] = value;
            }
        }

        return design;
    }

    private static Matrix<double> Information(Matrix<double> design, Vector<double> probabilities)
    {
        var weighted = design.Clone();
        for (var i = 0; i < design.RowCount; i++)
        {
            var root = Math.Sqrt(Math.Max(probabilities[i] * (1 - probabilities[i]), 1e-12));
            for (var j = 0; j < design.ColumnCount; j++) weighted[i, j] *= root;
        }

        return weighted.TransposeThisAndMultiply(weighted);
    }

    // Scaled to a unit diagonal first: inputs in mL and in mmol/L stand side by side.
    internal static Vector<double> Solve(Matrix<double> information, Vector<double> score)
    {
        var scale = information.Diagonal().Map(entry => 1 / Math.Sqrt(entry > 0 ? entry : 1));
        var scaled = information.MapIndexed((i, j, entry) => entry * scale[i] * scale[j]);
        try
        {
            return scaled.Cholesky().Solve(score.PointwiseMultiply(scale)).PointwiseMultiply(scale);
        }
        catch (ArgumentException)
        {
            throw new Problem(ProblemKind.Invalid, "one input follows from the others, or never varies; leave it out, or use a penalty", where: "inputs");
        }
    }

    private static double Deviance(Vector<double> margins, double[] outcomes)
    {
        var sum = 0d;
        for (var i = 0; i < outcomes.Length; i++)
        {
            var margin = margins[i];
            sum += Math.Max(margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin))) - (outcomes[i] * margin);
        }

        return 2 * sum;
    }
}

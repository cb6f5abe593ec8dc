using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Training;

/// <summary>
/// Penalised logistic regression: −loglik / n + λ (α |β|₁ + (1 − α)/2 |β|²), inputs standardised, intercept free, by coordinate descent
/// along a path of λ (Friedman, Hastie, Tibshirani, J Stat Softw 2010;33(1)); coefficients come back on the scale of the inputs.
/// </summary>
public sealed record ElasticNet
{
    /// <summary>Full passes over the inputs for one λ; a well-posed table needs tens.</summary>
    public const int MaxPasses = 10_000;

    public const int MostLambdas = 1_000;

    /// <summary>1 is the lasso, 0 the ridge.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Lambdas of a path.</summary>
    public int Lambdas { get; init; } = 60;

    /// <summary>The smallest λ of a path as a share of the largest.</summary>
    public double Smallest { get; init; } = 0.001;

    public double Tolerance { get; init; } = 1e-9;

    /// <summary>From the largest λ, at which every coefficient is 0 (α &gt; 0), down.</summary>
    public IReadOnlyList<double> Path(TrainingRows rows)
    {
        Check(rows);
        var scaled = new StandardisedInputs(rows);
        var mean = rows.Outcomes.Average();
        var largest = 0d;
        for (var j = 0; j < rows.Inputs.Count; j++)
        {
            var product = 0d;
            for (var i = 0; i < rows.Count; i++) product += scaled.Columns[j][i] * (rows.Outcomes[i] - mean);
            largest = Math.Max(largest, Math.Abs(product) / rows.Count);
        }

        largest /= Math.Max(Alpha, 0.001);
        return [.. Enumerable.Range(0, Lambdas).Select(i => largest * Math.Pow(Smallest, Lambdas == 1 ? 0 : i / (Lambdas - 1.0)))];
    }

    /// <summary>One fit for each λ, in the order given; each begins where the one before ended, so begin with the largest.</summary>
    public IReadOnlyList<LinearFit> Fit(TrainingRows rows, IReadOnlyList<double> lambdas, CancellationToken cancellationToken)
    {
        Check(rows);
        var scaled = new StandardisedInputs(rows);
        var mean = rows.Outcomes.Average();
        var state = new CoordinateDescent(scaled, rows.Outcomes, Math.Log(mean / (1 - mean)));
        var fits = new List<LinearFit>(lambdas.Count);
        foreach (var lambda in lambdas)
        {
            state.Descend(lambda * Alpha, lambda * (1 - Alpha), Tolerance, cancellationToken);
            fits.Add(scaled.Unscale(rows.Inputs, state.Intercept, state.Beta));
        }

        return fits;
    }

    private void Check(TrainingRows rows)
    {
        rows.Check(binary: true);
        if (Alpha is not (>= 0 and <= 1)) throw new Problem(ProblemKind.Invalid, "must lie between 0 (ridge) and 1 (lasso)", where: "alpha");
        if (Lambdas is < 1 or > MostLambdas) throw new Problem(ProblemKind.Invalid, $"must be 1 to {MostLambdas}", where: "lambdas");
        foreach (var row in rows.Values)
        {
            var missing = Array.FindIndex(row, value => !double.IsFinite(value));
            if (missing >= 0) throw new Problem(ProblemKind.Invalid, "a linear model takes no missing values; impute them first", where: rows.Inputs[missing]);
        }
    }
}

/// <summary>Inputs by column with mean 0 and standard deviation 1; one that never varies is all 0, and so gets no coefficient.</summary>
internal sealed class StandardisedInputs
{
    private readonly double[] means;
    private readonly double[] deviations;

    public StandardisedInputs(TrainingRows rows)
    {
        var inputs = rows.Inputs.Count;
        (Columns, means, deviations) = (new double[inputs][], new double[inputs], new double[inputs]);
        for (var j = 0; j < inputs; j++)
        {
            var column = new double[rows.Count];
            for (var i = 0; i < column.Length; i++) column[i] = rows.Values[i][j];
            means[j] = column.Average();
            var mean = means[j];
            var deviation = Math.Sqrt(column.Sum(value => (value - mean) * (value - mean)) / column.Length);
            deviations[j] = deviation > 1e-12 * Math.Max(1, Math.Abs(mean)) ? deviation : double.PositiveInfinity;
            Columns[j] = Array.ConvertAll(column, value => (value - mean) / deviations[j]);
        }
    }

    public double[][] Columns { get; }

    public LinearFit Unscale(IReadOnlyList<string> inputs, double intercept, double[] beta)
    {
        var coefficients = new double[beta.Length];
        for (var j = 0; j < beta.Length; j++)
        {
            coefficients[j] = beta[j] / deviations[j];
            intercept -= coefficients[j] * means[j];
        }

        return new LinearFit(inputs, intercept, coefficients, []);
    }
}

/// <summary>Quadratic approximation outside, coordinate descent inside, until neither moves.</summary>
internal sealed class CoordinateDescent(StandardisedInputs scaled, double[] outcomes, double intercept)
{
    private readonly double[][] columns = scaled.Columns;
    private readonly double[] margins = [.. Enumerable.Repeat(intercept, outcomes.Length)];
    private readonly double[] weights = new double[outcomes.Length];
    private readonly double[] residuals = new double[outcomes.Length];

    public double Intercept { get; private set; } = intercept;

    public double[] Beta { get; } = new double[scaled.Columns.Length];

    public void Descend(double first, double second, double tolerance, CancellationToken cancellationToken)
    {
        for (var pass = 0; pass < ElasticNet.MaxPasses; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Approximate();
            var curvature = Array.ConvertAll(columns, column => Weighted(column));
            var moved = 0d;
            for (var inner = 0; inner < 100; inner++)
            {
                var most = Pass(first, second, curvature);
                moved = Math.Max(moved, most);
                if (most < tolerance) break;
            }

            if (moved < tolerance * 10) return;
        }
    }

    private double Weighted(double[] column)
    {
        var sum = 0d;
        for (var i = 0; i < column.Length; i++) sum += weights[i] * column[i] * column[i];
        return sum / column.Length;
    }

    private void Approximate()
    {
        for (var i = 0; i < margins.Length; i++)
        {
            var probability = GradientBoosting.Sigmoid(margins[i]);
            weights[i] = Math.Max(probability * (1 - probability), 1e-5);
            residuals[i] = (outcomes[i] - probability) / weights[i];
        }
    }

    private double Pass(double first, double second, double[] curvature)
    {
        var most = 0d;
        for (var j = 0; j < columns.Length; j++)
        {
            var column = columns[j];
            if (curvature[j] == 0) continue;
            var product = 0d;
            for (var i = 0; i < column.Length; i++) product += weights[i] * column[i] * residuals[i];
            var target = (product / column.Length) + (curvature[j] * Beta[j]);
            var beta = Math.Sign(target) * Math.Max(Math.Abs(target) - first, 0) / (curvature[j] + second);
            var change = beta - Beta[j];
            if (change == 0) continue;
            Beta[j] = beta;
            most = Math.Max(most, Math.Abs(change));
            for (var i = 0; i < column.Length; i++) Move(i, change * column[i]);
        }

        var (weight, sum) = (0d, 0d);
        for (var i = 0; i < weights.Length; i++) (weight, sum) = (weight + weights[i], sum + (weights[i] * residuals[i]));
        var shift = sum / weight;
        Intercept += shift;
        for (var i = 0; i < weights.Length; i++) Move(i, shift);
        return Math.Max(most, Math.Abs(shift));
    }

    private void Move(int row, double by)
    {
        margins[row] += by;
        residuals[row] -= by;
    }
}

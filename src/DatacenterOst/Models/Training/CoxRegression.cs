using DatacenterOst.Clinical;
using DatacenterOst.Models.Evaluation;
using MathNet.Numerics.LinearAlgebra;

namespace DatacenterOst.Models.Training;

/// <summary>Log hazard ratios, and the baseline that turns them into a risk by a time.</summary>
/// <param name="Means">Inputs at which the baseline hazard holds.</param>
/// <param name="Baseline">Cumulative baseline hazard after each time with an event.</param>
/// <param name="Concordance">Harrell's C of the fitted rows.</param>
public sealed record CoxFit(
    IReadOnlyList<string> Inputs,
    IReadOnlyList<double> Coefficients,
    IReadOnlyList<double> Errors,
    IReadOnlyList<double> Means,
    IReadOnlyList<(double Time, double Hazard)> Baseline,
    double LogLikelihood,
    double Concordance)
{
    public double Margin(double[] row)
    {
        var margin = 0d;
        for (var i = 0; i < Coefficients.Count; i++) margin += Coefficients[i] * (row[i] - Means[i]);
        return margin;
    }

    /// <summary>Probability of the event by a time, which is in the unit of the times that were fitted.</summary>
    public double Risk(double[] row, double time)
    {
        var hazard = 0d;
        foreach (var (at, cumulative) in Baseline)
        {
            if (at > time) break;
            hazard = cumulative;
        }

        return 1 - Math.Exp(-hazard * Math.Exp(Margin(row)));
    }
}

/// <summary>
/// Cox's proportional hazards by Newton's method with Efron's handling of ties (Efron, JASA 1977;72:557-565), which is the default of
/// R's <c>survival::coxph</c>; the baseline hazard is Efron's as well, as <c>survfit</c> gives it.
/// </summary>
public static class CoxRegression
{
    public const int MaxIterations = 50;

    /// <exception cref="Problem">Invalid for missing values, no events, or inputs of which one follows from the others.</exception>
    public static CoxFit Fit(SurvivalRows rows, CancellationToken cancellationToken) => Fit(rows, 0, cancellationToken);

    /// <param name="ridge">Penalty per event and squared standard deviation, so that inputs in mL and in mmol/L are held back alike; with one an input that never varies gets 0.</param>
    /// <exception cref="Problem">Invalid, as without a penalty.</exception>
    public static CoxFit Fit(SurvivalRows rows, double ridge, CancellationToken cancellationToken)
    {
        Check(rows);
        var inputs = rows.Inputs.Count;
        var means = Enumerable.Range(0, inputs).Select(j => rows.Values.Average(row => row[j])).ToArray();
        var centred = Array.ConvertAll(rows.Values, row => row.Select((value, j) => value - means[j]).ToArray());
        // The latest first, so that the rows at risk are those gone through.
        var order = Enumerable.Range(0, rows.Count).OrderByDescending(i => rows.Times[i]).ThenBy(i => i).ToArray();
        var likelihood = new EfronLikelihood(rows, centred, order) { Penalties = ridge > 0 ? Penalties(rows, centred, means, ridge) : null };
        var beta = Vector<double>.Build.Dense(inputs);
        var here = likelihood.At(beta);
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = LogisticRegression.Solve(here.Information, here.Score);
            var (moved, there) = Halve(likelihood, beta, step, here);
            var settled = step.AbsoluteMaximum() < 1e-10 * (1 + moved.AbsoluteMaximum());
            (beta, here) = (moved, there);
            if (settled) return Result(rows, likelihood, beta, here, means);
        }

        throw new Problem(ProblemKind.Invalid, "the fit does not converge: an input may order the events completely; leave it out", where: "cox");
    }

    /// <summary>The partial log-likelihood that a fit gives rows which it has not seen.</summary>
    internal static double LogLikelihood(CoxFit fit, SurvivalRows rows)
    {
        var centred = Array.ConvertAll(rows.Values, row => row.Select((value, j) => value - fit.Means[j]).ToArray());
        var order = Enumerable.Range(0, rows.Count).OrderByDescending(i => rows.Times[i]).ThenBy(i => i).ToArray();
        return new EfronLikelihood(rows, centred, order).At(Vector<double>.Build.DenseOfEnumerable(fit.Coefficients)).LogLikelihood;
    }

    private static Vector<double> Penalties(SurvivalRows rows, double[][] centred, double[] means, double ridge)
    {
        var events = rows.Events.Count(came => came);
        return Vector<double>.Build.Dense(means.Length, j =>
        {
            var variance = centred.Sum(row => row[j] * row[j]) / rows.Count;
            return Math.Sqrt(variance) > 1e-12 * Math.Max(1, Math.Abs(means[j])) ? ridge * events * variance : 1;
        });
    }

    private static CoxFit Result(SurvivalRows rows, EfronLikelihood likelihood, Vector<double> beta, LikelihoodPoint here, double[] means)
    {
        var covariance = here.Information.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(beta.Count));
        var fit = new CoxFit(
            rows.Inputs, [.. beta], [.. covariance.Diagonal().Select(Math.Sqrt)], means, likelihood.Baseline(beta), here.LogLikelihood, 0);
        return fit with { Concordance = Concordance.Of(rows.Times, rows.Events, Array.ConvertAll(rows.Values, fit.Margin)) };
    }

    private static (Vector<double> Beta, LikelihoodPoint Point) Halve(EfronLikelihood likelihood, Vector<double> beta, Vector<double> step, LikelihoodPoint here)
    {
        for (var share = 1.0; share > 1e-3; share /= 2)
        {
            var point = likelihood.At(beta + (share * step));
            if (point.LogLikelihood >= here.LogLikelihood - (1e-9 * Math.Abs(here.LogLikelihood))) return (beta + (share * step), point);
        }

        return (beta + step, likelihood.At(beta + step));
    }

    private static void Check(SurvivalRows rows)
    {
        if (rows.Values.Length == 0 || rows.Values.Length != rows.Times.Length || rows.Values.Length != rows.Events.Length)
            throw new Problem(ProblemKind.Invalid, "there must be one time and one event for each row", where: "rows");
        if (!rows.Events.Contains(true)) throw new Problem(ProblemKind.Invalid, "there is no event to learn from", where: "events");
        if (rows.Times.Any(time => !double.IsFinite(time))) throw new Problem(ProblemKind.Invalid, "times must be numbers", where: "times");
        foreach (var row in rows.Values)
        {
            var missing = Array.FindIndex(row, value => !double.IsFinite(value));
            if (missing >= 0) throw new Problem(ProblemKind.Invalid, "a linear model takes no missing values; impute them first", where: rows.Inputs[missing]);
        }
    }
}

internal sealed record LikelihoodPoint(double LogLikelihood, Vector<double> Score, Matrix<double> Information);

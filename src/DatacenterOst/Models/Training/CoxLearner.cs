using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Training;

/// <summary>
/// Proportional hazards with a ridge penalty that the inner validation chooses by the partial likelihood of rows that were held out: clinical
/// inputs follow from one another more than plain maximum likelihood bears.
/// </summary>
/// <param name="ridge">Penalties to choose from, per event and squared standard deviation; 0 is plain maximum likelihood.</param>
internal sealed class CoxLearner(IReadOnlyList<double> ridge, int threads)
{
    /// <exception cref="Problem">Invalid, where no penalty gives a fit.</exception>
    public Learnt Learn(TrainingRows rows, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        var best = ridge.Count == 1 ? ridge[0] : Choose(rows, folds, cancellationToken);
        var imputation = Imputation.Learn(rows);
        var made = imputation.Apply(rows);
        var fit = CoxRegression.Fit(Survival(made), best, cancellationToken);

        // The hazard of the fit holds at the means; as an intercept they make the margin the fit's own.
        var shift = 0d;
        for (var i = 0; i < fit.Coefficients.Count; i++) shift -= fit.Coefficients[i] * fit.Means[i];
        var linear = new LinearFit(made.Inputs, shift, fit.Coefficients, []);
        var hazard = fit.Baseline.LastOrDefault(step => step.Time <= rows.FollowUp!.Horizon).Hazard;
        return new Learnt(null, new LinearLearnt(linear, imputation, fit.Means, hazard), FormattableString.Invariant($"Cox, ridge {best:G3}, {fit.Coefficients.Count} coefficients, baseline hazard {hazard:G6} at {rows.FollowUp!.Horizon:G6} days"));
    }

    private double Choose(TrainingRows rows, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        var likelihoods = new double[folds.Count][];
        Parallel.For(0, folds.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i =>
        {
            var own = Imputation.Learn(rows.Pick(folds[i].Train));
            var (train, held) = (Survival(own.Apply(rows.Pick(folds[i].Train))), Survival(own.Apply(rows.Pick(folds[i].Test))));
            likelihoods[i] = [.. ridge.Select(penalty => Held(train, held, penalty, cancellationToken))];
        });
        return ridge[Enumerable.Range(0, ridge.Count).MaxBy(at => likelihoods.Sum(own => own[at]))];
    }

    // A penalty at which the rows give no fit is no choice.
    private static double Held(SurvivalRows train, SurvivalRows held, double penalty, CancellationToken cancellationToken)
    {
        try
        {
            return CoxRegression.LogLikelihood(CoxRegression.Fit(train, penalty, cancellationToken), held);
        }
        catch (Problem)
        {
            return double.NegativeInfinity;
        }
    }

    private static SurvivalRows Survival(TrainingRows rows) => new(rows.Inputs, rows.Values, rows.FollowUp!.Days, [.. rows.Outcomes.Select(outcome => outcome > 0)]);
}

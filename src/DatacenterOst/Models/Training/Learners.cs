using DatacenterOst.Models.Evaluation;

namespace DatacenterOst.Models.Training;

/// <summary>What one training made, ready to predict: trees, or a linear fit with what it does about missing values.</summary>
/// <param name="Chosen">The settings that the inner validation chose, in words.</param>
public sealed record Learnt(BoostedTrees? Trees, LinearFit? Linear, Imputation? Imputation, string Chosen)
{
    public double Margin(double[] row) => Trees?.Margin(row) ?? Linear!.Margin(Imputation!.Apply(row));

    public double Predict(double[] row) => GradientBoosting.Sigmoid(Margin(row));
}

/// <summary>
/// Learns with settings that an inner validation by patient chooses: it sees nothing but the rows that it is given, so that an outer
/// validation of it is honest.
/// </summary>
public sealed class Learners(LearnerPlan plan, ValidationPlan validation, int threads)
{
    public Learnt Learn(LearnerKind kind, TrainingRows rows, IReadOnlyList<long> patients, CancellationToken cancellationToken)
    {
        bool[] outcomes = [.. rows.Outcomes.Select(outcome => outcome > 0)];
        var folds = Folds.ByPatient(patients, outcomes, validation.InnerFolds, validation.Seed + 1);
        return kind == LearnerKind.Trees ? Trees(rows, folds, cancellationToken) : Logistic(rows, folds, cancellationToken);
    }

    private Learnt Trees(TrainingRows rows, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        var (best, bestLoss, rounds) = (plan.Candidates[0], double.PositiveInfinity, 1);
        foreach (var candidate in plan.Candidates)
        {
            var settings = candidate with { Seed = validation.Seed, Threads = threads, BaseScore = Prevalence(rows) };
            var (loss, stops) = (0d, 0);
            foreach (var fold in folds)
            {
                var held = rows.Pick(fold.Test);
                var model = GradientBoosting.Train(rows.Pick(fold.Train), settings, held, cancellationToken);
                loss += Loss(held, model.Margin);
                stops += model.Rounds;
            }

            if (loss < bestLoss) (best, bestLoss, rounds) = (settings, loss, Math.Max(1, stops / folds.Count));
        }

        // As many trees as the inner parts stopped at on average; all rows learn, so none is held out to stop at.
        var final = best with { Rounds = rounds, EarlyStoppingRounds = 0 };
        return new Learnt(GradientBoosting.Train(rows, final, null, cancellationToken), null, null, Say(final));
    }

    private Learnt Logistic(TrainingRows rows, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        var imputation = Imputation.Learn(rows);
        var made = imputation.Apply(rows);
        var net = new ElasticNet { Alpha = plan.Alpha, Lambdas = 30, Smallest = 0.01, Tolerance = 1e-5 };
        var path = net.Path(made);
        var losses = new double[folds.Count][];
        Parallel.For(0, folds.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i =>
        {
            var own = Imputation.Learn(rows.Pick(folds[i].Train));
            var fits = net.Fit(own.Apply(rows.Pick(folds[i].Train)), path, cancellationToken);
            var held = own.Apply(rows.Pick(folds[i].Test));
            losses[i] = [.. fits.Select(fit => Loss(held, fit.Margin))];
        });
        var best = Enumerable.Range(0, path.Count).MinBy(at => losses.Sum(loss => loss[at]));
        var fit = net.Fit(made, [.. path.Take(best + 1)], cancellationToken)[^1];
        var used = fit.Coefficients.Count(coefficient => coefficient != 0);
        return new Learnt(null, fit, imputation, FormattableString.Invariant($"elastic net, alpha {plan.Alpha}, lambda {path[best]:G3}, {used} of {fit.Coefficients.Count} coefficients"));
    }

    private static double Prevalence(TrainingRows rows) => Math.Round(rows.Outcomes.Average(), 4) is var share && share is > 0 and < 1 ? share : 0.5;

    private static double Loss(TrainingRows held, Func<double[], double> margin)
    {
        var sum = 0d;
        for (var i = 0; i < held.Count; i++)
        {
            var value = margin(held.Values[i]);
            sum += Math.Max(value, 0) + Math.Log(1 + Math.Exp(-Math.Abs(value))) - (held.Outcomes[i] * value);
        }

        return sum;
    }

    private static string Say(BoostingSettings settings) => FormattableString.Invariant(
        $"{settings.Rounds} trees of depth {settings.MaxDepth}, eta {settings.Eta}, subsample {settings.Subsample}, columns {settings.ColumnSample}, min child weight {settings.MinChildWeight}, lambda {settings.Lambda}, seed {settings.Seed}");
}

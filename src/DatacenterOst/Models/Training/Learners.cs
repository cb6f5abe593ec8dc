using DatacenterOst.Models.Evaluation;

namespace DatacenterOst.Models.Training;

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
        return kind switch
        {
            LearnerKind.Trees => Trees(rows, folds, cancellationToken),
            LearnerKind.Cox => new CoxLearner(plan.Ridge, threads).Learn(rows, folds, cancellationToken),
            _ => Logistic(rows, folds, cancellationToken),
        };
    }

    private Learnt Trees(TrainingRows rows, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        var best = plan.Candidates.Select(candidate => Try(candidate with { Seed = validation.Seed, Threads = threads, BaseScore = Prevalence(rows) }, rows, folds, cancellationToken))
            .MinBy(tried => tried.Loss)!;

        // As many trees as the inner parts stopped at on average; all rows learn, so none is held out to stop at.
        var final = best.Settings with { Rounds = best.Rounds, EarlyStoppingRounds = 0 };
        var bags = Enumerable.Range(0, plan.Bags).Select(bag => GradientBoosting.Train(rows, final with { Seed = final.Seed + (ulong)bag }, null, cancellationToken));
        return new Learnt(BoostedTrees.Mean([.. bags]).From(best.BaseScore), null, Say(final) + (plan.Bags > 1 ? FormattableString.Invariant($", mean of {plan.Bags} seeds") : ""));
    }

    /// <summary>
    /// One candidate over the inner parts. Regularised trees stay short of the prevalence, so the base score is moved afterwards by what the
    /// inner predictions were too low or too high (calibration in the large); moved before, the trees would learn it away.
    /// </summary>
    private static Tried Try(BoostingSettings settings, TrainingRows rows, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        var (loss, stops, margins) = (0d, 0, new double[rows.Count]);
        foreach (var fold in folds)
        {
            var held = rows.Pick(fold.Test);
            var model = GradientBoosting.Train(rows.Pick(fold.Train), settings, held, cancellationToken);
            loss += Loss(held, model.Margin);
            stops += model.Rounds;
            foreach (var row in fold.Test) margins[row] = model.Margin(rows.Values[row]);
        }

        var (_, shift) = CalibrationMeasures.Line(Array.ConvertAll(margins, GradientBoosting.Sigmoid), [.. rows.Outcomes.Select(outcome => outcome > 0)]);
        var moved = GradientBoosting.Sigmoid(CalibrationMeasures.Logit(settings.BaseScore) + (double.IsFinite(shift) ? shift : 0));
        return new Tried(settings, loss, Math.Max(1, stops / folds.Count), Math.Round(moved, 6));
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
        return new Learnt(null, new LinearLearnt(fit, imputation, LinearLearnt.MeansOf(made), null), FormattableString.Invariant($"elastic net, alpha {plan.Alpha}, lambda {path[best]:G3}, {used} of {fit.Coefficients.Count} coefficients"));
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

    private sealed record Tried(BoostingSettings Settings, double Loss, int Rounds, double BaseScore);
}

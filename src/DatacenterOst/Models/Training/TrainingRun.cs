using DatacenterOst.Clinical;
using DatacenterOst.Models.Evaluation;

namespace DatacenterOst.Models.Training;

/// <summary>How one learner did on rows that it had not seen.</summary>
/// <param name="How">By patient or by time, in words.</param>
/// <param name="Chosen">What the inner validation of each fold chose.</param>
public sealed record LearnerPerformance(string Learner, string How, Performance Performance, IReadOnlyList<string> Chosen)
{
    /// <summary>Harrell's C of all rows, those that were lost before the horizon included; null where the study does not ask when.</summary>
    public Measure? Concordance { get; init; }

    /// <summary>Rows that were lost before the horizon: in the C, and in nothing else.</summary>
    public int Lost { get; init; }
}

/// <summary>What a training made: the model, how well its kind of learning does on unseen rows, and a logistic model beside it.</summary>
/// <param name="Unseen">Probabilities of the outer validation by patient: one for each row.</param>
public sealed record TrainingResult(
    Study Study,
    CohortData Cohort,
    TrainingRows Rows,
    Learnt Final,
    IReadOnlyList<LearnerPerformance> Validated,
    IReadOnlyList<double> Unseen)
{
    public Performance Main => Validated[0].Performance;
}

/// <summary>Judges by nested validation, then learns from all rows. Pure: the cohort and the seed decide the result.</summary>
internal static class TrainingRun
{
    /// <summary>Events below which a model would be a memory of patients.</summary>
    public const int LeastEvents = 20;

    public static TrainingResult Run(Study study, PackageDraft draft, CohortData cohort, int threads, Action<string> say, CancellationToken cancellationToken)
    {
        var rows = StudyMatrix.Of(study, draft, cohort.Rows);
        var events = rows.Outcomes.Count(outcome => outcome > 0);
        if (events < LeastEvents || rows.Count - events < LeastEvents)
            throw new Problem(ProblemKind.Invalid, $"{events} of {rows.Count} rows have the outcome; a training needs at least {LeastEvents} with it and {LeastEvents} without", where: "outcome");

        var plan = study.Validation;
        var learners = new Learners(study.Learner, plan, threads);
        long[] patients = [.. cohort.Rows.Select(row => row.Patient.Value)];
        var byPatient = Folds.ByPatient(patients, [.. cohort.Rows.Select(row => row.Outcome)], plan.Folds, plan.Seed);
        var byTime = Folds.ByTime(patients, [.. cohort.Rows.Select(row => row.IndexTime)], plan.TimeFolds);
        var validated = new List<LearnerPerformance>();
        var predicted = new double[rows.Count];
        LearnerKind[] kinds = study.Learner.Kind == LearnerKind.Logistic ? [LearnerKind.Logistic] : [study.Learner.Kind, LearnerKind.Logistic];
        foreach (var kind in kinds)
        {
            foreach (var (folds, how) in new[] { (byPatient, $"{plan.Folds}-fold by patient"), (byTime, "by time, each span from those before it") })
            {
                if (folds.Count == 0) continue;
                say($"{Name(kind)}: {how}");
                var unseen = NestedValidation.Run(learners, kind, rows, patients, kind == LearnerKind.Cox ? folds : Known(folds, rows), cancellationToken);
                validated.Add(Judge(Name(kind), how, cohort, unseen, study));
                if (kind != kinds[0] || !ReferenceEquals(folds, byPatient)) continue;
                for (var i = 0; i < predicted.Length; i++) predicted[unseen.Rows[i]] = unseen.Probabilities[i];
            }
        }

        say("learning from all rows");
        var final = learners.Learn(study.Learner.Kind, rows, patients, cancellationToken);
        return new TrainingResult(study, cohort, rows, final, validated, predicted);
    }

    // Who was lost before the horizon has neither the outcome nor its absence; only a survival model can learn from them.
    private static IReadOnlyList<Fold> Known(IReadOnlyList<Fold> folds, TrainingRows rows)
        => rows.FollowUp is null ? folds : [.. folds.Select(fold => fold with { Train = Array.FindAll(fold.Train, rows.IsKnown) })];

    private static LearnerPerformance Judge(string learner, string how, CohortData cohort, Unseen unseen, Study study)
    {
        var plan = study.Validation;
        var bootstrap = new Bootstrap(plan.Bootstrap, plan.Seed);
        var (all, known) = (new List<ScoredRow>(unseen.Rows.Count), new List<ScoredRow>(unseen.Rows.Count));
        for (var i = 0; i < unseen.Rows.Count; i++)
        {
            var row = cohort.Rows[unseen.Rows[i]];
            all.Add(Scored(row, unseen.Probabilities[i], study));
            if (row.IsKnown) known.Add(all[^1]);
        }

        return new LearnerPerformance(learner, how, Performance.Of(known, plan.Thresholds, bootstrap), unseen.Chosen)
        {
            Concordance = study.IsSurvival ? bootstrap.Measure(all, rows => [C(rows)])[0] : null,
            Lost = all.Count - known.Count,
        };
    }

    private static double C(IReadOnlyList<ScoredRow> rows)
        => Concordance.Of([.. rows.Select(row => row.FollowedDays ?? 0)], [.. rows.Select(row => row.Outcome)], [.. rows.Select(row => row.Probability)]);

    public static ScoredRow Scored(CohortRow row, double probability, Study study)
        => new(row.Patient.Value, row.IndexTime, probability, row.Outcome, row.EventAt, study.Index.Days, row.Groups) { FollowedDays = row.FollowedDays };

    private static string Name(LearnerKind kind) => kind switch
    {
        LearnerKind.Trees => "gradient-boosted trees",
        LearnerKind.Cox => "Cox, ridge",
        _ => "logistic, elastic net",
    };
}

using DatacenterOst.Clinical;
using DatacenterOst.Models.Evaluation;

namespace DatacenterOst.Models.Training;

/// <summary>How one learner did on rows that it had not seen.</summary>
/// <param name="How">By patient or by time, in words.</param>
/// <param name="Chosen">What the inner validation of each fold chose.</param>
public sealed record LearnerPerformance(string Learner, string How, Performance Performance, IReadOnlyList<string> Chosen);

/// <summary>What a training made: the model, how well its kind of learning does on unseen rows, and a logistic model beside it.</summary>
/// <param name="Unseen">Predictions of the outer validation by patient: one for each row.</param>
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
        var margins = new double[rows.Count];
        LearnerKind[] kinds = study.Learner.Kind == LearnerKind.Logistic ? [LearnerKind.Logistic] : [LearnerKind.Trees, LearnerKind.Logistic];
        foreach (var kind in kinds)
        {
            foreach (var (folds, how) in new[] { (byPatient, $"{plan.Folds}-fold by patient"), (byTime, "by time, each span from those before it") })
            {
                if (folds.Count == 0) continue;
                say($"{Name(kind)}: {how}");
                var unseen = NestedValidation.Run(learners, kind, rows, patients, folds, cancellationToken);
                validated.Add(new LearnerPerformance(Name(kind), how, Judge(cohort, unseen, study, plan), unseen.Chosen));
                if (kind != kinds[0] || !ReferenceEquals(folds, byPatient)) continue;
                for (var i = 0; i < margins.Length; i++) margins[unseen.Rows[i]] = unseen.Margins[i];
            }
        }

        say("learning from all rows");
        var final = learners.Learn(study.Learner.Kind, rows, patients, cancellationToken);
        return new TrainingResult(study, cohort, rows, final, validated, margins);
    }

    private static Performance Judge(CohortData cohort, Unseen unseen, Study study, ValidationPlan plan)
    {
        var scored = new List<ScoredRow>(unseen.Rows.Count);
        for (var i = 0; i < unseen.Rows.Count; i++) scored.Add(Scored(cohort.Rows[unseen.Rows[i]], GradientBoosting.Sigmoid(unseen.Margins[i]), study));
        return Performance.Of(scored, plan.Thresholds, new Bootstrap(plan.Bootstrap, plan.Seed));
    }

    public static ScoredRow Scored(CohortRow row, double probability, Study study)
        => new(row.Patient.Value, row.IndexTime, probability, row.Outcome, row.EventAt, study.Index.Days, row.Groups);

    private static string Name(LearnerKind kind) => kind == LearnerKind.Trees ? "gradient-boosted trees" : "logistic, elastic net";
}

using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Store.Answers;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Server.Models;

/// <summary>Takes what became of patients that a model scored.</summary>
public static class ModelOutcomesDesk
{
    /// <summary>Outcomes of one call.</summary>
    private const int MaxOutcomes = 10_000;

    private const int MaxBytes = 4 * 1024 * 1024;

    public static async Task<OutcomesAnswer> Take(string id, HttpContext http, DataCentre centre)
    {
        if (centre.Models.StagesOf(new ModelId(id)).Count == 0)
            throw new Problem(ProblemKind.NotFound, "There is no such model; GET /api/models lists them.", where: "id");
        var body = await ModelEndpoints.Body<OutcomesBody>(http, MaxBytes);
        if (body.Outcomes is not { Count: > 0 and <= MaxOutcomes } told)
            throw new Problem(ProblemKind.Invalid, $"must be a list of 1 to {MaxOutcomes}", where: "outcomes");
        var outcomes = new List<ModelOutcome>(told.Count);
        for (var place = 0; place < told.Count; place++)
            outcomes.Add(await Outcome(id, told[place], FormattableString.Invariant($"outcomes[{place}]"), centre, http.RequestAborted));
        await new ModelOutcomes(centre.Store).Write(outcomes, Caller.Loopback, http.RequestAborted);
        return new OutcomesAnswer(outcomes.Count);
    }

    private static async Task<ModelOutcome> Outcome(string model, OutcomeBody told, string where, DataCentre centre, CancellationToken cancellationToken)
    {
        if (told.Happened is not { } happened) throw new Problem(ProblemKind.Invalid, "needs 'happened': true or false", where);
        if ((told.Run is null) == (told.Patient is null)) throw new Problem(ProblemKind.Invalid, "needs either 'run' or 'patient'", where);
        var (patient, subject, run, at) = told.Run is { } uuid
            ? await OfRun(model, uuid, told.At, where, centre, cancellationToken)
            : await OfPatient(told, where, centre, cancellationToken);
        return new ModelOutcome(patient, subject, model, run, at, happened) { RecordedAt = centre.Time.GetUtcNow(), RecordedBy = Caller.Loopback.Subject };
    }

    private static async Task<(PatientId Patient, long Subject, Guid Run, DateTimeOffset At)> OfRun(
        string model, Guid uuid, DateTimeOffset? at, string where, DataCentre centre, CancellationToken cancellationToken)
    {
        var run = AnswerUuids.RunOf(uuid);
        if (await centre.AnswerStore.Answers.Find(run, Caller.Loopback, cancellationToken) is not { } kept || !kept.Model.StartsWith(model + " ", StringComparison.Ordinal))
            throw new Problem(ProblemKind.NotFound, "there is no answer of this model with that run or card", where);
        return (kept.Patient, kept.Subject, run, at ?? kept.AsOf);
    }

    private static async Task<(PatientId Patient, long Subject, Guid Run, DateTimeOffset At)> OfPatient(OutcomeBody told, string where, DataCentre centre, CancellationToken cancellationToken)
    {
        if (told.At is not { } at) throw new Problem(ProblemKind.Invalid, "needs 'at': when it happened, or until when the patient was followed", where);
        var patient = await centre.Patients.FindReference($"Patient/{told.Patient}", Caller.Loopback, cancellationToken);
        return (patient ?? PatientId.None, AnswerKeys.Subject(told.Patient!), Guid.Empty, at);
    }

    public sealed record OutcomesBody(IReadOnlyList<OutcomeBody>? Outcomes);

    /// <param name="Run">The uuid of an answer or of one of its cards.</param>
    /// <param name="Patient">The patient's id as hooks name it, where the outcome is not of one answer.</param>
    /// <param name="At">When it happened; for one that did not happen, until when the patient was followed.</param>
    public sealed record OutcomeBody(Guid? Run, string? Patient, DateTimeOffset? At, bool? Happened);

    public sealed record OutcomesAnswer(int Taken);
}

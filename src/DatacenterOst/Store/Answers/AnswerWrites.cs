using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Answers;

/// <summary>
/// Keeps answers before they are sent. What is returned is committed and durable; answers that are made at the same time share
/// one transaction and one flush.
/// </summary>
public sealed class AnswerWrites
{
    /// <summary>Answers in one transaction: what a busy server makes in the time of one flush.</summary>
    private const int MaxTogether = 500;

    /// <summary>Answers that wait for the store; over it they are refused at once, since nobody can wait so long.</summary>
    private const int MaxWaiting = 10_000;

    // Whether anything was said lately is looked up by the statement that keeps the answer: of most charts nothing was, and then there is
    // one way to the store and not two. It may find more than silence would hold against an answer, never less.
    private const string Insert = """
        insert into answer (patient_key, subject, answered_at, as_of, user_key, service_id, hook_id, client_id, model_id, unit_id, said_id, took,
            kind, interrupting, encoding, run, request_key, patient_id, body)
        select s.patient_key, s.subject, s.answered_at, s.as_of, s.user_key, s.service_id, s.hook_id, s.client_id, s.model_id, s.unit_id, s.said_id, s.took,
            s.kind, s.interrupting, s.encoding, s.run, s.request_key, s.patient_id, s.body
        from staged_answer s
        where s.said_since = 0 or (
            not exists (select 1 from answer a
                where a.patient_key in (0, s.patient_key) and a.subject = s.subject and a.answered_at >= s.said_since
                and a.service_id = s.service_id and a.client_id = s.client_id and a.kind = 0 and a.user_key between s.user_from and s.user_to)
            and not exists (select 1 from feedback f
                where f.patient_key in (0, s.patient_key) and f.subject = s.subject and f.answered_at >= s.said_since
                and f.service_id = s.service_id and f.client_id = s.client_id)
            and (s.most is null or s.user_key = 0 or s.most >= s.interrupting + (
                select coalesce(sum(i.interrupting), 0) from answer i
                where i.user_key = s.user_key and i.answered_at >= s.day_since and i.interrupting > 0 and i.kind = 0)))
        on conflict do nothing returning run
        """;

    private readonly StoreDatabase database;
    private readonly SharedTrips<WaitingAnswer, bool> together;

    public AnswerWrites(StoreDatabase database)
    {
        this.database = database;
        together = new SharedTrips<WaitingAnswer, bool>(WriteTogether, atOnce: 1, MaxTogether);
    }

    /// <returns>False when the same request has its answer already: that one holds.</returns>
    /// <exception cref="Problem">Unavailable when it could not be kept: then it must not be sent.</exception>
    public Task<bool> Write(KeptAnswer answer, Caller caller, CancellationToken cancellationToken) => Write(answer, null, caller, cancellationToken);

    /// <summary>Keeps an answer of which nothing would be held back, if that is so.</summary>
    /// <returns>
    /// False, and nothing was kept, when something was said of the patient lately, or the user's day is full, or the same request has its answer
    /// already: <see cref="RecentReading"/> tells which.
    /// </returns>
    /// <exception cref="Problem">Unavailable when it could not be kept: then it must not be sent.</exception>
    public Task<bool> WriteUnlessSaid(KeptAnswer answer, RecentQuery lately, Caller caller, CancellationToken cancellationToken) => Write(answer, lately, caller, cancellationToken);

    private Task<bool> Write(KeptAnswer answer, RecentQuery? unlessSaid, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(caller);
        if (together.Waiting >= MaxWaiting) throw NotKept(null);
        var (body, encoding) = KeptBytes.Keep(answer.Body.Span);
        return together.Ask(new WaitingAnswer(answer, unlessSaid, body, encoding), cancellationToken);
    }

    private async Task<IReadOnlyList<bool>> WriteTogether(IReadOnlyList<WaitingAnswer> answers, CancellationToken cancellationToken)
    {
        try
        {
            var written = await WriteOrAgain(answers, cancellationToken);
            return [.. answers.Select(answer => written.Contains(answer.Answer.Run))];
        }
        catch (Exception failed) when (failed is not Problem)
        {
            throw NotKept(failed);
        }
    }

    private async Task<HashSet<Guid>> WriteOrAgain(IReadOnlyList<WaitingAnswer> answers, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteOnce(answers, cancellationToken);
        }
        catch (DbException failed) when (database.Dialect.IsWorthRetrying(failed))
        {
            return await WriteOnce(answers, cancellationToken);
        }
    }

    private async Task<HashSet<Guid>> WriteOnce(IReadOnlyList<WaitingAnswer> answers, CancellationToken cancellationToken)
    {
        var labels = database.Vocabulary.Labels;
        await labels.Number([.. answers.SelectMany(waiting => LabelsOf(waiting.Answer))], cancellationToken);
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        transaction.Stage(Rows(answers, labels));
        var written = await transaction.Command(Insert).Ask(row => RunBytes.From(row.Bytes(0)), cancellationToken);
        await transaction.Commit(cancellationToken);
        return [.. written];
    }

    private static StagedRows Rows(IReadOnlyList<WaitingAnswer> answers, Words<string> labels)
    {
        var rows = new StagedRows(StagingTable.Answers);
        foreach (var waiting in answers)
        {
            var answer = waiting.Answer;
            rows.Add(answer.Patient.Value).Add(answer.Subject).Add(Instants.Micros(answer.AnsweredAt)).Add(Instants.Micros(answer.AsOf)).Add(answer.User);
            foreach (var label in LabelsOf(answer)) rows.Add(labels.NumberOf(label));
            rows.Add(answer.Took).Add((long)answer.Kind).Add(answer.Interrupting).Add(waiting.Encoding)
                .Add(RunBytes.Of(answer.Run)).Add(KeyBytes.Of(answer.RequestKey)).Add(answer.PatientId).Add(waiting.Body);
            var lately = waiting.UnlessSaid;
            rows.Add(lately is null ? 0 : Instants.Micros(lately.Since)).Add(lately?.Users.From ?? 0).Add(lately?.Users.To ?? 0)
                .Add(lately is null ? 0 : Instants.Micros(lately.DaySince)).Add(lately?.MaxInterruptions);
        }

        return rows;
    }

    // In the order of the columns.
    private static string[] LabelsOf(KeptAnswer answer) => [answer.Service, answer.Hook, answer.Client, answer.Model, answer.Unit, answer.Said];

    private static Problem NotKept(Exception? inner) => new(
        ProblemKind.Unavailable, "The answer could not be recorded, and what is not recorded is not shown. Ask again.", inner: inner);
}

/// <summary>UUIDs as the stores keep them: in the order of their text, so that those made later come later.</summary>
internal static class RunBytes
{
    public static byte[] Of(Guid run) => run.ToByteArray(bigEndian: true);

    public static Guid From(byte[] bytes) => new(bytes, bigEndian: true);
}

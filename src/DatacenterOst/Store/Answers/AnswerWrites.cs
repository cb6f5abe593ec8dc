using System.Collections.Concurrent;
using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Answers;

/// <summary>
/// Keeps answers before they are sent. What is returned is committed and durable; answers that are made at the same time share
/// one transaction and one flush.
/// </summary>
public sealed class AnswerWrites(StoreDatabase database) : IDisposable
{
    /// <summary>Answers in one transaction: what a busy server makes in the time of one flush.</summary>
    private const int MaxTogether = 500;

    /// <summary>Answers that wait for the store; over it they are refused at once, since nobody can wait so long.</summary>
    private const int MaxWaiting = 10_000;

    private const string Insert = """
        insert into answer (patient_key, subject, answered_at, as_of, user_key, service_id, hook_id, client_id, model_id, unit_id, said_id, took,
            kind, interrupting, encoding, run, request_key, patient_id, body)
        select s.patient_key, s.subject, s.answered_at, s.as_of, s.user_key, s.service_id, s.hook_id, s.client_id, s.model_id, s.unit_id, s.said_id, s.took,
            s.kind, s.interrupting, s.encoding, s.run, s.request_key, s.patient_id, s.body
        from staged_answer s where s.took >= 0
        on conflict do nothing returning run
        """;

    private readonly ConcurrentQueue<WaitingAnswer> waiting = new();

    // Who has the turn writes what all have queued meanwhile, so that nobody waits for a timer.
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <returns>False when the same request has its answer already: that one holds.</returns>
    /// <exception cref="Problem">Unavailable when it could not be kept: then it must not be sent.</exception>
    public async Task<bool> Write(KeptAnswer answer, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(caller);
        if (waiting.Count >= MaxWaiting) throw NotKept(null);
        var (body, encoding) = KeptBytes.Keep(answer.Body.Span);
        var mine = new WaitingAnswer(answer, body, encoding);
        waiting.Enqueue(mine);
        await turn.WaitAsync(cancellationToken);
        try
        {
            while (!mine.Outcome.IsCompleted)
            {
                // Not cancelled with the request of one of them: the others wait for the same commit.
                await WriteTogether(Next(), CancellationToken.None);
            }
        }
        finally
        {
            turn.Release();
        }

        return await mine.Outcome;
    }

    public void Dispose() => turn.Dispose();

    private List<WaitingAnswer> Next()
    {
        var next = new List<WaitingAnswer>();
        while (next.Count < MaxTogether && waiting.TryDequeue(out var first)) next.Add(first);
        return next;
    }

    private async Task WriteTogether(List<WaitingAnswer> answers, CancellationToken cancellationToken)
    {
        if (answers.Count == 0) return;
        try
        {
            var written = await WriteOrAgain(answers, cancellationToken);
            foreach (var answer in answers) answer.Complete(written.Contains(answer.Answer.Run));
        }
        catch (Problem problem)
        {
            answers.ForEach(answer => answer.Fail(problem));
        }
        catch (Exception failed)
        {
            var refusal = NotKept(failed);
            answers.ForEach(answer => answer.Fail(refusal));
        }
    }

    private async Task<HashSet<Guid>> WriteOrAgain(List<WaitingAnswer> answers, CancellationToken cancellationToken)
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

    private async Task<HashSet<Guid>> WriteOnce(List<WaitingAnswer> answers, CancellationToken cancellationToken)
    {
        var labels = database.Vocabulary.Labels;
        await labels.Number([.. answers.SelectMany(waiting => LabelsOf(waiting.Answer))], cancellationToken);
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        transaction.Stage(Rows(answers, labels));
        var written = await transaction.Command(Insert).Ask(row => RunBytes.From(row.Bytes(0)), cancellationToken);
        await transaction.Commit(cancellationToken);
        return [.. written];
    }

    private static StagedRows Rows(List<WaitingAnswer> answers, Words<string> labels)
    {
        var rows = new StagedRows(StagingTable.Answers);
        foreach (var waiting in answers)
        {
            var answer = waiting.Answer;
            rows.Add(answer.Patient.Value).Add(answer.Subject).Add(Instants.Micros(answer.AnsweredAt)).Add(Instants.Micros(answer.AsOf)).Add(answer.User);
            foreach (var label in LabelsOf(answer)) rows.Add(labels.NumberOf(label));
            rows.Add(answer.Took).Add((long)answer.Kind).Add(answer.Interrupting).Add(waiting.Encoding)
                .Add(RunBytes.Of(answer.Run)).Add(KeyBytes.Of(answer.RequestKey)).Add(answer.PatientId).Add(waiting.Body);
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

using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Answers;

/// <summary>Keeps feedback and reads it back. What is returned is committed and durable.</summary>
public sealed class FeedbackWrites(StoreDatabase database)
{
    private const string Insert = """
        insert into feedback (patient_key, subject, received_at, outcome_at, answered_at, user_key, service_id, client_id, model_id, unit_id,
            conclusion_id, reason_id, outcome, flags, encoding, card, feedback_key, body)
        select s.patient_key, s.subject, s.received_at, s.outcome_at, s.answered_at, s.user_key, s.service_id, s.client_id, s.model_id, s.unit_id,
            s.conclusion_id, s.reason_id, s.outcome, s.flags, s.encoding, s.card, s.feedback_key, s.body
        from staged_feedback s where s.flags >= 0
        on conflict do nothing returning 1
        """;

    private const string Columns = """
        f.patient_key, f.subject, f.received_at, f.outcome_at, f.answered_at, f.user_key, f.service_id, f.client_id, f.model_id, f.unit_id,
        f.conclusion_id, f.reason_id, f.outcome, f.flags, f.encoding, f.card, f.feedback_key, f.body
        """;

    /// <summary>All of it or none.</summary>
    /// <returns>How many of them are new; the others were kept before.</returns>
    public async Task<int> Write(IReadOnlyList<KeptFeedback> feedback, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        ArgumentNullException.ThrowIfNull(caller);
        try
        {
            return await WriteAll(feedback, cancellationToken);
        }
        catch (DbException failed)
        {
            throw new Problem(ProblemKind.Unavailable, "The feedback could not be stored. Send it again; what is the same is stored once.", inner: failed);
        }
    }

    /// <summary>What was said about the cards of one answer, in the order in which it came.</summary>
    public async Task<IReadOnlyList<KeptFeedback>> Of(Guid run, Guid lastCard, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var rows = await database.Dialect.Query(
            $"select {Columns} from feedback f where f.card between @first and @last order by f.received_at, f.outcome_at, f.feedback_key",
            command => command.With("@first", RunBytes.Of(run)).With("@last", RunBytes.Of(lastCard)), Row, cancellationToken);
        var labels = database.Vocabulary.Labels;
        await labels.Load(rows.SelectMany(row => row.Labels), cancellationToken);
        return [.. rows.Select(row => row.Feedback(labels))];
    }

    private async Task<int> WriteAll(IReadOnlyList<KeptFeedback> feedback, CancellationToken cancellationToken)
    {
        var labels = database.Vocabulary.Labels;
        await labels.Number([.. feedback.SelectMany(LabelsOf)], cancellationToken);
        var rows = new StagedRows(StagingTable.Feedback);
        var stamps = new Stamps(database.Clock.Take(feedback.Count));
        foreach (var item in feedback)
        {
            // A stamp of its own, so that items of one call keep their order.
            rows.Add(item.Patient.Value).Add(item.Subject).Add(stamps.Next()).Add(Instants.Micros(item.OutcomeAt))
                .Add(Instants.Micros(item.AnsweredAt)).Add(item.User);
            foreach (var label in LabelsOf(item)) rows.Add(labels.NumberOf(label));
            var (body, encoding) = KeptBytes.Keep(item.Body.Span);
            rows.Add((long)item.Outcome).Add((long)item.Flags).Add(encoding).Add(RunBytes.Of(item.Card)).Add(KeyBytes.Of(item.Key)).Add(body);
        }

        await using var transaction = await database.Dialect.Begin(cancellationToken);
        transaction.Stage(rows);
        var written = await transaction.Command(Insert).Ask(_ => 1, cancellationToken);
        await transaction.Commit(cancellationToken);
        return written.Count;
    }

    // In the order of the columns.
    private static string[] LabelsOf(KeptFeedback item) => [item.Service, item.Client, item.Model, item.Unit, item.Conclusion, item.Reason];

    private static FeedbackRow Row(DbDataReader row) => new(
        [.. Enumerable.Range(0, 6).Select(row.GetInt64)],
        [.. Enumerable.Range(6, 6).Select(row.GetInt32)],
        [.. Enumerable.Range(12, 3).Select(row.GetInt16)],
        row.Bytes(15), row.Bytes(16), row.Bytes(17));

    private sealed record FeedbackRow(long[] Longs, int[] Labels, short[] Shorts, byte[] Card, byte[] Key, byte[] Body)
    {
        public KeptFeedback Feedback(Words<string> labels) => new(
            new PatientId(Longs[0]), Longs[1], KeyBytes.From(Key), RunBytes.From(Card), (FeedbackOutcome)Shorts[0], KeptBytes.Open(Body, Shorts[2]))
        {
            ReceivedAt = Instants.From(Longs[2]),
            OutcomeAt = Instants.From(Longs[3]),
            AnsweredAt = Instants.From(Longs[4]),
            User = Longs[5],
            Service = labels.Word(Labels[0]),
            Client = labels.Word(Labels[1]),
            Model = labels.Word(Labels[2]),
            Unit = labels.Word(Labels[3]),
            Conclusion = labels.Word(Labels[4]),
            Reason = labels.Word(Labels[5]),
            Flags = (FeedbackFlags)Shorts[1],
        };

        public override string ToString() => nameof(FeedbackRow);
    }
}

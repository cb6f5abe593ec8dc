using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Answers;

/// <summary>Answers that said the same, counted.</summary>
public sealed record SaidCount(string Service, string Model, string Unit, string Said, long Count);

/// <summary>One item of feedback, as statistics need it.</summary>
public sealed record FeedbackCount(string Service, string Model, string Unit, string Reason, Guid Card, FeedbackOutcome Outcome, FeedbackFlags Flags)
{
    public required DateTimeOffset AnsweredAt { get; init; }

    public required DateTimeOffset OutcomeAt { get; init; }
}

/// <summary>What was said and what became of it, over a span of time; answers that were tried do not count.</summary>
public sealed class AnswerCounts(StoreDatabase database)
{
    /// <summary>Items of feedback that one report reads: several years of a large hospital.</summary>
    private const int MaxFeedback = 1_000_000;

    public async Task<IReadOnlyList<SaidCount>> Said(string? service, DateTimeOffset from, DateTimeOffset to, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var (first, last) = AnswerKeys.Runs(from, to);
        var filter = await Filter(service, "a", cancellationToken);
        var rows = await database.Dialect.Query(
            $"""
            select a.service_id, a.model_id, a.unit_id, a.said_id, count(*) from answer a
            where a.run >= @from and a.run < @to and a.kind = 0 {filter}
            group by a.service_id, a.model_id, a.unit_id, a.said_id
            """,
            command => With(command, service).With("@from", first).With("@to", last),
            row => (Labels: Labels(row), Count: row.GetInt64(4)), cancellationToken);
        var labels = database.Vocabulary.Labels;
        await labels.Load(rows.SelectMany(row => row.Labels), cancellationToken);
        return [.. rows.Select(row => new SaidCount(labels.Word(row.Labels[0]), labels.Word(row.Labels[1]), labels.Word(row.Labels[2]), labels.Word(row.Labels[3]), row.Count))];
    }

    /// <summary>Feedback about cards that were shown in that time, in the order in which it came.</summary>
    public async Task<IReadOnlyList<FeedbackCount>> Feedback(string? service, DateTimeOffset from, DateTimeOffset to, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var filter = await Filter(service, "f", cancellationToken);
        var rows = await database.Dialect.Query(
            $"""
            select f.service_id, f.model_id, f.unit_id, f.reason_id, f.card, f.outcome, f.flags, f.answered_at, f.outcome_at from feedback f
            where f.answered_at >= @from and f.answered_at < @to {filter}
            order by f.received_at limit @limit
            """,
            command => With(command, service).With("@from", Instants.Micros(from)).With("@to", Instants.Micros(to)).With("@limit", MaxFeedback + 1),
            row => (Labels: Labels(row), Card: RunBytes.From(row.Bytes(4)), Outcome: row.GetInt16(5), Flags: row.GetInt16(6), AnsweredAt: row.GetInt64(7), OutcomeAt: row.GetInt64(8)),
            cancellationToken);
        if (rows.Count > MaxFeedback) throw new Problem(ProblemKind.TooCostly, $"There are more than {MaxFeedback} items of feedback in that time; ask for a shorter one.", "from");
        var labels = database.Vocabulary.Labels;
        await labels.Load(rows.SelectMany(row => row.Labels), cancellationToken);
        return [.. rows.Select(row => new FeedbackCount(
            labels.Word(row.Labels[0]), labels.Word(row.Labels[1]), labels.Word(row.Labels[2]), labels.Word(row.Labels[3]),
            row.Card, (FeedbackOutcome)row.Outcome, (FeedbackFlags)row.Flags)
        {
            AnsweredAt = Instants.From(row.AnsweredAt),
            OutcomeAt = Instants.From(row.OutcomeAt),
        })];
    }

    private static int[] Labels(DbDataReader row) => [row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)];

    private async Task<string> Filter(string? service, string alias, CancellationToken cancellationToken)
    {
        if (service is null) return "";
        await database.Vocabulary.Labels.Number([service], cancellationToken);
        return $"and {alias}.service_id = @service";
    }

    private DbCommand With(DbCommand command, string? service) => service is null ? command : command.With("@service", database.Vocabulary.Labels.NumberOf(service));
}

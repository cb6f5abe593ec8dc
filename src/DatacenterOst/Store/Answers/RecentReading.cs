using System.Data.Common;
using DatacenterOst.Access;

namespace DatacenterOst.Store.Answers;

/// <summary>What was said lately: one statement, each part of it through an index.</summary>
public sealed class RecentReading(StoreDatabase database)
{
    /// <summary>Answers that silence looks back over. A chart that is opened more often within the quiet period is not read by a person.</summary>
    private const int MaxAnswers = 200;

    private const int MaxOverrides = 200;

    private const string Text = """
        select * from (
            select 0 as part, a.answered_at, a.user_key, a.said_id as label, a.hook_id as hook, a.run as run, a.request_key
            from answer a
            where a.patient_key in (0, @patient) and a.subject = @subject and a.answered_at >= @since
            and a.service_id = @service and a.client_id = @client and a.kind = 0
            and a.user_key between @user_from and @user_to
            order by a.answered_at desc, a.run desc limit @answers) as newest
        union all
        select * from (
            select 1 as part, f.answered_at, f.user_key, f.conclusion_id as label, 0 as hook, f.card as run, f.feedback_key
            from feedback f
            where f.patient_key in (0, @patient) and f.subject = @subject and f.answered_at >= @since
            and f.service_id = @service and f.client_id = @client and f.outcome = 2 and f.reason_id <> @unreasoned
            and f.user_key between @user_from and @user_to
            order by f.answered_at desc limit @overrides) as overridden
        union all
        select 2 as part, coalesce(sum(i.interrupting), 0), 0, 0, 0, @none, @none
        from answer i where i.user_key = @user and i.answered_at >= @day and i.interrupting > 0 and i.kind = 0 and i.user_key <> 0
        """;

    public async Task<RecentAnswers> Read(RecentQuery query, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        var labels = database.Vocabulary.Labels;
        await labels.Number([query.Service, query.Client, ""], cancellationToken);
        var rows = await database.Dialect.Query(Text, command => Fill(command, query, labels), Row, cancellationToken);
        await labels.Load(rows.Where(row => row.Part < 2).SelectMany(row => row.Hook == 0 ? new[] { row.Label } : [row.Label, row.Hook]), cancellationToken);
        return new RecentAnswers(
            [.. rows.Where(row => row.Part == 0).Select(row => new RecentAnswer(
                Instants.From(row.At), row.User, labels.Word(row.Hook), labels.Word(row.Label), RunBytes.From(row.Run), KeyBytes.From(row.Key)))],
            [.. rows.Where(row => row.Part == 1).Select(row => new RecentOverride(Instants.From(row.At), row.User, labels.Word(row.Label)))],
            (int)rows.Where(row => row.Part == 2).Sum(row => row.At));
    }

    private static void Fill(DbCommand command, RecentQuery query, Words<string> labels) => command
        .With("@patient", query.Patient.Value)
        .With("@subject", query.Subject)
        .With("@since", Instants.Micros(query.Since))
        .With("@service", labels.NumberOf(query.Service))
        .With("@client", labels.NumberOf(query.Client))
        .With("@unreasoned", labels.NumberOf(""))
        .With("@user", query.User)
        .With("@user_from", query.Users.From)
        .With("@user_to", query.Users.To)
        .With("@day", Instants.Micros(query.DaySince))
        .With("@none", Array.Empty<byte>())
        .With("@answers", MaxAnswers)
        .With("@overrides", MaxOverrides);

    private static RecentRow Row(DbDataReader row) => new(
        row.GetInt32(0), Convert.ToInt64(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture), row.GetInt64(2), row.GetInt32(3), row.GetInt32(4), row.Bytes(5), row.Bytes(6));

    private readonly record struct RecentRow(int Part, long At, long User, int Label, int Hook, byte[] Run, byte[] Key);
}

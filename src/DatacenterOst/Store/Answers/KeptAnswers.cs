using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Answers;

/// <summary>Which answers; what is null does not matter.</summary>
/// <param name="PatientId">The id as clients say it.</param>
/// <param name="Patient">Our patient of that id; None where there is none.</param>
/// <param name="Before">Only answers before this run: where the page before ended.</param>
public sealed record AnswerFilter(string? PatientId = null, PatientId Patient = default, string? Service = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    public Guid? Before { get; init; }
}

/// <summary>Reads answers that were kept, newest first.</summary>
public sealed class KeptAnswers(StoreDatabase database)
{
    /// <summary>The most answers of one page.</summary>
    public const int MaxPage = 200;

    private const string Columns = """
        a.patient_key, a.subject, a.answered_at, a.as_of, a.user_key, a.service_id, a.hook_id, a.client_id, a.model_id, a.unit_id, a.said_id,
        a.took, a.kind, a.interrupting, a.encoding, a.run, a.request_key, a.patient_id, a.body
        """;

    /// <summary>The answer with that run; null when there is none.</summary>
    public async Task<KeptAnswer?> Find(Guid run, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var found = await Read(await database.Dialect.Query(
            $"select {Columns} from answer a where a.run = @run", command => command.With("@run", RunBytes.Of(run)), Row, cancellationToken), cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>The answer that the same request had before; null when it had none.</summary>
    public async Task<KeptAnswer?> FindRequest(PatientId patient, long subject, UInt128 requestKey, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var found = await Read(await database.Dialect.Query(
            $"select {Columns} from answer a where a.patient_key in (0, @patient) and a.subject = @subject and a.request_key = @key",
            command => command.With("@patient", patient.Value).With("@subject", subject).With("@key", KeyBytes.Of(requestKey)), Row, cancellationToken), cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<KeptAnswer>> Page(AnswerFilter filter, int count, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(caller);
        if (count is < 1 or > MaxPage) throw new Problem(ProblemKind.Invalid, $"A page has 1 to {MaxPage} answers.", "_count");
        await database.Vocabulary.Labels.Number(filter.Service is { } service ? [service] : [], cancellationToken);
        var rows = await database.Dialect.Query(
            $"select {Columns} from answer a where {Condition(filter)} order by a.run desc limit @count",
            command => Fill(command, filter).With("@count", count), Row, cancellationToken);
        return await Read(rows, cancellationToken);
    }

    private static string Condition(AnswerFilter filter)
    {
        // Runs are ordered by time, so that one index serves time and paging.
        var conditions = new List<string> { "a.run >= @from and a.run < @to" };
        if (filter.PatientId is not null)
            conditions.Add(filter.Patient.IsNone ? "a.patient_key = 0 and a.subject = @subject" : "(a.patient_key = @patient or (a.patient_key = 0 and a.subject = @subject))");
        if (filter.Service is not null) conditions.Add("a.service_id = @service");
        return string.Join(" and ", conditions);
    }

    private DbCommand Fill(DbCommand command, AnswerFilter filter)
    {
        var (from, to) = AnswerKeys.Runs(filter.From, filter.To);
        if (filter.Before is { } before && RunBytes.Of(before).AsSpan().SequenceCompareTo(to) < 0) to = RunBytes.Of(before);
        command.With("@from", from).With("@to", to);
        if (filter.PatientId is { } id) command.With("@subject", AnswerKeys.Subject(id));
        if (filter is { PatientId: not null, Patient.IsNone: false }) command.With("@patient", filter.Patient.Value);
        if (filter.Service is { } service) command.With("@service", database.Vocabulary.Labels.NumberOf(service));
        return command;
    }

    private static AnswerRow Row(DbDataReader row) => new(
        [.. Enumerable.Range(0, 5).Select(row.GetInt64)],
        [.. Enumerable.Range(5, 7).Select(row.GetInt32)],
        [.. Enumerable.Range(12, 3).Select(row.GetInt16)],
        row.Bytes(15), row.Bytes(16), row.GetString(17), row.Bytes(18));

    private async Task<List<KeptAnswer>> Read(List<AnswerRow> rows, CancellationToken cancellationToken)
    {
        var labels = database.Vocabulary.Labels;
        await labels.Load(rows.SelectMany(row => row.Numbers.Take(6)), cancellationToken);
        return [.. rows.Select(row => row.Answer(labels))];
    }

    // In the order of the columns.
    private sealed record AnswerRow(long[] Longs, int[] Numbers, short[] Shorts, byte[] Run, byte[] Key, string PatientId, byte[] Body)
    {
        public KeptAnswer Answer(Words<string> labels) => new(
            new PatientId(Longs[0]), Longs[1], KeyBytes.From(Key), RunBytes.From(Run), PatientId, KeptBytes.Open(Body, Shorts[2]))
        {
            AnsweredAt = Instants.From(Longs[2]),
            AsOf = Instants.From(Longs[3]),
            User = Longs[4],
            Service = labels.Word(Numbers[0]),
            Hook = labels.Word(Numbers[1]),
            Client = labels.Word(Numbers[2]),
            Model = labels.Word(Numbers[3]),
            Unit = labels.Word(Numbers[4]),
            Said = labels.Word(Numbers[5]),
            Took = Numbers[6],
            Kind = (AnswerKind)Shorts[0],
            Interrupting = Shorts[1],
        };

        public override string ToString() => nameof(AnswerRow);
    }
}

/// <summary>Hashes that answers are found by, and the runs of a span of time.</summary>
public static class AnswerKeys
{
    /// <summary>The client's patient id as a number; the id itself stands beside it.</summary>
    public static long Subject(string patientId) => Number(new KeyText().Add("patient").Add(patientId));

    /// <summary>A client's user as a number; 0 for nobody.</summary>
    public static long User(string client, string? userId) => userId is null ? 0 : Number(new KeyText().Add("user").Add(client).Add(userId)) | 1;

    /// <summary>The first run at or after one instant, and the first after another; a run begins with its milliseconds.</summary>
    internal static (byte[] From, byte[] To) Runs(DateTimeOffset? from, DateTimeOffset? to) => (Run(from ?? DateTimeOffset.UnixEpoch), Run(to ?? DateTimeOffset.MaxValue));

    private static byte[] Run(DateTimeOffset at)
    {
        var bytes = new byte[16];
        var milliseconds = Math.Max(0, at.ToUnixTimeMilliseconds());
        for (var place = 5; place >= 0; place--, milliseconds >>= 8) bytes[place] = (byte)milliseconds;
        return bytes;
    }

    private static long Number(KeyText text) => (long)(ulong)text.Hash();
}

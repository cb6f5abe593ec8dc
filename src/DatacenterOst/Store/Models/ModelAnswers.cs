using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Answers;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Models;

/// <summary>One answer as monitoring needs it, with its body opened.</summary>
public sealed record ModelAnswer(long Subject, Guid Run, DateTimeOffset AnsweredAt, DateTimeOffset AsOf, ReadOnlyMemory<byte> Body)
{
    /// <summary>None where the store does not know the patient.</summary>
    public PatientId Patient { get; init; } = PatientId.None;

    /// <summary>The patient's id as the caller named it.</summary>
    public string PatientName { get; init; } = "";

    public required string Model { get; init; }

    public required string Unit { get; init; }

    /// <summary>Microseconds.</summary>
    public required int Took { get; init; }

    public override string ToString() => $"{nameof(ModelAnswer)} {Run}";
}

/// <summary>The answers that versions of a model gave.</summary>
public sealed class ModelAnswers(StoreDatabase database)
{
    /// <summary>Answers that one report reads, newest first.</summary>
    public const int MaxRead = 50_000;

    /// <summary>Answers to somebody with the patient before them, newest first, at most <see cref="MaxRead"/>.</summary>
    public async Task<IReadOnlyList<ModelAnswer>> Of(IReadOnlyCollection<string> versions, DateTimeOffset from, DateTimeOffset to, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(caller);
        if (versions.Count == 0) return [];
        var labels = database.Vocabulary.Labels;
        await labels.Number([.. versions], cancellationToken);
        var (first, last) = AnswerKeys.Runs(from, to);
        var rows = await database.Dialect.Query(
            $"""
            select a.subject, a.run, a.answered_at, a.as_of, a.model_id, a.unit_id, a.took, a.encoding, a.body, a.patient_key, a.patient_id from answer a
            where a.run >= @from and a.run < @to and a.kind = 0 and {database.Dialect.IsIn("a.model_id", "@models")}
            order by a.run desc limit @limit
            """,
            command => command.With("@from", first).With("@to", last)
                .With("@models", database.Dialect.LongList([.. versions.Select(version => (long)labels.NumberOf(version))])).With("@limit", MaxRead),
            row => (Subject: row.GetInt64(0), Run: RunBytes.From(row.Bytes(1)), At: row.GetInt64(2), AsOf: row.GetInt64(3), Model: row.GetInt32(4), Unit: row.GetInt32(5),
                Took: row.GetInt32(6), Body: KeptBytes.Open(row.Bytes(8), row.GetInt16(7)), Patient: new PatientId(row.GetInt64(9)), Name: row.GetString(10)),
            cancellationToken);
        await labels.Load(rows.SelectMany(row => (int[])[row.Model, row.Unit]), cancellationToken);
        return [.. rows.Select(row => new ModelAnswer(row.Subject, row.Run, Instants.From(row.At), Instants.From(row.AsOf), row.Body)
        {
            Patient = row.Patient,
            PatientName = row.Name,
            Model = labels.Word(row.Model),
            Unit = labels.Word(row.Unit),
            Took = row.Took,
        })];
    }
}

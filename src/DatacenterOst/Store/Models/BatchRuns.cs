using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Models;

/// <summary>One batch run: a package, an instant and a cohort. The same three again are the same run, and go on where it stopped.</summary>
/// <param name="Id">Hexadecimal, 32 digits.</param>
public sealed record BatchRun(string Id, string Model, string Version, string Hash, DateTimeOffset AsOf, int Patients)
{
    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required string StartedBy { get; init; }
}

/// <summary>What a package said of one patient in a batch run.</summary>
/// <param name="Body">Features, conclusions and abstentions as JSON, opened.</param>
public sealed record BatchScore(PatientId Patient, double? Score, ReadOnlyMemory<byte> Body)
{
    public required DateTimeOffset ScoredAt { get; init; }

    /// <summary>Microseconds.</summary>
    public required int Took { get; init; }

    public override string ToString() => nameof(BatchScore);
}

/// <summary>Batch runs and their scores. A score is kept once for a run and patient, so a run that was killed goes on without doubles.</summary>
public sealed class BatchRuns(StoreDatabase database)
{
    /// <summary>Patients of one page.</summary>
    public const int PageSize = 500;

    private const string Columns = "started_at, as_of, finished_at, patients, run_id, model_id, version, package_hash, started_by";

    /// <summary>Notes a run; one that is there stays as it is.</summary>
    public async Task Begin(BatchRun run, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        await transaction.Command(
            $"insert into batch_run ({Columns}) values (@started, @asOf, null, @patients, @id, @model, @version, @hash, @by) on conflict do nothing",
            ("@started", Instants.Micros(run.StartedAt)), ("@asOf", Instants.Micros(run.AsOf)), ("@patients", run.Patients), ("@id", run.Id),
            ("@model", run.Model), ("@version", run.Version), ("@hash", run.Hash), ("@by", run.StartedBy)).Execute(cancellationToken);
        await transaction.Commit(cancellationToken);
    }

    public async Task Finish(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        await transaction.Command("update batch_run set finished_at = @at where run_id = @id", ("@at", Instants.Micros(at)), ("@id", id)).Execute(cancellationToken);
        await transaction.Commit(cancellationToken);
    }

    public async Task<BatchRun?> Find(string id, CancellationToken cancellationToken)
    {
        var found = await database.Dialect.Query($"select {Columns} from batch_run where run_id = @id", command => command.With("@id", id), Run, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public async Task Write(string id, IReadOnlyList<BatchScore> scores, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var rows = new StagedRows(StagingTable.BatchScores);
        foreach (var score in scores)
        {
            var (body, encoding) = KeptBytes.Keep(score.Body.Span);
            rows.Add(score.Patient.Value).Add(Instants.Micros(score.ScoredAt)).Add(score.Score).Add((long)score.Took).Add((long)encoding).Add(Key(id)).Add(body);
        }

        await using var transaction = await database.Dialect.Begin(cancellationToken);
        await transaction.Insert(rows, WhatIsThere.Stays, cancellationToken);
        await transaction.Commit(cancellationToken);
    }

    /// <summary>Which of the patients the run has scored.</summary>
    public async Task<IReadOnlySet<PatientId>> Done(string id, IReadOnlyCollection<PatientId> patients, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var found = await database.Dialect.Query(
            $"select patient_key from batch_score where run_key = @run and {database.Dialect.IsIn("patient_key", "@patients")}",
            command => command.With("@run", Key(id)).With("@patients", database.Dialect.LongList([.. patients.Select(patient => patient.Value)])),
            row => new PatientId(row.GetInt64(0)), cancellationToken);
        return found.ToHashSet();
    }

    /// <summary>Scores of a run in the order of the patients, after one of them; at most <see cref="PageSize"/>.</summary>
    public async Task<IReadOnlyList<BatchScore>> Scores(string id, PatientId? after, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await database.Dialect.Query(
            """
            select patient_key, scored_at, score, took, encoding, body from batch_score
            where run_key = @run and patient_key > @after order by patient_key limit @limit
            """,
            command => command.With("@run", Key(id)).With("@after", after?.Value ?? long.MinValue).With("@limit", PageSize), Score, cancellationToken);
    }

    /// <summary>Patients of the store in the order of their keys, after one of them; at most <see cref="PageSize"/>.</summary>
    public async Task<IReadOnlyList<PatientId>> Patients(PatientId? after, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await database.Dialect.Query(
            "select patient_key from patient where patient_key > @after order by patient_key limit @limit",
            command => command.With("@after", after?.Value ?? long.MinValue).With("@limit", PageSize), row => new PatientId(row.GetInt64(0)), cancellationToken);
    }

    private static byte[] Key(string id) => Convert.FromHexString(id);

    private static BatchScore Score(DbDataReader row) => new(
        new PatientId(row.GetInt64(0)), row.IsDBNull(2) ? null : row.GetDouble(2), KeptBytes.Open(row.Bytes(5), row.GetInt16(4)))
    {
        ScoredAt = Instants.From(row.GetInt64(1)),
        Took = row.GetInt32(3),
    };

    private static BatchRun Run(DbDataReader row) => new(
        row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7), Instants.From(row.GetInt64(1)), row.GetInt32(3))
    {
        StartedAt = Instants.From(row.GetInt64(0)),
        FinishedAt = row.LongOrNull(2) is { } at ? Instants.From(at) : null,
        StartedBy = row.GetString(8),
    };
}

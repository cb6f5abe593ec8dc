using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Answers;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Models;

/// <summary>Keeps what versions scored in silence, and reads it back.</summary>
public sealed class SilentScores(StoreDatabase database)
{
    /// <summary>Scores that one report reads, newest first.</summary>
    public const int MaxRead = 100_000;

    public async Task Write(IReadOnlyList<SilentScore> scores, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(caller);
        var labels = database.Vocabulary.Labels;
        await labels.Number([.. scores.SelectMany(score => (string[])[score.Service, score.Model, score.Unit])], cancellationToken);
        var rows = new StagedRows(StagingTable.SilentScores);
        foreach (var score in scores)
        {
            var (body, encoding) = KeptBytes.Keep(score.Body.Span);
            rows.Add(score.Patient.Value).Add(score.Subject).Add(Instants.Micros(score.ScoredAt)).Add(Instants.Micros(score.AsOf)).Add(score.Score)
                .Add((long)labels.NumberOf(score.Service)).Add((long)labels.NumberOf(score.Model)).Add((long)labels.NumberOf(score.Unit)).Add((long)score.Took)
                .Add((long)score.Stage).Add((long)encoding).Add(RunBytes.Of(score.Run)).Add(body);
        }

        await using var transaction = await database.Dialect.Begin(cancellationToken);
        await transaction.Insert(rows, WhatIsThere.Stays, cancellationToken);
        await transaction.Commit(cancellationToken);
    }

    /// <summary>Scores of these versions (model and version, with a blank between) in a span of time, newest first, at most <see cref="MaxRead"/>.</summary>
    public async Task<IReadOnlyList<SilentScore>> Of(IReadOnlyCollection<string> versions, DateTimeOffset from, DateTimeOffset to, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(caller);
        if (versions.Count == 0) return [];
        var labels = database.Vocabulary.Labels;
        await labels.Number([.. versions], cancellationToken);
        var (first, last) = AnswerKeys.Runs(from, to);
        var rows = await database.Dialect.Query(
            $"""
            select s.patient_key, s.subject, s.scored_at, s.as_of, s.score, s.service_id, s.model_id, s.unit_id, s.took, s.stage, s.encoding, s.run, s.body
            from silent_score s where s.run >= @from and s.run < @to and {database.Dialect.IsIn("s.model_id", "@models")}
            order by s.run desc limit @limit
            """,
            command => command.With("@from", first).With("@to", last)
                .With("@models", database.Dialect.LongList([.. versions.Select(version => (long)labels.NumberOf(version))])).With("@limit", MaxRead),
            Row, cancellationToken);
        await labels.Load(rows.SelectMany(row => row.Labels), cancellationToken);
        return [.. rows.Select(row => row.Score with
        {
            Service = labels.Word(row.Labels[0]),
            Model = labels.Word(row.Labels[1]),
            Unit = labels.Word(row.Labels[2]),
        })];
    }

    private static (SilentScore Score, int[] Labels) Row(DbDataReader row) => (
        new SilentScore(
            new PatientId(row.GetInt64(0)), row.GetInt64(1), RunBytes.From(row.Bytes(11)), Instants.From(row.GetInt64(3)),
            row.IsDBNull(4) ? null : row.GetDouble(4), KeptBytes.Open(row.Bytes(12), row.GetInt16(10)))
        {
            ScoredAt = Instants.From(row.GetInt64(2)),
            Service = "",
            Model = "",
            Unit = "",
            Stage = (ModelStage)row.GetInt16(9),
            Took = row.GetInt32(8),
        },
        [row.GetInt32(5), row.GetInt32(6), row.GetInt32(7)]);
}

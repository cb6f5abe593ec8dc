using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Store.Models;

/// <summary>What became of patients that a model scored, as it is told.</summary>
public sealed class ModelOutcomes(StoreDatabase database)
{
    /// <summary>Outcomes that one report reads.</summary>
    public const int MaxRead = 200_000;

    /// <summary>All or none; what was told before is kept once.</summary>
    public async Task Write(IReadOnlyList<ModelOutcome> outcomes, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(caller);
        var labels = database.Vocabulary.Labels;
        await labels.Number([.. outcomes.Select(outcome => outcome.Model)], cancellationToken);
        var rows = new StagedRows(StagingTable.Outcomes);
        foreach (var outcome in outcomes)
        {
            rows.Add(outcome.Patient.Value).Add(outcome.Subject).Add(Instants.Micros(outcome.OccurredAt)).Add(Instants.Micros(outcome.RecordedAt))
                .Add((long)labels.NumberOf(outcome.Model)).Add(outcome.Happened ? 1L : 0L).Add(RunBytes.Of(outcome.Run)).Add(outcome.RecordedBy);
        }

        await using var transaction = await database.Dialect.Begin(cancellationToken);
        await transaction.Insert(rows, WhatIsThere.Stays, cancellationToken);
        await transaction.Commit(cancellationToken);
    }

    /// <summary>Outcomes of a model that occurred from then on; those told last come last.</summary>
    public async Task<IReadOnlyList<ModelOutcome>> Of(string model, DateTimeOffset from, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await database.Vocabulary.Labels.Number([model], cancellationToken);
        return await database.Dialect.Query(
            """
            select o.patient_key, o.subject, o.run, o.occurred_at, o.value, o.recorded_at, o.recorded_by from model_outcome o
            where o.model_id = @model and o.occurred_at >= @from order by o.recorded_at limit @limit
            """,
            command => command.With("@model", database.Vocabulary.Labels.NumberOf(model)).With("@from", Instants.Micros(from)).With("@limit", MaxRead),
            row => Outcome(row, model), cancellationToken);
    }

    private static ModelOutcome Outcome(DbDataReader row, string model) => new(
        new PatientId(row.GetInt64(0)), row.GetInt64(1), model, RunBytes.From(row.Bytes(2)), Instants.From(row.GetInt64(3)), row.GetInt16(4) == 1)
    {
        RecordedAt = Instants.From(row.GetInt64(5)),
        RecordedBy = row.GetString(6),
    };
}

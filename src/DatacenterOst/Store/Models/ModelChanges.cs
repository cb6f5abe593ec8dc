using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Models;

/// <summary>
/// The changes of models' stages, over all nodes. Rows are added and never altered; each carries a hash over itself and the row before,
/// so that one that was changed or taken away is seen.
/// </summary>
public sealed class ModelChanges(StoreDatabase database)
{
    /// <summary>Changes that are read at a time: a change a minute for months.</summary>
    public const int MaxChanges = 200_000;

    /// <summary>Reasons and names are said in a sentence or two.</summary>
    public const int MaxText = 1_000;

    private const string Columns = "seq, changed_at, share, from_stage, to_stage, kind, model_id, version, package_hash, units, changed_by, why, row_hash";

    /// <summary>Grows with every change, on whatever node it is made.</summary>
    public async Task<long> Stamp(CancellationToken cancellationToken)
        => (await database.Dialect.Query("select count(*) from model_change", _ => { }, row => row.GetInt64(0), cancellationToken))[0];

    /// <summary>All changes of all models, each model's in order.</summary>
    public async Task<IReadOnlyList<ModelChange>> All(CancellationToken cancellationToken)
    {
        var rows = await database.Dialect.Query(
            $"select {Columns} from model_change order by model_id, seq limit @limit", command => command.With("@limit", MaxChanges), Read, cancellationToken);
        return [.. rows.Select(row => row.Change)];
    }

    public async Task<ModelHistory> History(string model, CancellationToken cancellationToken)
    {
        var rows = await OfModel(model, cancellationToken);
        var before = Array.Empty<byte>();
        var intact = true;
        for (var i = 0; i < rows.Count; i++)
        {
            intact &= rows[i].Change.Sequence == i + 1 && rows[i].Hash.AsSpan().SequenceEqual(HashOf(rows[i].Change, before));
            before = rows[i].Hash;
        }

        return new ModelHistory([.. rows.Select(row => row.Change)], intact);
    }

    /// <summary>Adds changes of one model, all or none.</summary>
    /// <param name="after">The last change that they were decided on.</param>
    /// <returns>The changes with their sequence and time.</returns>
    /// <exception cref="Problem">Conflict when somebody else changed the model meanwhile.</exception>
    public async Task<IReadOnlyList<ModelChange>> Add(string model, long after, IReadOnlyList<ModelChange> changes, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(changes);
        var rows = await OfModel(model, cancellationToken);
        if (rows.Count != after) throw ChangedMeanwhile();
        var before = rows.Count == 0 ? [] : rows[^1].Hash;
        var stamp = Math.Max(database.Clock.Take(1), rows.Count == 0 ? 0 : Instants.Micros(rows[^1].Change.At) + 1);
        var written = new List<ModelChange>();
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        foreach (var change in changes)
        {
            var row = change with { Sequence = after + written.Count + 1, At = Instants.From(stamp + written.Count) };
            before = HashOf(row, before);
            if ((await Insert(transaction, row, before, cancellationToken)).Count == 0) throw ChangedMeanwhile();
            written.Add(row);
        }

        await transaction.Commit(cancellationToken);
        return written;
    }

    // The key (model, seq) lets one of two nodes be first.
    private static Task<List<int>> Insert(StoreTransaction transaction, ModelChange row, byte[] hash, CancellationToken cancellationToken)
        => transaction.Command(
            $"""
            insert into model_change ({Columns})
            values (@seq, @at, @share, @from, @to, @kind, @model, @version, @hash, @units, @by, @why, @row)
            on conflict do nothing returning 1
            """,
            ("@seq", row.Sequence), ("@at", Instants.Micros(row.At)), ("@share", row.Share), ("@from", (short)row.From), ("@to", (short)row.To),
            ("@kind", (short)row.Kind), ("@model", row.Model), ("@version", row.Version), ("@hash", row.Hash), ("@units", string.Join('\n', row.Units)),
            ("@by", row.Who), ("@why", row.Why), ("@row", hash)).Rows(_ => 1, cancellationToken);

    private async Task<List<Row>> OfModel(string model, CancellationToken cancellationToken) => await database.Dialect.Query(
        $"select {Columns} from model_change where model_id = @model order by seq limit @limit",
        command => command.With("@model", model).With("@limit", MaxChanges), Read, cancellationToken);

    private static Row Read(DbDataReader row) => new(
        new ModelChange(
            row.GetInt64(0), Instants.From(row.GetInt64(1)), row.GetString(6), row.GetString(7), row.GetString(8),
            (ModelStage)row.GetInt16(3), (ModelStage)row.GetInt16(4), (ModelChangeKind)row.GetInt16(5))
        {
            Share = row.GetInt32(2),
            Units = row.GetString(9).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Who = row.GetString(10),
            Why = row.GetString(11),
        },
        row.Bytes(12));

    private static byte[] HashOf(ModelChange change, ReadOnlySpan<byte> before)
    {
        var text = new KeyText().Add(before).Add(change.Sequence).Add(Instants.Micros(change.At)).Add(change.Model).Add(change.Version).Add(change.Hash)
            .Add((long)change.From).Add((long)change.To).Add((long)change.Kind).Add(change.Share).Add(string.Join('\n', change.Units))
            .Add(change.Who).Add(change.Why);
        return KeyBytes.Of(text.Hash());
    }

    private static Problem ChangedMeanwhile() => new(ProblemKind.Conflict, "The model was changed by somebody else meanwhile. Look again, then repeat the change if it still holds.");

    private sealed record Row(ModelChange Change, byte[] Hash);
}

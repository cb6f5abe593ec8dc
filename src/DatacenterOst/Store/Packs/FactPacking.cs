using System.Data.Common;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Packs;

/// <summary>Packs what a patient has of some concepts: all but a few facts that lie alone.</summary>
internal sealed class FactPacking(IStoreDialect dialect)
{
    /// <summary>Facts of a pack that stays as it is when more come after it.</summary>
    public const int Full = 512;

    /// <summary>Facts that one pack has at most, if no more are of the same moment.</summary>
    private const int Most = 1024;

    /// <summary>Fewer facts stay rows.</summary>
    private const int Fewest = 8;

    /// <summary>Facts of one patient that are packed at a time; of more, all stay rows.</summary>
    private const int MaxLooked = 100_000;

    private readonly TimelineText text = new(dialect);

    /// <returns>How many facts were rows before, and how many stayed rows; null where there are too many to be packed.</returns>
    public async Task<(int Looked, int Left)?> Pack(PatientId patient, IReadOnlyList<Code> concepts, CancellationToken cancellationToken)
    {
        await using var transaction = await dialect.Begin(cancellationToken);

        // Keeps other packers out. Who writes facts needs no lock against this: a fact that comes meanwhile makes the counts differ.
        await dialect.Lock(transaction, [patient.Value], cancellationToken);
        await DropBroken(transaction, patient, concepts, cancellationToken);
        var question = transaction.Command(
            text.OfUnpacked, ("@patient", patient.Value), ("@from", Instants.Micros(DateTimeOffset.MinValue)), ("@to", Instants.Micros(DateTimeOffset.MaxValue)),
            ("@known", long.MaxValue), ("@stored", long.MaxValue), ("@limit", MaxLooked + 1));
        dialect.AddCodes(question.Command, concepts);
        var found = await question.Rows(Found.Read, cancellationToken);

        if (found.Count > MaxLooked) return null;

        var rows = new StagedRows(StagingTable.Packs);
        var left = 0;
        foreach (var series in found.GroupBy(one => one.Concept))
        {
            var runs = Runs([.. series.OrderBy(one => one.Cells.Observed).ThenBy(one => one.Cells.Key)]);
            var packs = runs.Where(run => run.Count >= Fewest).ToList();
            left += runs.Where(run => run.Count < Fewest).Sum(run => run.Count);
            if (packs.Count == 0) continue;
            await Drop(transaction, patient, series.Key, [.. series.Where(one => one.IsPack).Select(one => one.Cells.Observed)], cancellationToken);
            foreach (var run in packs)
            {
                rows.Add(patient.Value).Add(series.Key).Add(run[0].Observed).Add(run[^1].Observed).Add(run.Count).Add(FactPack.Encoding)
                    .Add(FactPack.Write([.. run]));
            }
        }

        await transaction.Insert(rows, WhatIsThere.Stays, cancellationToken);
        await transaction.Commit(cancellationToken);
        return (found.Count(one => !one.IsPack), left);
    }

    // One whose bytes are not its facts would hide them from what is packed next.
    private async Task DropBroken(StoreTransaction transaction, PatientId patient, IReadOnlyList<Code> concepts, CancellationToken cancellationToken)
    {
        var question = transaction.Command(text.OfPacks, ("@patient", patient.Value));
        dialect.AddCodes(question.Command, concepts);
        var cells = new List<FactCells>();
        var broken = await question.Rows(
            row =>
            {
                cells.Clear();
                var isWhole = FactPack.TryRead(row.Bytes(4), row.GetInt32(1), (row.GetInt64(2), row.GetInt64(3)), cells);
                return (Concept: row.GetInt32(0), From: row.GetInt64(2), isWhole);
            },
            cancellationToken);
        foreach (var (concept, from, _) in broken.Where(pack => !pack.isWhole).Distinct())
        {
            await transaction.Command(
                "delete from fact_pack where patient_key = @patient and concept_id = @concept and observed_from = @from",
                ("@patient", patient.Value), ("@concept", concept), ("@from", from)).Execute(cancellationToken);
        }
    }

    // Facts that lie between two packs that stay, or at the end of all, in parts. Those of one moment are never parted, so that two packs do not overlap.
    private static List<List<FactCells>> Runs(IReadOnlyList<Found> series)
    {
        List<List<FactCells>> runs = [[]];
        foreach (var one in series)
        {
            var run = runs[^1];
            if (one.IsPack || (run.Count >= Most && run[^1].Observed != one.Cells.Observed)) runs.Add(run = []);
            if (!one.IsPack) run.Add(one.Cells);
        }

        return runs;
    }

    private Task Drop(StoreTransaction transaction, PatientId patient, int concept, IReadOnlyCollection<long> staying, CancellationToken cancellationToken) => transaction.Command(
        $"delete from fact_pack where patient_key = @patient and concept_id = @concept and not ({dialect.IsIn("observed_from", "@staying")})",
        ("@patient", patient.Value), ("@concept", concept), ("@staying", dialect.LongList(staying))).Execute(cancellationToken);

    /// <summary>A fact, or a pack that stays.</summary>
    private readonly record struct Found(int Concept, bool IsPack, FactCells Cells)
    {
        public static Found Read(DbDataReader row) => row.IsDBNull(PackedReading.Body)
            ? new Found(row.GetInt32(0), false, FactCells.From(row))
            : new Found(row.GetInt32(0), true, default(FactCells) with { Observed = row.GetInt64(10) });
    }
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Turns the findings of a batch into rows of the fact table.</summary>
internal sealed class BatchFacts(Vocabulary words, string profile, Stamps stamps)
{
    private readonly FactDecisions decisions = new();
    private List<FactRow> found = [];

    public StagedRows Rows { get; } = new(StagingTable.Facts);

    /// <summary>Measurements that came without a FHIR resource and that hold now: the store makes Observations of them.</summary>
    public List<FactRow> Alone { get; } = [];

    /// <summary>Results that a correction moved to another place of the timeline.</summary>
    public StagedRows Moved()
    {
        var moved = new StagedRows(StagingTable.Moved);
        foreach (var (patient, result) in decisions.Moved)
        {
            moved.Add(patient).Add(KeyBytes.Of(result));
        }

        return moved;
    }

    /// <summary>
    /// Asks what the store has at the same moments and of the same results, which the decisions need. It is there when
    /// <see cref="Loaded"/> is called after the transaction was next sent.
    /// </summary>
    public async Task Ask(StoreTransaction transaction, IEnumerable<ItemInHand> items, CancellationToken cancellationToken)
    {
        var results = new StagedRows(StagingTable.Results);
        var order = 0;
        foreach (var item in items)
        {
            foreach (var placed in item.Findings)
            {
                results.Add(order++).Add(item.Record.Patient.Value).Add(Instants.Micros(placed.Finding.ObservedAt))
                    .Add(words.Concepts.NumberOf(placed.Finding.Concept)).Add(KeyBytes.Of(FactKeys.OfResult(placed.Finding.ResultId)));
            }
        }

        if (results.Count == 0)
        {
            return;
        }

        // Cross join keeps SQLite to this order: the few staged rows first, then the index of the large table.
        transaction.Stage(results);
        found = await transaction.Command($"""
            select {FactRow.Columns} from staged_result s cross join fact f
            where f.patient_key = s.patient_key and f.concept_id = s.concept_id and f.observed_at = s.observed_at
            union all
            select {FactRow.Columns} from staged_result s cross join fact f
            where f.patient_key = s.patient_key and f.result_key = s.result_key
            and (f.concept_id <> s.concept_id or f.observed_at <> s.observed_at)
            """).Ask(FactRow.Read, cancellationToken);
    }

    public void Loaded() => found.ForEach(decisions.Add);

    public void Take(ItemInHand item)
    {
        var record = item.Record;
        foreach (var placed in item.Findings)
        {
            var (state, row) = decisions.Decide(Row(record, placed.Finding, placed.Place, item), item.Taken, record.ReceivedAt);
            item.Count(state);
            if (state != ItemState.Unchanged)
            {
                Stage(row);
                if (item.Resource is null && row.Finding.Kind == FactKind.Measurement && state == ItemState.New && decisions.IsLatest(row))
                {
                    Alone.Add(row);
                }
            }
        }
    }

    private FactRow Row(RecordInHand record, Finding finding, string place, ItemInHand item)
    {
        // Where the source says no time at which the result became known, it is that of the first arrival of these bytes.
        var knownAt = finding.KnownAt == record.Arrival.ArrivedAt ? record.ReceivedAt : Instants.Kept(finding.KnownAt);
        var kept = finding with
        {
            KnownAt = knownAt,
            ObservedAt = Instants.Kept(finding.ObservedAt),
            EndedAt = finding.EndedAt is { } ended ? (ended == record.Arrival.ArrivedAt ? record.ReceivedAt : Instants.Kept(ended)) : null,
        };
        return new FactRow(
            record.Patient.Value, words.Concepts.NumberOf(kept.Concept), words.Codes.NumberOf(kept.Coding), words.Profiles.NumberOf(profile),
            words.Rules.NumberOf(kept.Rule), FactKeys.Of(kept), FactKeys.OfResult(kept.ResultId), record.Raw,
            kept, Instants.From(stamps.Next()), place, item.Taken?.Id);
    }

    private void Stage(FactRow row)
    {
        var finding = row.Finding;
        var (value, decimals) = finding.Value is { } number ? Decimals.Of(number) : ((double?)null, (short)0);
        Rows.Add(row.Patient).Add(Instants.Micros(finding.ObservedAt)).Add(Instants.Micros(finding.KnownAt)).Add(Instants.Micros(row.StoredAt))
            .Add(finding.EndedAt is { } ended ? Instants.Micros(ended) : (long?)null).Add(value)
            .Add(row.Concept).Add(row.Code).Add(row.Profile).Add(row.Rule)
            .Add((long)finding.Kind).Add((long)finding.Status).Add((long)finding.Comparator).Add((long)(finding.Category ?? 0)).Add(decimals)
            .Add(KeyBytes.Of(row.Key.Value)).Add(KeyBytes.Of(row.Result)).Add(KeyBytes.Of(row.Raw.Value))
            .Add(row.Place).Add(finding.Text).Add(row.ResourceId);
    }
}

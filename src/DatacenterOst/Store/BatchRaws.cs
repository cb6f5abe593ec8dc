using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>The raw bytes of a batch: which of them are there already, since when, and the rows of the others.</summary>
internal sealed class BatchRaws(int profile, IReadOnlyList<RecordInHand> records)
{
    private List<(long Patient, UInt128 Key, DateTimeOffset At)> found = [];

    /// <summary>Asks which are there. It is known when <see cref="Loaded"/> is called after the transaction was next sent.</summary>
    public async Task Ask(StoreTransaction transaction, IReadOnlyList<RecordInHand> known, CancellationToken cancellationToken)
    {
        if (known.Count == 0)
        {
            return;
        }

        var keys = new StagedRows(StagingTable.RawKeys);
        foreach (var record in known)
        {
            keys.Add(record.Patient.Value).Add(KeyBytes.Of(record.Raw.Value));
        }

        transaction.Stage(keys);
        found = await transaction.Command("""
            select r.patient_key, r.raw_key, r.received_at from staged_raw_key s cross join raw_record r
            where r.patient_key = s.patient_key and r.raw_key = s.raw_key
            union all
            select r.patient_key, r.raw_key, r.received_at from staged_raw_key s cross join raw_record r
            where s.patient_key <> 0 and r.patient_key = 0 and r.raw_key = s.raw_key
            """).Ask(row => (row.GetInt64(0), row.Key(1), Instants.From(row.GetInt64(2))), cancellationToken);
    }

    public void Loaded()
    {
        var there = found.ToLookup(row => row.Key);
        var seen = new HashSet<(PatientId, RawKey)>();
        foreach (var record in records)
        {
            var rest = there[record.Raw.Value].ToList();
            record.WasThere = rest.Count > 0 || !seen.Add((record.Patient, record.Raw));

            // A caller who puts the same bytes again means them now; a source that sends them again repeats itself.
            record.ReceivedAt = record.Arrival.Write.IsByCaller
                ? record.ReceivedAt
                : rest.Where(row => row.Patient == record.Patient.Value).Select(row => row.At).FirstOrDefault(record.ReceivedAt);
        }
    }

    public StagedRows Rows()
    {
        var rows = new StagedRows(StagingTable.Raw);
        var there = found.Select(row => (row.Patient, row.Key)).ToHashSet();
        foreach (var record in records.Where(record => !record.IsRawABody && there.Add((record.Patient.Value, record.Raw.Value))))
        {
            var raw = record.Arrival.Record.Raw;
            var (_, bytes, encoding) = record.Kept;
            rows.Add(record.Patient.Value).Add(Instants.Micros(record.ReceivedAt)).Add(profile).Add(raw.Context.Length).Add(encoding)
                .Add(KeyBytes.Of(record.Raw.Value)).Add(raw.Place).Add(bytes);
        }

        return rows;
    }
}

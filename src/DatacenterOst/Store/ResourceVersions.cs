using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>One version that a resource has, or gets in this transaction.</summary>
/// <param name="Body">Null for resources that the store made itself.</param>
internal sealed record KnownVersion(int Number, UInt128? Body, DateTimeOffset KnownAt, long StoredAt, bool IsDeleted)
{
    /// <summary>Key of its raw record and when that came, where it is kept as the body of this version.</summary>
    public (UInt128 Key, DateTimeOffset ReceivedAt)? Raw { get; init; }
}

/// <summary>The versions of the resources that a transaction touches.</summary>
internal sealed class ResourceVersions
{
    private readonly Dictionary<(string Type, string Id), (long Patient, List<KnownVersion> Versions)> known = [];
    private List<FoundVersion> found = [];

    private sealed record FoundVersion((string Type, string Id) Key, long Patient, KnownVersion Version);

    /// <summary>Asks for what there is, which is there when <see cref="Loaded"/> is called after the transaction was next sent.</summary>
    public async Task Ask(StoreTransaction transaction, IReadOnlyCollection<(string Type, string Id)> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        var keys = new StagedRows(StagingTable.ResourceKeys);
        foreach (var (type, id) in wanted)
        {
            keys.Add(ResourceTypes.NumberOf(type)).Add(id);
        }

        transaction.Stage(keys);
        found = await transaction.Command("""
            select r.type, r.id, r.patient_key, r.version, r.body_key, r.known_at, r.stored_at, r.deleted, r.profile_id, r.raw_key, r.received_at
            from staged_resource_key s
            join resource_location l on l.type = s.type and l.id = s.id
            join resource r on r.patient_key = l.patient_key and r.type = l.type and r.id = l.id
            order by r.version
            """).Ask(
            row => new FoundVersion((ResourceTypes.NameOf(row.GetInt16(0)), row.GetString(1)), row.GetInt64(2),
                new KnownVersion(row.GetInt32(3), row.KeyOrNull(4), Instants.From(row.GetInt64(5)), row.GetInt64(6), row.GetInt16(7) != 0)
                {
                    Raw = row.GetInt32(8) == 0 ? null : (row.Key(9), Instants.From(row.GetInt64(10))),
                }),
            cancellationToken);
    }

    public void Loaded()
    {
        found.ForEach(row => Of(row.Key, row.Patient).Add(row.Version));
        found = [];
    }

    /// <summary>Whose the resource is; null when there is none yet.</summary>
    public long? OwnerOf((string Type, string Id) key) => known.TryGetValue(key, out var there) ? there.Patient : null;

    /// <summary>Its versions in order, to be added to.</summary>
    public List<KnownVersion> Of((string Type, string Id) key, long patient)
    {
        if (!known.TryGetValue(key, out var there))
        {
            known.Add(key, there = (patient, []));
        }

        return there.Versions;
    }
}

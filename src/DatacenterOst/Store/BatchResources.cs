using DatacenterOst.Clinical;
using DatacenterOst.Normalise;

namespace DatacenterOst.Store;

/// <summary>The versions of the resources that a batch touches, and the new ones that it writes.</summary>
internal sealed class BatchResources(long storedAt, ResourceWrite write)
{
    private sealed record Version(int Number, UInt128 Body, DateTimeOffset KnownAt, bool IsDeleted);

    private readonly Dictionary<(string Type, string Id), (long Patient, List<Version> Versions)> known = [];
    private readonly List<(string Type, string Id, long Patient)> located = [];

    public StagedRows Rows { get; } = new(StagingTable.Resources);

    public IReadOnlyList<(string Type, string Id, long Patient)> Located => located;

    public static string IdOf(ItemInHand item) => item.Resource!.Id is { Length: > 0 } id
        ? id
        : PatientReference.GivenPrefix + new KeyText().Add(KeyBytes.Of(item.Record.Raw.Value)).Add(item.Order).Hash()
            .ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    public async Task Load(StoreTransaction transaction, IStoreDialect dialect, IEnumerable<ItemInHand> items, CancellationToken cancellationToken)
    {
        var keys = new StagedRows(StagingTable.ResourceKeys);
        foreach (var (type, id) in items.Select(item => (item.Resource!.TypeName, IdOf(item))).Distinct())
        {
            keys.Add(type).Add(id);
        }

        await dialect.Stage(transaction, keys, cancellationToken);
        var found = await transaction.Command("""
            select r.type, r.id, r.patient_key, r.version, r.body_key, r.known_at, r.deleted
            from staged_resource_key s
            join resource_location l on l.type = s.type and l.id = s.id
            join resource r on r.patient_key = l.patient_key and r.type = l.type and r.id = l.id
            order by r.version
            """).Rows(
            row => (Key: (row.GetString(0), row.GetString(1)), Patient: row.GetInt64(2),
                Version: new Version(row.GetInt32(3), row.Key(4), Instants.From(row.GetInt64(5)), row.GetInt16(6) != 0)),
            cancellationToken);
        foreach (var row in found)
        {
            VersionsOf(row.Key, row.Patient).Add(row.Version);
        }
    }

    /// <summary>Finds the version that an item is, or makes it a new one; refuses it when the resource is another patient's.</summary>
    public void Take(ItemInHand item)
    {
        var resource = item.Resource!;
        var key = (resource.TypeName, IdOf(item));
        var patient = item.Record.Patient.Value;
        if (known.TryGetValue(key, out var there) && there.Patient != patient)
        {
            item.Refuse(new Rejection(
                RejectionReasons.PatientMismatch, item.Record.Arrival.Record.Raw.Place,
                $"the {key.TypeName} with this id is another patient's; correct its subject or its id at the source", "resource"));
            return;
        }

        if (!known.ContainsKey(key))
        {
            located.Add((key.TypeName, key.Item2, patient));
        }

        var body = KeyText.HashOf(resource.TypeName, resource.Source.Span);
        var versions = VersionsOf(key, patient);
        write.Check(versions.LastOrDefault()?.Number ?? 0, versions.LastOrDefault()?.IsDeleted ?? false);

        // The same bytes again are the same version, wherever in the history they stand; only a caller who updates may
        // bring back what an earlier version said.
        var same = write.IsByCaller ? versions.Skip(versions.Count - 1) : versions;
        if (same.LastOrDefault(version => version.Body == body && !version.IsDeleted) is { } old)
        {
            item.Taken = new ResourceTaken(key.TypeName, key.Item2, old.Number, old.KnownAt, IsNew: false);
            return;
        }

        var added = new Version(versions.Count == 0 ? 1 : versions[^1].Number + 1, body, KnownAt(item, versions), false);
        versions.Add(added);
        item.Taken = new ResourceTaken(key.TypeName, key.Item2, added.Number, added.KnownAt, IsNew: true);
        Stage(item, item.Taken, body);
    }

    // An update of which the source itself says that it came out later than the version before is taken at its word.
    private static DateTimeOffset KnownAt(ItemInHand item, List<Version> versions)
    {
        var arrived = item.Record.ReceivedAt;
        var said = item.Findings.Count == 0 ? arrived : Instants.Kept(item.Findings.Max(placed => placed.Finding.KnownAt));
        return versions.Count == 0 || (said > versions[^1].KnownAt && said <= arrived) ? said : arrived;
    }

    private void Stage(ItemInHand item, ResourceTaken taken, UInt128 body)
    {
        // Mostly the resource stands in its raw record, which is kept beside it: then it is not kept twice.
        var (bytes, encoding) = KeptBytes.KeepWithin(item.Resource!.Source.Span, item.Record.Arrival.Record.Raw.Bytes.Span);
        Rows.Add(item.Record.Patient.Value).Add(storedAt).Add(Instants.Micros(taken.KnownAt)).Add(taken.Version).Add(0L)
            .Add(encoding).Add(KeyBytes.Of(body)).Add(KeyBytes.Of(item.Record.Raw.Value))
            .Add(taken.Type).Add(taken.Id).Add(bytes);
    }

    private List<Version> VersionsOf((string Type, string Id) key, long patient)
    {
        if (!known.TryGetValue(key, out var there))
        {
            known.Add(key, there = (patient, []));
        }

        return there.Versions;
    }
}

/// <summary>How resources are written: by ingest, or by a caller who creates or updates one and may expect a version.</summary>
/// <param name="Expected">The version that the caller means to replace (If-Match); null when none is expected.</param>
internal sealed record ResourceWrite(bool IsByCaller, int? Expected)
{
    public static readonly ResourceWrite Ingest = new(false, null);

    public void Check(int current, bool isDeleted)
    {
        if (IsByCaller && Expected is { } expected && expected != current)
        {
            throw current == 0 || isDeleted
                ? new Problem(ProblemKind.PreconditionFailed, "there is no such resource to update; leave If-Match out to create it", where: "If-Match")
                : new Problem(ProblemKind.PreconditionFailed, $"the resource is at version {current} by now; read it again and repeat the change", where: "If-Match");
        }
    }
}

using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;

namespace DatacenterOst.Store;

/// <summary>Reads and writes resources as such.</summary>
public sealed class Resources(StoreDatabase database)
{
    /// <summary>The most versions of one resource that are returned; the newest ones.</summary>
    public const int MaxVersions = 1_000;

    private const string Columns =
        """
        r.type, r.id, r.version, r.stored_at, r.patient_key, r.encoding, r.body, w.bytes, w.encoding, w.context_length
        from resource r join raw_record w on w.patient_key = r.patient_key and w.raw_key = r.raw_key
        """;

    /// <summary>The current version; null when there is none.</summary>
    public async Task<StoredResource?> Read(string type, string id, Caller caller, CancellationToken cancellationToken) =>
        await Newest(type, id, 1, caller, cancellationToken) is [var current] ? current : null;

    /// <summary>The version that was known at an instant; null when there was none.</summary>
    public Task<StoredResource?> ReadAsOf(string type, string id, DateTimeOffset known, Caller caller, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>One version; null when there is none.</summary>
    public Task<StoredResource?> ReadVersion(string type, string id, int version, Caller caller, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>All versions, newest first.</summary>
    public Task<IReadOnlyList<StoredResource>> Versions(string type, string id, Caller caller, CancellationToken cancellationToken) =>
        Newest(type, id, MaxVersions, caller, cancellationToken);

    /// <summary>Stores a resource under an id that is not taken yet. The record holds one item with the resource, id included.</summary>
    /// <exception cref="Problem">Conflict when the id is taken; Invalid when its patient is not the one it says.</exception>
    public async Task<ResourceWritten> Create(string profile, NormalRecord record, Caller caller, CancellationToken cancellationToken)
    {
        var (type, id) = KeyOf(record);
        if (await Read(type, id, caller, cancellationToken) is not null)
        {
            throw new Problem(ProblemKind.Conflict, $"there is a {type} with this id already; update it instead", where: type);
        }

        return await Write(profile, record, new ResourceWrite(true, 0), caller, cancellationToken);
    }

    /// <summary>
    /// Stores a new version, or the first. What a changed Observation says is known from now on, not from its issued: the
    /// new value was not known when the old one was issued.
    /// </summary>
    /// <param name="ifMatch">The version that is to be replaced; null to replace any.</param>
    /// <exception cref="Problem">PreconditionFailed when another version is current.</exception>
    public Task<ResourceWritten> Update(string profile, NormalRecord record, int? ifMatch, Caller caller, CancellationToken cancellationToken) =>
        Write(profile, record, new ResourceWrite(true, ifMatch), caller, cancellationToken);

    private async Task<ResourceWritten> Write(
        string profile, NormalRecord record, ResourceWrite write, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var (type, id) = KeyOf(record);
        var written = await new Intake(database).WriteInHand(profile, [new Arrival(record, database.Time.GetUtcNow())], write, null, cancellationToken);
        var item = written[0].Items[0];
        if (item.IsRefused)
        {
            throw new Problem(ProblemKind.Invalid, item.Rejections[0].Message, where: type);
        }

        var stored = await Read(type, id, caller, cancellationToken)
            ?? throw new InvalidOperationException("A resource that was stored cannot be read.");
        return new ResourceWritten(stored, item.Taken!.IsNew ? ItemState.New : ItemState.Unchanged, item.Rejections);
    }

    private static (string Type, string Id) KeyOf(NormalRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var resource = record.Items.Count == 1 ? record.Items[0].Resource : null;
        return resource?.Id is { Length: > 0 } id
            ? (resource.TypeName, id)
            : throw new Problem(ProblemKind.Invalid, "one resource with an id is needed", where: "id");
    }

    private async Task<IReadOnlyList<StoredResource>> Newest(string type, string id, int limit, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await using var connection = await database.Dialect.Open(cancellationToken);
        return await connection.Command($"""
            select {Columns}
            where r.patient_key = (select l.patient_key from resource_location l where l.type = @type and l.id = @id)
            and r.type = @type and r.id = @id
            order by r.version desc limit @limit
            """, ("@type", type), ("@id", id), ("@limit", limit)).Rows(Stored, cancellationToken);
    }

    /// <summary>The version of one patient's resource that was current at an instant of StoredAt.</summary>
    internal static async Task<StoredResource?> ReadAt(
        DbConnection connection, PatientId patient, string type, string id, DateTimeOffset stored, CancellationToken cancellationToken)
    {
        var found = await connection.Command($"""
            select {Columns}
            where r.patient_key = @patient and r.type = @type and r.id = @id and r.stored_at <= @stored
            order by r.version desc limit 1
            """, ("@patient", patient.Value), ("@type", type), ("@id", id), ("@stored", Instants.Micros(stored)))
            .Rows(Stored, cancellationToken);
        return found.FirstOrDefault();
    }

    /// <summary>Observations of a patient that no fact could be taken from.</summary>
    internal static Task<List<StoredResource>> WithoutFacts(
        DbConnection connection, PatientId patient, DateTimeOffset stored, int limit, CancellationToken cancellationToken) =>
        connection.Command($"""
            select {Columns}
            where r.patient_key = @patient and r.type = 'Observation' and r.stored_at <= @stored
            and not exists (select 1 from fact f where f.patient_key = @patient and f.resource_id = r.id and f.stored_at <= @stored)
            and not exists (select 1 from resource n
                where n.patient_key = r.patient_key and n.type = r.type and n.id = r.id and n.version > r.version and n.stored_at <= @stored)
            limit @limit
            """, ("@patient", patient.Value), ("@stored", Instants.Micros(stored)), ("@limit", limit)).Rows(Stored, cancellationToken);

    private static StoredResource Stored(DbDataReader row)
    {
        var body = row.GetInt16(5) == KeptBytes.Pieces
            ? Difference.Apply(row.Bytes(6), RawRecords.Open(row, 7).Bytes.Span)
            : KeptBytes.Open(row.Bytes(6), row.GetInt16(5));
        return new StoredResource(
            row.GetString(0), row.GetString(1), row.GetInt32(2), Instants.From(row.GetInt64(3)), new PatientId(row.GetInt64(4)), body);
    }
}

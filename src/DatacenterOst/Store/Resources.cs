using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store;

/// <summary>Reads single resources. A deleted one comes back as its last version, which says so.</summary>
public sealed class Resources(StoreDatabase database)
{
    /// <summary>A version and, where its body is kept as pieces of the raw record that it came in, that record.</summary>
    internal const string Columns =
        "r.type, r.id, r.version, r.stored_at, r.patient_key, r.encoding, r.body, w.bytes, w.encoding, w.context_length, r.known_at, r.deleted";

    // The key is nothing where the body is whole: an index is not asked for nothing, and would be asked for each row otherwise.
    internal const string WithRaw = "left join raw_record w on w.patient_key = r.patient_key and w.raw_key = case when r.encoding = 2 then r.raw_key end";

    private const string OfOne =
        $"""
        select {Columns} from resource_location l
        join resource r on r.patient_key = l.patient_key and r.type = l.type and r.id = l.id
        {WithRaw} where l.type = @type and l.id = @id
        """;

    internal const string Newest = $"{OfOne} order by r.version desc limit 1";

    /// <summary>The current version; null when there is none.</summary>
    public Task<StoredResource?> Read(string type, string id, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return database.Dialect.Newest(type, id, cancellationToken);
    }

    /// <summary>The version that was known at an instant; null when there was none.</summary>
    public Task<StoredResource?> ReadAsOf(string type, string id, DateTimeOffset known, Caller caller, CancellationToken cancellationToken) =>
        One($"{OfOne} and r.known_at <= @known order by r.known_at desc, r.version desc limit 1", type, id, caller,
            command => command.With("@known", Instants.Micros(known)), cancellationToken);

    /// <summary>One version; null when there is none.</summary>
    public Task<StoredResource?> ReadVersion(string type, string id, int version, Caller caller, CancellationToken cancellationToken) =>
        One($"{OfOne} and r.version = @version", type, id, caller, command => command.With("@version", version), cancellationToken);

    private async Task<StoredResource?> One(
        string text, string type, string id, Caller caller, Action<DbCommand>? fill, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var found = await database.Dialect.Query(
            text,
            command =>
            {
                command.With("@type", ResourceTypes.Find(type)).With("@id", id);
                fill?.Invoke(command);
            },
            Stored, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    internal static StoredResource Stored(DbDataReader row) => new(
        ResourceTypes.NameOf(row.GetInt16(0)), row.GetString(1), row.GetInt32(2), Instants.From(row.GetInt64(3)), new PatientId(row.GetInt64(4)), Body(row, 5, 6))
    {
        KnownAt = Instants.From(row.GetInt64(10)),
        IsDeleted = row.GetInt16(11) != 0,
    };

    /// <summary>A body from its encoding, its kept bytes, and behind them the columns of its raw record.</summary>
    internal static byte[] Body(DbDataReader row, int encoding, int bytes) => row.GetInt16(encoding) == KeptBytes.Pieces
        ? Difference.Apply(row.Bytes(bytes), RawRecords.Open(row, bytes + 1).Bytes.Span)
        : KeptBytes.Open(row.Bytes(bytes), row.GetInt16(encoding));
}

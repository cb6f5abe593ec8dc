using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store;

/// <summary>A raw record as it was kept.</summary>
/// <param name="Place">Where it stood in its file.</param>
/// <param name="ReceivedAt">When these bytes came for the first time.</param>
/// <param name="Context">What must be known to read the bytes again alone: a table's header, a bundle's references.</param>
public sealed record KeptRecord(
    PatientId Patient, RawKey Key, string Profile, string Place, DateTimeOffset ReceivedAt, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Context);

/// <summary>The way back from a fact to the bytes that came in.</summary>
public sealed class RawRecords(StoreDatabase database)
{
    internal const string Columns = "w.patient_key, w.raw_key, p.name, w.place, w.received_at, w.bytes, w.encoding, w.context_length";

    /// <exception cref="Problem">NotFound.</exception>
    public async Task<KeptRecord> Read(PatientId patient, RawKey key, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await using var connection = await database.Dialect.Open(cancellationToken);
        var found = await connection.Command(
                $"select {Columns} from raw_record w join profile p on p.profile_id = w.profile_id where w.patient_key = @patient and w.raw_key = @key",
                ("@patient", patient.Value), ("@key", KeyBytes.Of(key.Value)))
            .Rows(Kept, cancellationToken);
        found.AddRange(await connection.Command(
                """
                select r.patient_key, r.raw_key, p.name, r.type, r.received_at, r.body, r.encoding
                from resource r join profile p on p.profile_id = r.profile_id where r.patient_key = @patient and r.raw_key = @key
                """, ("@patient", patient.Value), ("@key", KeyBytes.Of(key.Value)))
            .Rows(AsBody, cancellationToken));
        return found.MinBy(record => record.ReceivedAt) ?? throw new Problem(ProblemKind.NotFound, "there is no such raw record");
    }

    // A resource that was all of what came.
    private static KeptRecord AsBody(DbDataReader row) => new(
        new PatientId(row.GetInt64(0)), new RawKey(row.Key(1)), row.GetString(2), ResourceTypes.NameOf(row.GetInt16(3)), Instants.From(row.GetInt64(4)),
        KeptBytes.Open(row.Bytes(5), row.GetInt16(6)), ReadOnlyMemory<byte>.Empty);

    /// <summary>Reads the columns bytes, encoding and context_length.</summary>
    internal static (ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Context) Open(DbDataReader row, int first)
    {
        var kept = KeptBytes.Open(row.Bytes(first), row.GetInt16(first + 1)).AsMemory();
        var length = kept.Length - row.GetInt32(first + 2);
        return (kept[..length], kept[length..]);
    }

    internal static KeptRecord Kept(DbDataReader row)
    {
        var (bytes, context) = Open(row, 5);
        return new KeptRecord(
            new PatientId(row.GetInt64(0)), new RawKey(row.Key(1)), row.GetString(2), row.GetString(3), Instants.From(row.GetInt64(4)), bytes, context);
    }
}

/// <summary>
/// The bytes of a record as they are kept, with its context in one, because a context repeats identifiers of its record and
/// compressed together it takes a fraction.
/// </summary>
internal sealed record KeptRaw(RawKey Key, byte[] Bytes, short Encoding)
{
    public static KeptRaw Of(string profile, Sources.RawRecord raw)
    {
        var (bytes, encoding) = KeptBytes.Keep(raw.Context.IsEmpty ? raw.Bytes.Span : [.. raw.Bytes.Span, .. raw.Context.Span]);
        return new KeptRaw(FactKeys.OfRaw(profile, raw.Bytes.Span), bytes, encoding);
    }
}

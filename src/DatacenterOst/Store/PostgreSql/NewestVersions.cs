using DatacenterOst.Clinical;
using Npgsql;
using NpgsqlTypes;

namespace DatacenterOst.Store.PostgreSql;

/// <summary>
/// Current versions by type and id. Half of what a read by key costs is the way to the database and back, on both sides;
/// reads that come at the same time share it.
/// </summary>
internal sealed class NewestVersions
{
    private const string Text =
        $"""
        select wanted.number, r.* from unnest(@types, @ids) with ordinality as wanted(type, id, number)
        join resource_location l on l.type = wanted.type and l.id = wanted.id
        cross join lateral (
            select r.version, r.stored_at, r.patient_key, r.known_at, r.deleted, r.encoding, r.body, w.bytes, w.encoding, w.context_length
            from (select * from resource x where x.patient_key = l.patient_key and x.type = l.type and x.id = l.id order by x.version desc limit 1) r
            left join raw_record w on w.patient_key = r.patient_key and w.raw_key = case when r.encoding = 2 then r.raw_key end) r
        """;

    private const int MaxTogether = 64;

    private readonly NpgsqlDataSource readers;
    private readonly SharedTrips<(short Type, string Id), StoredResource?> together;

    public NewestVersions(NpgsqlDataSource readers)
    {
        this.readers = readers;
        together = new SharedTrips<(short Type, string Id), StoredResource?>(ReadAll, SharedQuestions.AtOnce, MaxTogether);
    }

    public Task<StoredResource?> Read(string type, string id, CancellationToken cancellationToken) =>
        together.Ask(((short)ResourceTypes.Find(type), Sql.Storable(id)), cancellationToken);

    private async Task<IReadOnlyList<StoredResource?>> ReadAll(IReadOnlyList<(short Type, string Id)> keys, CancellationToken cancellationToken)
    {
        var (types, ids) = (new short[keys.Count], new string[keys.Count]);
        for (var number = 0; number < keys.Count; number++)
        {
            (types[number], ids[number]) = keys[number];
        }

        var found = new StoredResource?[keys.Count];
        await using var connection = await PostgresDialect.Opened(readers, cancellationToken);
        await using var command = new NpgsqlCommand(Text, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<short[]>("@types", NpgsqlDbType.Array | NpgsqlDbType.Smallint) { TypedValue = types },
                new NpgsqlParameter<string[]>("@ids", NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = ids },
            },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var number = rows.GetInt64(0) - 1;
            found[number] = Stored(rows, keys[(int)number]);
        }

        return found;
    }

    private static StoredResource Stored(NpgsqlDataReader row, (short Type, string Id) key) => new(
        ResourceTypes.NameOf(key.Type), key.Id, row.GetInt32(1), Instants.From(row.GetInt64(2)), new PatientId(row.GetInt64(3)), Resources.Body(row, 6, 7))
    {
        KnownAt = Instants.From(row.GetInt64(4)),
        IsDeleted = row.GetInt16(5) != 0,
    };
}

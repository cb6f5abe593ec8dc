using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>A new, empty store that a server is measured on: how the server is told of it, whose CPU time counts, what it takes on disk.</summary>
/// <param name="Name">As it stands in the tables.</param>
/// <param name="Environment">The server's settings.</param>
/// <param name="Processes">The store's own processes; none for an embedded store.</param>
public sealed record MeasuredStore(string Name, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<int> Processes)
{
    public string? ConnectionString => Environment.GetValueOrDefault("Store__ConnectionString");

    public static MeasuredStore Sqlite(string folder) => new("SQLite", new Dictionary<string, string> { ["Data"] = folder }, []);

    /// <summary>Reached over TCP on loopback, as the peers of the comparison reached theirs.</summary>
    public static async Task<MeasuredStore> PostgreSql(Cluster cluster) => new(
        "PostgreSQL",
        new Dictionary<string, string> { ["Store__Provider"] = "PostgreSql", ["Store__ConnectionString"] = await cluster.NewLoopbackDatabase() },
        [cluster.ProcessId]);

    /// <summary>
    /// Bytes of all tables with their indexes, after what PostgreSQL's own housekeeping does sooner or later (VACUUM, ANALYZE), or of
    /// SQLite's file after a checkpoint. The log that is written ahead is not counted.
    /// </summary>
    public async Task<long> BytesOnDisk(CancellationToken cancellationToken)
    {
        if (ConnectionString is null)
            return await BytesOfFile(Path.Combine(Environment["Data"], "dost.db"), cancellationToken);
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync(cancellationToken);
        await using var vacuum = new NpgsqlCommand("vacuum analyze", connection);
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
        // What was written goes to the disk now, and not beside the searches that are measured next.
        await using var checkpoint = new NpgsqlCommand("checkpoint", connection);
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
        await using var size = new NpgsqlCommand(
            """
            select sum(pg_total_relation_size(c.oid))::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
            """, connection);
        return (long)(await size.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<long> BytesOfFile(string file, CancellationToken cancellationToken)
    {
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()))
        {
            await connection.OpenAsync(cancellationToken);
            await using var checkpoint = connection.CreateCommand();
            checkpoint.CommandText = "pragma wal_checkpoint(truncate)";
            await using var answer = await checkpoint.ExecuteReaderAsync(cancellationToken);
            if (await answer.ReadAsync(cancellationToken) && answer.GetInt64(0) != 0)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{file} is in use: the checkpoint did not finish."));
        }

        return new FileInfo(file).Length;
    }
}

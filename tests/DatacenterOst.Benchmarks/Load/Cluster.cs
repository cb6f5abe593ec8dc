using System.Diagnostics;
using Npgsql;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>
/// A PostgreSQL cluster of the benchmark's own, with the durability of production (fsync and synchronous commit on), removed afterwards.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dost-bench-pg-").FullName;
    private readonly string programs;
    private int databases;

    private Cluster(string programs) => this.programs = programs;

    /// <summary>Null where no PostgreSQL is installed.</summary>
    public static async Task<Cluster?> Start(CancellationToken cancellationToken)
    {
        var candidates = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => version + "/bin") : []);
        if (candidates.FirstOrDefault(path => File.Exists(Path.Combine(path, "pg_ctl")) && File.Exists(Path.Combine(path, "initdb"))) is not { } found)
            return null;
        var cluster = new Cluster(found);
        if (Environment.IsPrivilegedProcess)
            await Run("chown", "postgres", cluster.folder);
        await cluster.AsOwner("initdb", "-D", cluster.Data, "-A", "trust", "-U", "dost", "-E", "UTF8", "--no-locale", "--no-instructions");
        await cluster.AsOwner("pg_ctl", "-s", "-D", cluster.Data, "-w", "-l", Path.Combine(cluster.folder, "log"), "-o", $"-k {cluster.folder} -c listen_addresses= -c shared_buffers=512MB -c max_wal_size=4GB", "start");
        return cluster;
    }

    public async Task<string> NewDatabase()
    {
        var name = $"bench{++databases}";
        await using var connection = new NpgsqlConnection($"Host={folder};Username=dost;Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync();
        return $"Host={folder};Username=dost;Database={name}";
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await AsOwner("pg_ctl", "-s", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private string Data => Path.Combine(folder, "data");

    // PostgreSQL refuses to run as root.
    private Task AsOwner(string program, params string[] arguments)
    {
        var path = Path.Combine(programs, program);
        return Environment.IsPrivilegedProcess
            ? Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments])
            : Run(path, arguments);
    }

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = program != "pg_ctl" && !arguments.Any(argument => argument.EndsWith("pg_ctl", StringComparison.Ordinal)) })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}

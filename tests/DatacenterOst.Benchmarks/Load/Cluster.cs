using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>
/// A PostgreSQL cluster of the benchmark's own, with the durability of production (fsync and synchronous commit on), removed afterwards.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dost-bench-pg-").FullName;
    private readonly string programs;
    private readonly int port = ServerProcess.FreePort();
    private int databases;

    private Cluster(string programs) => this.programs = programs;

    /// <summary>The process that all others of the cluster descend from.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

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
        await cluster.AsOwner("pg_ctl", "-s", "-D", cluster.Data, "-w", "-l", Path.Combine(cluster.folder, "log"), "-o", string.Create(CultureInfo.InvariantCulture, $"-k {cluster.folder} -p {cluster.port} -c listen_addresses=127.0.0.1 -c shared_buffers={Buffers}MB -c max_wal_size=4GB"), "start");
        return cluster;
    }

    /// <summary>Reached by the socket in the cluster's folder.</summary>
    public async Task<string> NewDatabase() => $"{Socket};Database={await Create()}";

    /// <summary>Reached over TCP on loopback.</summary>
    public async Task<string> NewLoopbackDatabase()
    {
        var name = await Create();
        return string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=dost;Database={name}");
    }

    private string Socket => string.Create(CultureInfo.InvariantCulture, $"Host={folder};Port={port};Username=dost");

    private async Task<string> Create()
    {
        var name = $"bench{++databases}";
        await using var connection = new NpgsqlConnection($"{Socket};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync();
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await AsOwner("pg_ctl", "-s", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    // A quarter of the memory, as PostgreSQL's manual advises (19.4.1) for a machine that is its own.
    private static long Buffers => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / 1048576;

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

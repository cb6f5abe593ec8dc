using System.Diagnostics;
using System.Globalization;
using Npgsql;

[assembly: AssemblyFixture(typeof(DatacenterOst.Specs.Databases.PrivatePostgres))]

namespace DatacenterOst.Specs.Databases;

/// <summary>
/// A PostgreSQL cluster of the test run's own: made from an installed PostgreSQL when the first test asks for it,
/// reached over a socket in its own folder (so no port can be taken), and removed afterwards.
/// </summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    /// <summary>Seconds until a cluster that does not answer is given up.</summary>
    private const int MaxStartSeconds = 60;

    private readonly SemaphoreSlim once = new(1, 1);
    private readonly string folder = Path.Combine(Path.GetTempPath(), "dost-pg-" + Guid.NewGuid().ToString("N")[..12]);
    private Process? server;
    private string? whyNot;
    private int databases;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new empty database; skips the test, with the reason, where there is no PostgreSQL.</summary>
    public async Task<string> NewDatabase(CancellationToken cancellationToken)
    {
        await once.WaitAsync(cancellationToken);
        try
        {
            if (server is null && whyNot is null)
            {
                whyNot = await Start(cancellationToken);
            }
        }
        finally
        {
            once.Release();
        }

        Assert.SkipWhen(whyNot is not null, whyNot ?? "");
        var name = "dost" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(To("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        return To(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await Run("pg_ctl", ["-D", Data, "-m", "immediate", "-w", "stop"], CancellationToken.None);
            await server.WaitForExitAsync(CancellationToken.None);
            server.Dispose();
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        once.Dispose();
    }

    private string Data => Path.Combine(folder, "data");

    private string To(string database) => $"Host={folder};Username=dost;Database={database};Timeout=30;Command Timeout=120";

    private static string? Programs()
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(Directory.Exists("/usr/lib/postgresql")
                ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Reverse().Select(version => version + "/bin")
                : []);
        return paths.FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "pg_ctl")))
            ?? (Directory.Exists("/usr/lib/postgresql") ? paths.FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb"))) : null);
    }

    /// <summary>Starts the cluster; returns why it cannot be started, or null.</summary>
    private async Task<string?> Start(CancellationToken cancellationToken)
    {
        if (Programs() is null)
        {
            return "no PostgreSQL is installed (initdb is neither on PATH nor in /usr/lib/postgresql/*/bin)";
        }

        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess && await Owner(cancellationToken) is { } problem)
        {
            return problem;
        }

        var (code, output) = await Run("initdb", ["-D", Data, "-A", "trust", "-U", "dost", "-E", "UTF8", "--no-locale", "--no-sync"], cancellationToken);
        if (code != 0)
        {
            return "initdb failed: " + output;
        }

        // Local, so that a test of synchronous standbys stalls only the database which asks for them.
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), "synchronous_commit = local\n", cancellationToken);

        return await Serve(cancellationToken) ? null : $"PostgreSQL did not answer within {MaxStartSeconds} s";
    }

    /// <summary>Ends the cluster as a crash does: connections are cut, and what was not committed is gone.</summary>
    public async Task Crash(CancellationToken cancellationToken)
    {
        await Run("pg_ctl", ["-D", Data, "-m", "immediate", "-w", "stop"], cancellationToken);
        await server!.WaitForExitAsync(cancellationToken);
    }

    /// <summary>The cluster again, after <see cref="Crash"/>.</summary>
    public async Task Recover(CancellationToken cancellationToken) =>
        Assert.True(await Serve(cancellationToken), $"PostgreSQL did not answer within {MaxStartSeconds} s");

    // Durability across a crash of the machine is not what these tests are about.
    private Task<bool> Serve(CancellationToken cancellationToken)
    {
        server = Process.Start(Command("postgres", [
            "-D", Data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200",
            "-c", "log_min_messages=fatal"]));
        return Answers(cancellationToken);
    }

    private async Task<bool> Answers(CancellationToken cancellationToken)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed.TotalSeconds < MaxStartSeconds && !server!.HasExited)
        {
            try
            {
                await using var connection = new NpgsqlConnection(To("postgres") + ";Pooling=false");
                await connection.OpenAsync(cancellationToken);
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }

        return false;
    }

    // PostgreSQL refuses to run as root.
    private async Task<string?> Owner(CancellationToken cancellationToken)
    {
        using var chown = Process.Start(new ProcessStartInfo("chown", ["postgres:postgres", folder]) { RedirectStandardError = true })!;
        await chown.WaitForExitAsync(cancellationToken);
        return chown.ExitCode == 0 ? null : "running as root, and there is no user 'postgres' that PostgreSQL could run as";
    }

    private static async Task<(int Code, string Output)> Run(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Command(program, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    private static ProcessStartInfo Command(string program, string[] arguments)
    {
        var path = Path.Combine(Programs()!, program);
        string[] asUser = ["--reuid=postgres", "--regid=postgres", "--clear-groups", path];
        var isRoot = Environment.IsPrivilegedProcess;
        return new ProcessStartInfo(isRoot ? "setpriv" : path, isRoot ? [.. asUser, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
    }
}

using System.Diagnostics;
using System.Text.Json;

namespace DatacenterOst.Specs.Running;

/// <summary>The command line as a person runs it: a process of its own.</summary>
public sealed class Dost(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>The embedded store in a folder.</summary>
    public static Dost OnSqlite(string folder) => new(new Dictionary<string, string> { ["Data"] = folder });

    public static Dost OnPostgres(string connectionString) => new(new Dictionary<string, string>
    {
        ["Store__Provider"] = "PostgreSql",
        ["Store__ConnectionString"] = connectionString,
    });

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Repository.Dost);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["NO_COLOR"] = "1";
        return Process.Start(start)!;
    }

    public async Task<DostRun> Run(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new DostRun(process.ExitCode, await output, await errors);
    }

    /// <summary>Ingests and reads the summary.</summary>
    public async Task<JsonElement> Ingest(string profile, string[] paths, CancellationToken cancellationToken)
    {
        var run = await Run(["ingest", profile, .. paths, "--json"], cancellationToken);
        Assert.True(run.ExitCode is 0 or 1, run.ToString());
        return JsonDocument.Parse(run.Output).RootElement;
    }

    public async Task<string> Digest(CancellationToken cancellationToken)
    {
        var run = await Run(["store", "digest"], cancellationToken);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.Output.Trim();
    }
}

public sealed record DostRun(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}

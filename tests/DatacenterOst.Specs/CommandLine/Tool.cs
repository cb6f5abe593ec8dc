using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CommandLine;

/// <summary>A folder and the program in it; every refusal is one line that says where, with exit code 1 and no stack trace.</summary>
public sealed class Tool : IDisposable
{
    public const string Patient = """
        {
          "resourceType": "Patient",
          "id": "p1",
          "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Anna</div>" },
          "name": [{ "family": "Ågård", "given": ["Anna", "Bo"] }],
          "birthDate": "1970-01-01"
        }
        """;

    private readonly TemporaryFolder folder = new();

    public string File(string name, string content) => folder.File(name, content);

    public string Missing => System.IO.Path.Combine(folder.Path, "nowhere.json");

    public Task<DostRun> Run(params string[] arguments)
        => Dost.OnSqlite(folder.Path).Run(arguments, TestContext.Current.CancellationToken);

    public async Task<string> Answer(params string[] arguments)
    {
        var run = await Run(arguments);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.Output;
    }

    public async Task<string> Refusal(params string[] arguments)
    {
        var run = await Run(arguments);
        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.StartsWith("dost: ", run.Errors, StringComparison.Ordinal);
        return run.Errors;
    }

    /// <summary>What the program answers to text on its standard input.</summary>
    public async Task<DostRun> Pipe(string input, params string[] arguments)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var process = Dost.OnSqlite(folder.Path).Start(arguments);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new DostRun(process.ExitCode, await output, await errors);
    }

    public void Dispose() => folder.Dispose();
}

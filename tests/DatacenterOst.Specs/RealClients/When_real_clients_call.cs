using System.ComponentModel;
using System.Diagnostics;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.RealClients;

/// <summary>Programs written with the FHIR clients that people use, from npm, run by node against the server.</summary>
public sealed class When_real_clients_call(PrivatePostgres postgres)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public Task fhirclient_creates_searches_and_reads_history(string store) => Run(store, "fhirclient");

    [Theory, MemberData(nameof(Both))]
    public Task fhir_kit_client_creates_searches_and_reads_history(string store) => Run(store, "fhir-kit-client");

    private async Task Run(string store, string client)
    {
        var modules = Path.Combine(Repository.Root, "artifacts", "node_modules");
        Assert.SkipUnless(Directory.Exists(Path.Combine(modules, client)), $"{client} is not here: npm install --prefix artifacts {client}");
        await using var ost = await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(Token), Token);
        var start = new ProcessStartInfo("node", [Path.Combine(Repository.Root, "tests", "DatacenterOst.Specs", "RealClients", client + ".mjs"), ost.Address + "/fhir", modules])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = StartOrSkip(start);
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(Token), node.StandardError.ReadToEndAsync(Token));
        await node.WaitForExitAsync(Token);
        Assert.True(node.ExitCode == 0, await errors + await output);
        Assert.Equal("done", (await output).Trim());
    }

    private static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not installed");
            throw;
        }
    }
}

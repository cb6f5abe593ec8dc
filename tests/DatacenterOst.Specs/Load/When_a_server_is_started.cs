using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Load;

/// <summary>A server is compiled again by how it is used (DECISIONS 53) and collects its garbage beside its work (73), in the process that was started.</summary>
public sealed class When_a_server_is_started
{
    [Theory, InlineData(null, "1"), InlineData("0", "0")]
    public async Task it_is_compiled_by_how_it_is_used_unless_the_operator_decided_otherwise(string? decided, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the environment of another process is read from /proc");
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["Data"] = folder.Path };
        if (decided is not null) environment["DOTNET_TieredPGO"] = decided;
        await using var serving = await ServeProcess.Start(new Dost(environment), ServeProcess.FreePort(), ServeProcess.FreePort(), TestContext.Current.CancellationToken);
        Assert.Contains($"DOTNET_TieredPGO={expected}", serving.Environment);
        Assert.Contains("DOTNET_gcConcurrent=1", serving.Environment);
    }

    [Fact]
    public async Task it_runs_as_it_is_where_there_is_no_folder_for_temporary_files()
    {
        using var folder = new TemporaryFolder();
        var dost = new Dost(new Dictionary<string, string> { ["Data"] = folder.Path, ["TMPDIR"] = Path.Combine(folder.Path, "absent") });
        await using var serving = await ServeProcess.Start(dost, ServeProcess.FreePort(), ServeProcess.FreePort(), TestContext.Current.CancellationToken);
        using var answer = await serving.Http.GetAsync("/fhir/metadata", TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }
}

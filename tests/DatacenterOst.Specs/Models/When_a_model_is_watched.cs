using DatacenterOst.Specs.CardRecords;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using static DatacenterOst.Specs.Models.ModelVersions;

namespace DatacenterOst.Specs.Models;

/// <summary>A report of what a model did: of versions, beside each other, by site, with what became of the patients.</summary>
public sealed class When_a_model_is_watched(PrivatePostgres postgres)
{
    private const string Aki = "kdigo-aki";

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task the_report_counts_compares_and_judges(string store)
    {
        using var versions = new ModelVersions();
        await using var ost = await RecordingServer.Start(store, postgres);
        var package = versions.Of(Aki, "1.1.0");
        File.AppendAllText(Path.Combine(package, "model.yaml"), "\nmonitoring:\n  psi: 0.2\n  pValue: 0.05\n  leastScores: 10\n  leastOutcomes: 10\n  horizon: 7d\n");
        File.WriteAllText(Path.Combine(package, "reference.json"), """{"format":1,"rows":1000,"features":[{"name":"creatinine","edges":[60,80,100,120],"counts":[300,300,200,100,100],"missing":0}],"score":{"edges":[1,2,3],"counts":[900,60,30,10]}}""");
        await Deployed(ost.Http, package, "who=Anna&why=trial&to=silent");
        for (var patient = 0; patient < 30; patient++)
        {
            var reply = await ost.Call(patient % 3 == 0 ? "70@03-09T08:00 150@03-10T09:00" : "70@03-09T08:00 72@03-10T09:00", patient: $"p{patient}");
            if (patient == 0) await ost.Override(RecordingServer.Card(reply));
        }

        await Becomes(() => Task.FromResult(ost.Centre.SilentScoring.Pending == 0), TimeSpan.FromSeconds(30));
        using (var told = await Post(ost.Http, $"{Aki}/outcomes", new { outcomes = new object[] { new { patient = "p0", at = "2026-03-11T00:00:00Z", happened = true }, new { patient = "p1", at = "2026-04-01T00:00:00Z", happened = false } } }))
            Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync(Token));
        using (var wrong = await Post(ost.Http, $"{Aki}/outcomes", new { outcomes = new object[] { new { happened = true } } })) Assert.Equal(400, (int)wrong.StatusCode);

        var report = await ost.Get($"/api/models/{Aki}/report");
        var (champion, challenger) = (report.GetProperty("versions")[0], report.GetProperty("versions")[1]);
        Assert.Equal((30, 0, "active"), (champion.GetProperty("answered").GetInt32(), champion.GetProperty("silent").GetInt32(), champion.GetProperty("stage").GetString()));
        Assert.Equal((0, 30, "silent"), (challenger.GetProperty("answered").GetInt32(), challenger.GetProperty("silent").GetInt32(), challenger.GetProperty("stage").GetString()));
        var compared = report.GetProperty("comparisons")[0];
        Assert.Equal((30, 30), (compared.GetProperty("pairs").GetInt32(), compared.GetProperty("agreed").GetInt32()));
        Assert.Equal(0, compared.GetProperty("largestDifference").GetDouble());
        Assert.Equal((10, 1), (champion.GetProperty("sites")[0].GetProperty("cards").GetInt32(), champion.GetProperty("sites")[0].GetProperty("overridden").GetInt32()));
        Assert.Contains(report.GetProperty("alerts").EnumerateArray(), alert => alert.GetProperty("kind").GetString() is "drift" or "score-drift");

        var page = await ost.Http.GetStringAsync($"/api/models/{Aki}/report?format=html", Token);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("p17", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_command_line_writes_the_page()
    {
        var before = await RecordingServer.Start("sqlite", postgres);
        await before.Call("70@03-09T08:00 150@03-10T09:00");
        var file = Path.Combine(before.Data, "report.html");
        var run = await Dost.OnSqlite(before.Data).Run(["model", "report", Aki, "--from", "2026-03-01", "--to", "2026-04-01", "--out", file], Token);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("kdigo-aki 1.0.0 (active): 1 answered", run.Output, StringComparison.Ordinal);
        Assert.Contains("No alerts", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        Assert.Equal(1, (await Dost.OnSqlite(before.Data).Run(["model", "report", "no-such-model"], Token)).ExitCode);
        await before.DisposeAsync();
    }
}

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

    [Theory, MemberData(nameof(Both))]
    public async Task what_came_of_the_patients_is_read_from_the_record_as_it_arrives(string store)
    {
        using var versions = new ModelVersions();
        await using var ost = await RecordingServer.Start(store, postgres);
        await Deployed(ost.Http, Logistic(versions), "who=Anna&why=trial&to=silent");
        await Receive(ost, Enumerable.Range(0, 30).Select(i => $$"""{"resourceType":"Patient","id":"p{{i}}"}"""));
        for (var patient = 0; patient < 30; patient++) await ost.Call($"70@03-09T08:00 {100 + (patient * 5)}@03-10T09:00", patient: $"p{patient}");
        await Becomes(() => Task.FromResult(ost.Centre.SilentScoring.Pending == 0), TimeSpan.FromSeconds(30));

        // Each third gets a high potassium two days later; each fifth was last heard of the day before that.
        await Receive(ost, Enumerable.Range(0, 10).Select(i => Result($"k{i}", i * 3, "2823-3", 6.7, "mmol/L", "2026-03-12T10:00:00Z")));
        await Receive(ost, Enumerable.Range(0, 6).Select(i => Result($"l{i}", (i * 5) + 4, "1988-5", 5, "mg/L", "2026-03-11T10:00:00Z")));

        ost.Clock.Set("2026-03-13 12:00");
        Assert.Equal((8, 8), Observed(await ost.Get($"/api/models/{Aki}/report")));
        ost.Clock.Set("2026-03-18 12:00");
        Assert.Equal((24, 8), Observed(await ost.Get($"/api/models/{Aki}/report")));

        // What is told goes before what the record says.
        using (var told = await Post(ost.Http, $"{Aki}/outcomes", new { outcomes = new object[] { new { patient = "p1", at = "2026-03-14T00:00:00Z", happened = true } } }))
            Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync(Token));
        var report = await ost.Get($"/api/models/{Aki}/report");
        Assert.Equal((24, 9), Observed(report));
        Assert.Contains("of 30 estimates the record says of 24 what came", string.Join(' ', report.GetProperty("notes").EnumerateArray().Select(note => note.GetString())), StringComparison.Ordinal);
    }

    private static (int Count, int Events) Observed(System.Text.Json.JsonElement report)
    {
        var observed = report.GetProperty("versions").EnumerateArray().Single(version => version.GetProperty("version").GetString() == "2.0.0").GetProperty("observed");
        Assert.True(observed.ValueKind == System.Text.Json.JsonValueKind.Object, report.ToString());
        return (observed.GetProperty("count").GetInt32(), observed.GetProperty("events").GetInt32());
    }

    /// <summary>A version of the model that gives a probability and declares the facts that are its outcome.</summary>
    private static string Logistic(ModelVersions versions)
    {
        var package = versions.Of(Aki, "2.0.0");
        File.WriteAllText(Path.Combine(package, "model.yaml"), """
            format: 1
            id: kdigo-aki
            version: 2.0.0
            kind: linear
            title: { da: Prøve, en: Trial }
            intendedUse: { da: Prøve, en: Trial }
            exclusions: [none]
            population: { text: everyone }
            licence: none
            references: [none]
            evidence: none
            owner: nobody
            reviewBy: 2030-01-01
            outcome:
              text: { da: Højt kalium, en: High potassium }
              horizon: 7d
              codes: "http://loinc.org|2823-3"
              from: 6.5
              censoring: { codes: "http://loinc.org|1988-5" }
            features:
              - { name: creatinine, concept: creatinine, take: last, window: "[-7d, 0h]" }
            linear: { link: logistic, intercept: -3, terms: [{ feature: creatinine, coefficient: 0.01 }] }
            bands: [{ id: any, rank: 0 }]

            """);
        File.WriteAllText(Path.Combine(package, "vectors.jsonl"), """{"name":"nothing","asOf":"2026-03-01T00:00:00Z","events":[],"expect":{"score":null}}""");
        return package;
    }

    private static string Result(string id, int patient, string loinc, double value, string unit, string at) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{{loinc}}}"}]},"subject":{"reference":"Patient/p{{{patient}}}"},"effectiveDateTime":"{{{at}}}","issued":"{{{at}}}","valueQuantity":{"value":{{{value}}},"system":"http://unitsofmeasure.org","code":"{{{unit}}}"}}
        """);

    private static async Task Receive(RecordingServer ost, IEnumerable<string> resources)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', resources.Select(one => one.Trim())));
        var summary = await ost.Centre.Ingest(ost.Centre.Profile("fhir"), [new DatacenterOst.Sources.SourceFile("spec", () => new MemoryStream(text))], null, Token);
        Assert.Equal(0, summary.Rejected);
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

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Access;
using DatacenterOst.Cards.Backtests;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Fhir;
using DatacenterOst.Models;
using DatacenterOst.Models.Batch;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Models.Training;
using DatacenterOst.Server.Models;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Specs.Models;

/// <summary>
/// A batch, a request, a backtest, a training and a direct evaluation see the same, and nothing that was not known by then. DOST_PAIRS sets how many pairs of patient and
/// time are compared (the documented run: 1000; here: 60).
/// </summary>
public sealed class When_a_cohort_is_scored(PrivatePostgres postgres)
{
    private const string Aki = "kdigo-aki";

    private static readonly int Pairs = int.TryParse(Environment.GetEnvironmentVariable("DOST_PAIRS"), CultureInfo.InvariantCulture, out var pairs) ? pairs : 60;

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task request_batch_backtest_training_and_direct_evaluation_have_the_same_features(string store)
    {
        await using var ost = await Start(store);
        var random = new Random(26);
        await Ward.Admit(ost, 120, random);
        var package = ost.Centre.Models.Find(new ModelId(Aki))!;
        var runs = new BatchRuns(ost.Centre.Store);
        var compared = 0;
        while (compared < Pairs)
        {
            var asOf = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(0, 22 * 24 * 60));
            var patients = Enumerable.Range(0, 120).OrderBy(_ => random.Next()).Take(10).ToList();
            var keys = new List<PatientId>();
            foreach (var number in patients) keys.Add((await ost.Centre.Patients.FindReference("Patient/" + Ward.Patient(number), Caller.Product, Token))!.Value);
            var run = await new BatchScoring(ost.Centre.Store, runs, ost.Centre.Time).Run(package, asOf, keys, 2, null, Caller.Product, Token);
            var batch = (await runs.Scores(run.Id, null, Caller.Product, Token)).Select(BatchLine.Of).ToDictionary(line => line.Patient);
            var replayed = await Replayed(ost, keys, asOf);
            foreach (var (number, key) in patients.Zip(keys))
            {
                var requested = await Requested(ost, Ward.Patient(number), asOf);
                var direct = package.Evaluate(new History(key, (await ost.Centre.Patients.Get(key, Caller.Product, Token)).Demographics, await ost.Centre.Timeline.Read(
                    key, new DatacenterOst.Store.TimelineQuery([], DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue), AsOf.KnownBy(asOf), Caller.Product, Token)), asOf);
                Assert.Equal(Vector(EstimateBody.Read(EstimateBody.Of(direct))), Vector(requested));
                Assert.Equal(Vector(requested), Vector(batch[Ward.Patient(number)].Estimate));
                Assert.Equal(Vector(requested), Vector(EstimateBody.Read(EstimateBody.Of(replayed[key]))));
                Assert.Equal(Vector(requested), Vector(EstimateBody.Read(EstimateBody.Of(package.Explain(await Trained(ost, package, key, asOf))))));
                compared++;
            }
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_came_late_or_was_corrected_later_is_not_used(string store)
    {
        await using var ost = await Start(store);
        var random = new Random(7);
        await Ward.Admit(ost, 30, random);
        var asOf = new DateTimeOffset(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
        var package = ost.Centre.Models.Find(new ModelId(Aki))!;
        var before = new Dictionary<string, string>();
        for (var number = 0; number < 30; number++) before[Ward.Patient(number)] = Vector(await Requested(ost, Ward.Patient(number), asOf));
        var planted = new JsonArray();
        for (var number = 0; number < 30; number++)
        {
            // True of the patient before the instant, and known after it: a late result, and a correction of one that was there.
            planted.Add(Ward.Entry(Ward.Observation($"late{number}", number, 900, asOf.AddMinutes(-random.Next(1, 600)), asOf.AddSeconds(random.Next(1, 100_000)), "final")));
            planted.Add(Ward.Entry(Ward.Observation($"{Ward.Patient(number)}-c1", number, 901, asOf.AddMinutes(-random.Next(1, 600)), asOf.AddSeconds(random.Next(1, 100_000)), "corrected")));
        }

        await Ward.Receive(ost, planted);
        var runs = new BatchRuns(ost.Centre.Store);
        var run = await new BatchScoring(ost.Centre.Store, runs, ost.Centre.Time).Run(package, asOf, null, 4, null, Caller.Product, Token);
        var batch = (await runs.Scores(run.Id, null, Caller.Product, Token)).Select(BatchLine.Of).ToDictionary(line => line.Patient);
        var after = 0;
        for (var number = 0; number < 30; number++)
        {
            var id = Ward.Patient(number);
            Assert.Equal(before[id], Vector(await Requested(ost, id, asOf)));
            Assert.Equal(before[id], Vector(batch[id].Estimate));
            if (before[id] != Vector(await Requested(ost, id, asOf.AddHours(30)))) after++;
        }

        Assert.True(after >= 25, "what was planted was not seen later either: the test shows nothing");
    }

    [Fact]
    public async Task a_run_that_was_stopped_goes_on_without_doubles_and_writes_valid_resources()
    {
        await using var ost = await Start("sqlite");
        await Ward.Admit(ost, 700, new Random(3));
        var asOf = new DateTimeOffset(2026, 3, 18, 12, 0, 0, TimeSpan.Zero);
        var package = ost.Centre.Models.Find(new ModelId(Aki))!;
        var (csv, ndjson) = (Path.Combine(ost.Folder.Path, "scores.csv"), Path.Combine(ost.Folder.Path, "risk.ndjson"));
        var ask = new BatchAsk(asOf, null, 2, new BatchTargets(csv, ndjson, true));

        // Stopped after the first page is kept.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BatchDesk.Run(ost.Centre, package, ask, new Stopping(stop), stop.Token));
        Assert.False(File.Exists(csv));
        var told = new List<BatchProgress>();
        var done = await BatchDesk.Run(ost.Centre, package, ask, new Telling(told), Token);
        Assert.Equal((700, 500), (done.Patients, told[^1].Before));
        Assert.Equal(700, told[^1].Before + told[^1].Scored);

        var lines = await File.ReadAllLinesAsync(csv, Token);
        Assert.Equal(701, lines.Length);
        Assert.Equal(700, lines.Skip(1).Select(line => line.Split(',')[0]).Distinct().Count());
        var resources = await File.ReadAllLinesAsync(ndjson, Token);
        Assert.Equal(done.Resources, resources.Length);
        Assert.Equal(done.Resources, done.Written);
        foreach (var line in resources.Take(40))
        {
            var resource = Resource.ParseJson(System.Text.Encoding.UTF8.GetBytes(line));
            Assert.Empty(new Validator().Validate(resource).Where(issue => issue.Severity == IssueSeverity.Error).Select(issue => issue.ToString()));
        }

        var again = await BatchDesk.Run(ost.Centre, package, ask, null, Token);
        Assert.Equal((done.Run, done.Resources, 0), (again.Run, again.Resources, again.Written));
        Assert.Equal(lines, await File.ReadAllLinesAsync(csv, Token));
        var found = await ost.Get("/fhir/RiskAssessment?_summary=count", Token);
        Assert.Equal(done.Resources, found.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task the_command_line_scores_a_file_of_patients()
    {
        await using var ost = await Start("sqlite");
        await Ward.Admit(ost, 20, new Random(5));
        var file = ost.Folder.File("patients.txt", "w1\nw2\nw3\n");
        var run = await Dost.OnSqlite(ost.Folder.Path).Run(["model", "batch", Aki, "--as-of", "2026-03-14T12:00:00Z", "--patients", file, "--out", Path.Combine(ost.Folder.Path, "s.csv")], Token);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("3 patients", run.Output, StringComparison.Ordinal);
        Assert.Equal(4, (await File.ReadAllLinesAsync(Path.Combine(ost.Folder.Path, "s.csv"), Token)).Length);
        var wrong = await Dost.OnSqlite(ost.Folder.Path).Run(["model", "batch", Aki, "--as-of", "2026-03-14T12:00:00Z"], Token);
        Assert.Equal(1, wrong.ExitCode);
    }

    // By the backtest's own replay: each patient at that time, through the desk that answers an EHR.
    private static async Task<Dictionary<PatientId, RiskEstimate>> Replayed(RunningServer ost, List<PatientId> patients, DateTimeOffset asOf)
    {
        var study = Study.Read("format: 1\ntitle: pairs\nindex: { codes: \"http://loinc.org|14682-9\", after: 1h }\noutcome: { name: any, codes: \"http://loinc.org|14682-9\", within: 1h }\nvalidation: { bootstrap: 0 }\n", "study.yaml");
        var nothing = new FeatureVector(asOf, []);
        var cohort = new CohortData([.. patients.Select((patient, i) => new CohortRow(patient, asOf, nothing, i % 2 == 0, null, new Dictionary<string, string>()))], new Dictionary<string, int>());
        var seen = new Dictionary<PatientId, RiskEstimate>();
        await new Backtest(ost.Centre.Desk, ost.Centre.Patients, ost.Centre.Settings.Client)
            .Run(ost.Centre.CdsServices.Get(Aki), new StudyData(study, "", "", cohort), new Seeing(seen), Caller.Product, Token);
        Assert.Equal(patients.Count, seen.Count);
        return seen;
    }

    // By the reading of a training: all facts of the record unresolved, and the engine cuts what was known when.
    private static async Task<FeatureVector> Trained(RunningServer ost, ModelPackage package, PatientId patient, DateTimeOffset asOf)
    {
        var later = asOf.AddDays(20);
        var query = package.Needs.Query(later) with { ObservedFrom = package.Needs.Query(asOf).ObservedFrom };
        var facts = await ost.Centre.Timeline.ReadUnresolved(patient, query, AsOf.KnownBy(later), Caller.Product, Token);
        return package.Features.Prepare((await ost.Centre.Patients.Get(patient, Caller.Product, Token)).Demographics, facts).Evaluate(asOf);
    }

    private Task<RunningServer> Start(string store) => StartOn(store);

    private async Task<RunningServer> StartOn(string store) => await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(Token), Token);

    /// <summary>What a hook call from the store was answered with, by its record.</summary>
    private static async Task<KeptEstimate> Requested(RunningServer ost, string patient, DateTimeOffset asOf)
    {
        using var answer = await ost.Call(Aki, patient, asOf.ToString("O", CultureInfo.InvariantCulture), null, "en", Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
        var run = (await ost.Get($"/api/answers?patient={patient}&_count=1", Token)).GetProperty("answers")[0].GetProperty("run").GetString();
        var record = (await ost.Get($"/api/answers/{run}", Token)).GetProperty("record");
        Assert.Equal(asOf, record.GetProperty("asOf").GetDateTimeOffset());
        return EstimateBody.Read(System.Text.Encoding.UTF8.GetBytes(record.GetRawText()));
    }

    private static string Vector(KeptEstimate estimate) => JsonSerializer.Serialize(new { estimate.Score, estimate.Features, estimate.Conclusions, estimate.Abstentions });

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => stop.Cancel();
    }

    private sealed class Seeing(Dictionary<PatientId, RiskEstimate> seen) : IProgress<BacktestStep>
    {
        public void Report(BacktestStep value) => seen.Add(value.Row.Patient, value.Estimate);
    }

    private sealed class Telling(List<BatchProgress> told) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => told.Add(value);
    }
}

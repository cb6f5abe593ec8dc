using System.Diagnostics;
using DatacenterOst.Access;
using DatacenterOst.Models;
using DatacenterOst.Models.Batch;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Specs.Models;

/// <summary><c>dost model batch</c> killed without a word in the middle, as by a power cut, and started again.</summary>
public sealed class When_a_batch_is_killed(PrivatePostgres postgres)
{
    private const string Aki = "kdigo-aki";
    private const string At = "2026-03-18T12:00:00Z";
    private const int Patients = 1_700;

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task it_goes_on_with_no_row_lost_and_none_twice(string store)
    {
        var connection = store == "sqlite" ? null : await postgres.NewDatabase(Stop);
        await using var ost = await RunningServer.Start(connection, Stop);
        await Ward.Admit(ost, Patients, new Random(9));
        var dost = connection is null ? Dost.OnSqlite(ost.Folder.Path) : Dost.OnPostgres(connection);
        var (csv, again) = (Path.Combine(ost.Folder.Path, "scores.csv"), Path.Combine(ost.Folder.Path, "again.csv"));
        string[] arguments = ["model", "batch", Aki, "--as-of", At, "--out", csv, "--store", "--parallel", "1"];

        await Kill(dost, arguments, "500 scored");
        Assert.False(File.Exists(csv));
        var kept = await Kept(ost);
        Assert.InRange(kept, 500, Patients - 1);

        // Once more while it writes resources into the store, after all are scored.
        await Kill(dost, arguments, $"{Patients} scored");
        Assert.Equal(Patients, await Kept(ost));

        var run = await dost.Run(arguments, Stop);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains($"{Patients} scored, {Patients} of them before", run.Errors, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(csv, Stop);
        Assert.Equal(Patients + 1, lines.Length);
        Assert.Equal(Patients, lines.Skip(1).Select(line => line.Split(',')[0]).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(lines.Skip(1).Count(line => line.Split(',')[5].Length > 0 && line.Split(',')[6].Length >= 0), await Stored(ost));

        // What a run that nobody disturbed would have made: the same patients, named one by one, are another run.
        var file = ost.Folder.File("patients.txt", string.Join('\n', Enumerable.Range(0, Patients).Select(Ward.Patient)));
        var whole = await dost.Run(["model", "batch", Aki, "--as-of", At, "--patients", file, "--out", again], Stop);
        Assert.True(whole.ExitCode == 0, whole.ToString());
        Assert.Equal(lines.Order(StringComparer.Ordinal), (await File.ReadAllLinesAsync(again, Stop)).Order(StringComparer.Ordinal));
    }

    private static async Task Kill(Dost dost, string[] arguments, string when)
    {
        using var process = dost.Start(arguments);
        while (await process.StandardError.ReadLineAsync(Stop) is { } line)
        {
            if (!line.StartsWith(when, StringComparison.Ordinal)) continue;
            process.Kill();
            break;
        }

        await process.WaitForExitAsync(Stop);
        Assert.Equal(137, process.ExitCode);
    }

    private static async Task<int> Kept(RunningServer ost)
    {
        var runs = new BatchRuns(ost.Centre.Store);
        var package = ost.Centre.Models.Find(new ModelId(Aki))!;
        var (id, count) = (BatchScoring.IdOf(package.Id, DateTimeOffset.Parse(At, System.Globalization.CultureInfo.InvariantCulture), null), 0);
        Clinical.PatientId? after = null;
        while (await runs.Scores(id, after, Caller.Product, Stop) is { Count: > 0 } page)
        {
            count += page.Count;
            after = page[^1].Patient;
        }

        return count;
    }

    private static async Task<int> Stored(RunningServer ost)
        => (await ost.Get("/fhir/RiskAssessment?_summary=count", Stop)).GetProperty("total").GetInt32();
}

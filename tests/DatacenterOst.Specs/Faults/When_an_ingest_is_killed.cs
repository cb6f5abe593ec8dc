using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Faults;

/// <summary><c>kill -9</c> at random points; DOST_KILLS sets how often (the documented run: 10; here: 3).</summary>
public sealed class When_an_ingest_is_killed(PrivatePostgres postgres)
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("DOST_KILLS"), out var kills) ? kills : 3;

    // A kill that falls before the first commit or after the last proves nothing and is tried again.
    private static readonly int Attempts = 6 * Kills;

    [Fact]
    public async Task the_same_command_again_makes_the_store_of_an_undisturbed_run_on_sqlite()
    {
        using var folder = new TemporaryFolder();
        await KillAndRepeat(Dost.OnSqlite(Path.Combine(folder.Path, "calm")), run => Dost.OnSqlite(Path.Combine(folder.Path, "killed" + run)));
    }

    [Fact]
    public async Task the_same_command_again_makes_the_store_of_an_undisturbed_run_on_postgresql()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var databases = new List<string>();
        for (var run = 0; run <= Attempts; run++)
            databases.Add(await postgres.NewDatabase(cancellationToken));
        await KillAndRepeat(Dost.OnPostgres(databases[0]), run => Dost.OnPostgres(databases[run + 1]));
    }

    private static async Task KillAndRepeat(Dost calm, Func<int, Dost> killed)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var file = folder.File("results.csv", Results(rows: 12_000));
        var began = TimeProvider.System.GetTimestamp();
        await calm.Ingest("csv-results", [file], cancellationToken);
        var whole = TimeProvider.System.GetElapsedTime(began);
        var expected = await calm.Digest(cancellationToken);

        var random = new Random(20261122);
        var inTheMiddle = 0;
        for (var run = 0; run < Attempts && inTheMiddle < Kills; run++)
        {
            var dost = killed(run);
            using (var process = dost.Start("ingest", "csv-results", file, "--json"))
            {
                await Task.Delay(whole * (0.3 + (0.6 * random.NextDouble())), cancellationToken);
                process.Kill();
                await process.WaitForExitAsync(cancellationToken);
            }

            var summary = await dost.Ingest("csv-results", [file], cancellationToken);
            Assert.Equal(12_000, summary.GetProperty("read").GetInt64());
            Assert.Equal(expected, await dost.Digest(cancellationToken));

            // What the second run found stored already tells whether the kill fell into the ingest or beside it.
            var stored = summary.GetProperty("unchanged").GetInt64();
            inTheMiddle += stored > 0 && stored < summary.GetProperty("accepted").GetInt64() ? 1 : 0;
        }

        Assert.Equal(Kills, inTheMiddle);
    }

    // Forty synthetic patients; every 500th row is one that cannot be understood.
    private static string Results(int rows)
    {
        var start = new DateTime(2026, 1, 1, 8, 0, 0, DateTimeKind.Unspecified);
        var lines = Enumerable.Range(0, rows).Select(row =>
            FormattableString.Invariant($"{(row % 40) + 1:D2}7101{70 + (row % 20)}{9000 + (row % 40)};NPU18016;{(row % 500 == 0 ? "?" : (60 + (row % 90)).ToString(System.Globalization.CultureInfo.InvariantCulture))};umol/L;{start.AddMinutes(row):yyyy-MM-dd HH:mm};{start.AddMinutes(row + 45):yyyy-MM-dd HH:mm};R{row}"));
        return "CPR;Analysekode;Resultat;Enhed;Prøvetid;Svartid;ResultatId\n" + string.Join('\n', lines) + "\n";
    }
}

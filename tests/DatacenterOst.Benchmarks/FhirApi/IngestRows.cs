using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Benchmarks.Load;
using Npgsql;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.FhirApi;

/// <summary>
/// NDJSON through <c>dost ingest fhir</c> into a new store, beside a COPY of the same bodies into one table without indexes: the least
/// that PostgreSQL needs to keep them. Medians of three; both end with a durable commit.
/// </summary>
public static class IngestRows
{
    private const int Runs = 3;

    /// <summary>This part of the server's benchmark by itself.</summary>
    /// <param name="arguments"><c>[LINES]</c>.</param>
    public static async Task Run(string[] arguments, CancellationToken cancellationToken)
    {
        var scale = new ServerScale(arguments is [var lines, ..] ? int.Parse(lines, CultureInfo.InvariantCulture) * 2 / 5 : ServerScale.Full);
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = await Cluster.Start(cancellationToken);
        try
        {
            await Run(scale, folder, cluster, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task Run(ServerScale scale, string folder, Cluster? cluster, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "observations.ndjson");
        var lines = Lines(scale.Lines).ToList();
        await File.WriteAllLinesAsync(file, lines, cancellationToken);
        var patients = Path.Combine(folder, "patients.ndjson");
        await File.WriteAllLinesAsync(patients, Enumerable.Range(0, PatientCount(scale.Lines)).Select(number => Population.Patient(number, "p" + Text($"{number}"))), cancellationToken);
        Console.WriteLine("| NDJSON of Observations | store | lines | rejected | lines/s | with start and end of the process | CPU-ms each | peak MB | mark |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---|");
        if (cluster is not null)
        {
            var copied = await Copy(cluster, lines, cancellationToken);
            Console.WriteLine(Text($"| raw COPY of the same bodies into one table | PostgreSQL | {lines.Count} | – | {copied:0} | | | | |"));
            await Ingest(() => MeasuredStore.PostgreSql(cluster), patients, file, copied, cancellationToken);
        }

        await Ingest(() => Task.FromResult(MeasuredStore.Sqlite(Path.Combine(folder, Guid.NewGuid().ToString("N")))), patients, file, null, cancellationToken);
    }

    private static int PatientCount(int lines) => (lines + Population.ObservationsOfPatient - 1) / Population.ObservationsOfPatient;

    private static IEnumerable<string> Lines(int count)
    {
        var population = new Population();
        return Enumerable.Range(0, PatientCount(count)).SelectMany(number => population.Observations(Text($"p{number}"), Text($"o{number}-"))).Take(count);
    }

    private static async Task Ingest(
        Func<Task<MeasuredStore>> open, string patients, string file, double? copied, CancellationToken cancellationToken)
    {
        var runs = new List<(string Store, double Seconds, double Whole, long Read, long Rejected, double Cpu, long Peak)>();
        for (var run = 0; run < Runs; run++)
        {
            var store = await open();
            await Product.Run(store.Environment, ["ingest", "fhir", patients, "--json"], cancellationToken);
            var database = new ProcessTrees([.. store.Processes]);
            var before = database.CpuMilliseconds();
            var clock = Stopwatch.StartNew();
            var (output, peak, cpu) = await Product.Run(store.Environment, ["ingest", "fhir", file, "--json"], cancellationToken);
            var whole = clock.Elapsed.TotalSeconds;
            var used = cpu.TotalMilliseconds + database.CpuMilliseconds() - before;
            using var summary = JsonDocument.Parse(output);
            long Number(string name) => summary.RootElement.GetProperty(name).GetInt64();
            runs.Add((store.Name, summary.RootElement.GetProperty("durationSeconds").GetDouble(), whole, Number("read"), Number("rejected"), used / Number("read"), peak));
        }

        var median = runs.OrderBy(run => run.Seconds).ElementAt(Runs / 2);
        var rate = median.Read / median.Seconds;
        var share = copied is { } copy ? Text($"; {rate / copy:P1} of the COPY") : "";
        Console.WriteLine(Text($"| dost ingest fhir | {median.Store} | {median.Read} | {median.Rejected} | {rate:0} | {median.Read / median.Whole:0} | {median.Cpu:0.000} | {runs.Max(run => run.Peak) / 1048576} | {Mark.AtLeast(10_000, rate, "/s")}{share} |"));
    }

    private static async Task<double> Copy(Cluster cluster, List<string> lines, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(await cluster.NewLoopbackDatabase() + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        var rates = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await using var create = new NpgsqlCommand("drop table if exists copied; create table copied (body text)", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
            var clock = Stopwatch.StartNew();
            await using (var copy = await connection.BeginBinaryImportAsync("copy copied (body) from stdin (format binary)", cancellationToken))
            {
                foreach (var line in lines)
                {
                    await copy.StartRowAsync(cancellationToken);
                    await copy.WriteAsync(line, cancellationToken);
                }

                await copy.CompleteAsync(cancellationToken);
            }

            rates.Add(lines.Count / clock.Elapsed.TotalSeconds);
        }

        return Fhir.Rounds.Median(rates);
    }
}

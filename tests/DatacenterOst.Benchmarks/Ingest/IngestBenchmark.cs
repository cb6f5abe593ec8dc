using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Benchmarks.Load;

namespace DatacenterOst.Benchmarks.Ingest;

/// <summary>
/// The Synthea and MIMIC-III sets through <c>dost ingest</c>, whole process, into a new store each time: resources or rows a second
/// (median of three), peak memory. PostgreSQL runs with fsync and synchronous commit on.
/// </summary>
public static class IngestBenchmark
{
    private const int Runs = 3;

    public static async Task Run(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = await Cluster.Start(cancellationToken);
        try
        {
            var synthea = await Product.Data("synthea-r4-dev", Path.Combine(folder, "synthea"), cancellationToken);
            var mimic = Path.Combine(await Product.Data("mimic3-demo", Path.Combine(folder, "mimic"), cancellationToken), "mimic3_demo_csv", "LABEVENTS.csv.gz");
            Console.WriteLine("| ingest | store | items | rejected | median s | items/s | CPU s | peak MB |");
            Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
            await Measure("Synthea R4, 246 bundles", "fhir", synthea, folder, cluster, cancellationToken);
            await Measure("Synthea's Observations alone, NDJSON", "fhir", await ObservationsOf(synthea, folder, cancellationToken), folder, cluster, cancellationToken);
            await Measure("MIMIC-III LABEVENTS", "mimic-labevents", mimic, folder, cluster, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The Observations of all bundles, a line each, their patients named by id as they are outside of a bundle.</summary>
    private static async Task<string> ObservationsOf(string bundles, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "observations.ndjson");
        await using var output = new StreamWriter(path);
        foreach (var file in Directory.EnumerateFiles(bundles, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var bundle = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = JsonNode.Parse(entry.GetProperty("resource").GetRawText())!;
                if (resource["resourceType"]!.GetValue<string>() != "Observation")
                    continue;
                resource["subject"]!["reference"] = resource["subject"]!["reference"]!.GetValue<string>().Replace("urn:uuid:", "Patient/", StringComparison.Ordinal);
                await output.WriteLineAsync(resource.ToJsonString());
            }
        }

        return path;
    }

    private static async Task Measure(string name, string profile, string path, string folder, Cluster? cluster, CancellationToken cancellationToken)
    {
        await MeasureOn("SQLite", name, profile, path, _ => Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>
        {
            ["Data"] = Path.Combine(folder, Guid.NewGuid().ToString("N")),
        }), cancellationToken);
        if (cluster is not null)
            await MeasureOn("PostgreSQL", name, profile, path, async _ => new Dictionary<string, string>
            {
                ["Store__Provider"] = "PostgreSql",
                ["Store__ConnectionString"] = await cluster.NewDatabase(),
            }, cancellationToken);
    }

    private static async Task MeasureOn(
        string store, string name, string profile, string path, Func<int, Task<IReadOnlyDictionary<string, string>>> open, CancellationToken cancellationToken)
    {
        var runs = new List<(double Seconds, long Read, long Rejected, double Cpu, long Peak)>();
        for (var run = 0; run < Runs; run++)
        {
            var (output, peak, cpu) = await Product.Run(await open(run), ["ingest", profile, path, "--json"], cancellationToken);
            var summary = JsonDocument.Parse(output).RootElement;
            runs.Add((
                summary.GetProperty("durationSeconds").GetDouble(),
                summary.GetProperty("read").GetInt64(),
                summary.GetProperty("rejected").GetInt64(),
                cpu.TotalSeconds,
                peak));
        }

        var median = runs.OrderBy(run => run.Seconds).ElementAt(Runs / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {store} | {median.Read} | {median.Rejected} | {median.Seconds:0.0} | {median.Read / median.Seconds:0} | {median.Cpu:0.0} | {runs.Max(run => run.Peak) / 1048576} |"));
    }
}

using System.Text;
using System.Text.Json;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;
using Mark = DatacenterOst.Benchmarks.FhirApi.Mark;

namespace DatacenterOst.Benchmarks.Hooks;

/// <summary>
/// <c>patient-view</c> of the AKI service over HTTP, on PostgreSQL and on SQLite: from the store and from a full prefetch of 10 KB, at 8 and
/// 64 connections, each call by another user, so that each makes a card whose record is durable before it is sent; then the same charts
/// opened again; beside a bare Kestrel endpoint that reads the same requests and answers the same bytes, in the same run.
/// </summary>
public static class HookBenchmark
{
    private const int Patients = 3_000;
    private static readonly Pace Narrow = new(8, 3, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(8));
    private static readonly Pace Wide = new(64, 3, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8));

    public static async Task Run(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = await Cluster.Start(cancellationToken);
        try
        {
            Console.WriteLine(Text($"{Patients} patients with {Chart.Results} creatinine values each; median of {Narrow.Runs} runs of {Narrow.Time.TotalSeconds:0} s; CPU time is that of the server and of all processes of PostgreSQL."));
            Console.WriteLine("| patient-view, kdigo-aki | store | calls/s | p50 ms | p95 ms | p99 ms | CPU-ms each | others' cores | mark |");
            Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---|");
            var stores = new List<MeasuredStore>();
            if (cluster is not null) stores.Add(await MeasuredStore.PostgreSql(cluster));
            stores.Add(MeasuredStore.Sqlite(Path.Combine(folder, "store")));
            foreach (var store in stores) await MeasureStore(store, folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureStore(MeasuredStore store, string folder, CancellationToken cancellationToken)
    {
        var chart = new Chart(TimeProvider.System.GetUtcNow());
        var file = Path.Combine(folder, "patients.ndjson");
        await File.WriteAllTextAsync(file, chart.Ndjson(Patients), cancellationToken);
        await Product.Run(store.Environment, ["ingest", "fhir", file, "--json"], cancellationToken);
        await using var server = await ServerProcess.Start(Product.Dost, ["serve"], store.Environment, cancellationToken);
        var counted = new ProcessTrees([server.Id, .. store.Processes]);
        var fromStore = new FreshCalls(server.Address, Patients, _ => null, Opened.ByManyUsers);
        var fromPrefetch = new FreshCalls(server.Address, Patients, chart.Prefetch, Opened.ByManyUsers);
        var again = new FreshCalls(server.Address, Patients, chart.Prefetch, Opened.ByOneUserAgain);
        var answer = await Sample(server, fromStore, cancellationToken);
        await Sample(server, fromPrefetch, cancellationToken);
        Task<Measurement> Measure(FreshCalls calls, Pace pace) => Measurement.Of(server.Address, calls, counted, pace, cancellationToken);

        foreach (var pace in new[] { Narrow, Wide })
        {
            var measured = await Measure(fromStore, pace);
            Row("from the store", pace, store, measured, [Mark.AtLeast(2_000, measured.Load.PerSecond, "/s"), Mark.AtMost(0.6, measured.CpuMilliseconds, "CPU-ms"), .. Prompt(pace, measured)]);
            measured = await Measure(fromPrefetch, pace);
            Row(Text($"from a prefetch, {fromPrefetch.BytesOfCall} bytes"), pace, store, measured, [Mark.AtLeast(2_500, measured.Load.PerSecond, "/s"), Mark.AtMost(0.5, measured.CpuMilliseconds, "CPU-ms"), .. Prompt(pace, measured)]);
        }

        var cached = await Measure(again, Narrow);
        Row("the same chart by the same user again", Narrow, store, cached, [Mark.AtLeast(6_000, cached.Load.PerSecond, "/s")]);
        await HookFlood.Run(server, store, fromPrefetch, cancellationToken);
        await MeasureBare(answer, fromPrefetch, folder, cancellationToken);
    }

    private static string[] Prompt(Pace pace, Measurement measured) => pace == Narrow ? [Mark.AtMost(25, measured.Load.Milliseconds(0.99), "ms p99")] : [];

    private static async Task MeasureBare(byte[] answer, FreshCalls calls, string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "answer.json");
        await File.WriteAllBytesAsync(file, answer, cancellationToken);
        await using var server = await ServerProcess.Start(typeof(HookBenchmark).Assembly.Location, ["bare", file], new Dictionary<string, string>(), cancellationToken);
        Row(Text($"bare Kestrel, the same requests of {calls.BytesOfCall} bytes"), Narrow, null, await Measurement.Of(server.Address, calls, new ProcessTrees(server.Id), Narrow, cancellationToken), []);
    }

    private static async Task<byte[]> Sample(ServerProcess server, FreshCalls calls, CancellationToken cancellationToken)
    {
        using var lane = await Lane.Open(server.Address, cancellationToken);
        var bytes = (await lane.Send(calls[0], cancellationToken)).Body.ToArray();
        using var json = JsonDocument.Parse(bytes);
        if (!json.RootElement.TryGetProperty("cards", out var cards) || cards.GetArrayLength() != 1)
            throw new InvalidOperationException("The benchmark's patient must have exactly one card: " + Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private static void Row(string name, Pace pace, MeasuredStore? store, Measurement measured, IReadOnlyList<string> marks)
        => Console.WriteLine(Text($"| {name}, {pace.Connections} connections | {store?.Name ?? "–"} | {measured.Load.PerSecond:0} | {measured.Load.Milliseconds(0.5):0.00} | {measured.Load.Milliseconds(0.95):0.00} | {measured.Load.Milliseconds(0.99):0.00} | {measured.CpuMilliseconds:0.000} | {measured.OthersCores:0.00} | {string.Join("; ", marks)} |"));
}

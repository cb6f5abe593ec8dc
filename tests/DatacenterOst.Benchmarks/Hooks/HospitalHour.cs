using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;
using Mark = DatacenterOst.Benchmarks.FhirApi.Mark;

namespace DatacenterOst.Benchmarks.Hooks;

/// <summary>
/// An hour of a large hospital in ten minutes: 60,000 hook calls over 10,000 patients, answered from the store, while 600,000 results come
/// in as transactions of 100. Calls leave by the clock and not when the last one is answered, so that a slow moment is seen as one: a
/// latency is counted from when the call was due. By <c>hour MINUTES</c> a part of it.
/// </summary>
public static class HospitalHour
{
    private const int Patients = 10_000;
    private const int CallsPerSecond = 100;
    private const int BundlesPerSecond = 10;
    private const int Entries = 100;
    private const int HookLanes = 32;
    private const int BundleLanes = 4;
    private const int Whole = 10;

    public static async Task Run(string[] arguments, CancellationToken cancellationToken)
    {
        var minutes = arguments is [var number, ..] ? int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : Whole;
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = await Cluster.Start(cancellationToken);
        try
        {
            var store = cluster is null ? MeasuredStore.Sqlite(Path.Combine(folder, "store")) : await MeasuredStore.PostgreSql(cluster);
            var chart = new Chart(TimeProvider.System.GetUtcNow());
            var file = Path.Combine(folder, "patients.ndjson");
            await File.WriteAllTextAsync(file, chart.Ndjson(Patients), cancellationToken);
            Console.WriteLine(Text($"{Patients:N0} patients with {Chart.Results} results each are ingested first."));
            await Product.Run(store.Environment, ["ingest", "fhir", file, "--json"], cancellationToken);
            await using var server = await ServerProcess.Start(Product.Dost, ["serve"], store.Environment, cancellationToken);
            await Drive(server, store, minutes, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Drive(ServerProcess server, MeasuredStore store, int minutes, CancellationToken cancellationToken)
    {
        Console.WriteLine("| minute | hook calls | with a card | errors | p50 ms | p95 ms | p99 ms | most ms | results | errors | p99 of a bundle, ms | memory MB | CPU-ms a second |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        var counted = new ProcessTrees([server.Id, .. store.Processes]);
        var calls = new FreshCalls(server.Address, Patients, _ => null, Opened.ByManyUsers);
        var bundles = new ResultBundles(server.Address, Patients, Entries);
        var firstMemory = 0d;
        var (all, errors) = (new List<double>(), 0);
        for (var minute = 1; minute <= minutes; minute++)
        {
            var cpu = counted.CpuMilliseconds();
            var hooks = Steady(server, CallsPerSecond, HookLanes, at => calls[(int)((at * 7919L) % Patients)], HasCard, cancellationToken);
            var results = Steady(server, BundlesPerSecond, BundleLanes, _ => bundles.Next(), _ => true, cancellationToken);
            var (asked, sent) = (await hooks, await results);
            cpu = counted.CpuMilliseconds() - cpu;
            var memory = ProcessTrees.Memory(server.Id).Now;
            if (minute == 1) firstMemory = memory;
            all.AddRange(asked.Milliseconds);
            errors += asked.Errors + sent.Errors;
            Console.WriteLine(Text($"| {minute} | {asked.Milliseconds.Count} | {asked.Good} | {asked.Errors} | {asked.At(0.5):0.0} | {asked.At(0.95):0.0} | {asked.At(0.99):0.0} | {asked.At(1):0.0} | {sent.Good * Entries} | {sent.Errors} | {sent.At(0.99):0} | {memory:0} | {cpu / 60:0} |"));
        }

        var last = ProcessTrees.Memory(server.Id);
        var whole = new Minute(all, 0, errors);
        Console.WriteLine(Text($"On {store.Name}: {all.Count:N0} calls, {errors} errors, p99 {whole.At(0.99):0.0} ms ({Mark.AtMost(100, whole.At(0.99), "ms")}); memory {firstMemory:0} MB after the first minute, {last.Now:0} MB at the end, {last.Peak:0} MB at most."));
    }

    /// <summary>One minute of requests that leave by the clock over some lanes.</summary>
    private static async Task<Minute> Steady(
        ServerProcess server, int perSecond, int lanes, Func<int, byte[]> request, Func<ReadOnlyMemory<byte>, bool> isGood, CancellationToken cancellationToken)
    {
        var count = perSecond * 60;
        var next = -1;
        var clock = Stopwatch.StartNew();
        var parts = await Task.WhenAll(Enumerable.Range(0, lanes).Select(async _ =>
        {
            var part = new Minute([], 0, 0);
            using var lane = await Lane.Open(server.Address, cancellationToken);
            for (var at = Interlocked.Increment(ref next); at < count; at = Interlocked.Increment(ref next))
            {
                var due = TimeSpan.FromSeconds(at / (double)perSecond);
                if (due - clock.Elapsed is { Ticks: > 0 } early) await Task.Delay(early, cancellationToken);
                var answer = await lane.Send(request(at), cancellationToken);
                part.Milliseconds.Add((clock.Elapsed - due).TotalMilliseconds);
                part = answer.Status == 200 ? part with { Good = part.Good + (isGood(answer.Body) ? 1 : 0) } : part with { Errors = part.Errors + 1 };
                if (answer.Status != 200 && part.Errors < 3) await Console.Error.WriteLineAsync(Text($"{answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}"));
            }

            return part;
        }));
        return new Minute([.. parts.SelectMany(part => part.Milliseconds)], parts.Sum(part => part.Good), parts.Sum(part => part.Errors));
    }

    private static bool HasCard(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("cards").GetArrayLength() > 0;
    }

    private sealed record Minute(List<double> Milliseconds, int Good, int Errors)
    {
        public double At(double quantile)
        {
            var ordered = Milliseconds.Order().ToList();
            return ordered[(int)Math.Min(ordered.Count - 1, quantile * ordered.Count)];
        }
    }
}

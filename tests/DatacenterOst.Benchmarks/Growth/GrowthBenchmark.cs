using System.Globalization;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Growth;

/// <summary>
/// The same searches while the store grows from ten thousand to five million Observations, made from PhysioNet 2012 set a (ODC-By 1.0).
/// Who searches for a patient must not notice how many others there are.
/// </summary>
public static class GrowthBenchmark
{
    private const double MostGrowth = 1.5;
    private const double MostMegabytes = 500;
    private static readonly long[] Sizes = [10_000, 100_000, 1_000_000, 5_000_000];

    /// <param name="arguments"><c>[MAX] [--store sqlite]</c>: sizes above MAX are left out, MAX itself is the last.</param>
    public static async Task Run(string[] arguments, CancellationToken cancellationToken)
    {
        var isSqlite = arguments is [.., "--store", "sqlite"];
        var most = arguments is [var max, ..] && long.TryParse(max, CultureInfo.InvariantCulture, out var given) ? given : Sizes[^1];
        var sizes = Sizes.Where(size => size < most).Append(Math.Min(most, Sizes[^1])).ToList();
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = isSqlite ? null : await Cluster.Start(cancellationToken);
        try
        {
            if (!isSqlite && cluster is null)
                Console.Error.WriteLine("No PostgreSQL is installed: growth is measured on SQLite.");
            async Task<MeasuredStore> NewStore(string name)
                => cluster is null ? MeasuredStore.Sqlite(Path.Combine(folder, name)) : await MeasuredStore.PostgreSql(cluster);
            var store = await NewStore("store");
            var data = await Product.Data("icu2012-set-a", Path.Combine(folder, "icu"), cancellationToken);
            var small = await Small(await NewStore("small"), data, sizes[0], cancellationToken);
            using var stays = new IcuStays(data);
            var searches = GrowthSearches.All(TimeProvider.System.GetUtcNow());
            var steps = new List<GrowthStep>();
            foreach (var size in sizes)
                steps.Add(await GrowthStep.Measure(store, stays, (size, Path.Combine(folder, "step.ndjson")), small, searches, cancellationToken));
            Print(store, steps, searches);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A store of the first size, which does not grow.</summary>
    private static async Task<(MeasuredStore Store, IReadOnlyList<GrowthPatient> Patients)> Small(MeasuredStore store, string data, long size, CancellationToken cancellationToken)
    {
        using var stays = new IcuStays(data);
        var file = Path.Combine(data, "small.ndjson");
        await stays.WriteUntil(size, file, cancellationToken);
        await GrownStore.Ingest(store, file, cancellationToken);
        await store.BytesOnDisk(cancellationToken);
        return (store, stays.Patients);
    }

    private static void Print(MeasuredStore store, List<GrowthStep> steps, IReadOnlyList<GrowthSearch> searches)
    {
        Console.WriteLine(Text($"| p50 in ms (p95; CPU), one connection, {store.Name} | {string.Join(" | ", steps.Select(step => Text($"{step.Observations:N0}")))} | {steps[0].Observations:N0} beside the largest | p50, largest ÷ that | CPU, the same | any patient of the largest | ÷ that | mark |"));
        Console.WriteLine("|---|" + string.Concat(steps.Select(_ => "---:|")) + "---:|---:|---:|---:|---:|---|");
        foreach (var search in searches)
            PrintSearch(search, [.. steps.Select(step => step.Searches[search.Name])]);
        void Row(string name, Func<GrowthStep, FormattableString> value, string mark = "")
            => Console.WriteLine($"| {name} | {string.Join(" | ", steps.Select(step => Text(value(step))))} | | | | | | {mark} |");
        var memory = steps.Max(step => step.ServerMegabytes);
        Row("memory of the server, MB at most", step => $"{step.ServerMegabytes:0}", FhirApi.Mark.AtMost(MostMegabytes, memory, "MB"));
        Row("ingest to this size, lines/s", step => $"{step.PerSecond:0}", FhirApi.Mark.AtLeast(10_000, steps[^1].PerSecond, "/s"));
        Row("ingest, s", step => $"{step.Seconds:0.0}");
        Row("ingest, rejected", step => $"{step.Rejected}");
        Row("ingest, MB at most", step => $"{step.IngestMegabytes:0}");
        Row("bytes on disk for an Observation", step => $"{step.BytesEach:0}", FhirApi.Mark.AtMost(1500, steps[^1].BytesEach, "B"));
    }

    private static void PrintSearch(GrowthSearch search, IReadOnlyList<GrowthTimes> times)
    {
        var (largest, small, any) = times[^1];
        var ratio = largest.Median / small.Median;
        var mark = search.Scope != Scope.OnePatient ? "–" : times.All(time => time.AreAnswered) ? FhirApi.Mark.AtMost(MostGrowth, ratio, "×") : "NOT held: not answered";
        var name = search.Scope == Scope.OnePatient ? "a patient: " + search.Name : search.Name;
        Console.WriteLine(Text($"| {name} | {string.Join(" | ", times.Select(time => time.Same))} | {small} | {ratio:0.00} × | {largest.Cpu / small.Cpu:0.00} × | {any} | {any.Median / small.Median:0.00} × | {mark} |"));
    }
}

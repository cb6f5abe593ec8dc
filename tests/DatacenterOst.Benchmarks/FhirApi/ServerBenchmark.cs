using System.Globalization;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.FhirApi;

/// <summary>
/// <c>dost serve</c> in a process of its own, on PostgreSQL and on SQLite, with the load that the peers were measured with: read by id, the
/// usual search, single creates, transactions, room on disk; beside a bare Kestrel endpoint in the same run. Then NDJSON beside a raw
/// COPY of the same bodies, and what a create costs at first and later.
/// </summary>
public static class ServerBenchmark
{
    private const int Prepared = 4096;

    public static async Task Run(string[] arguments, CancellationToken cancellationToken)
    {
        var scale = new ServerScale(arguments is [var size, ..] ? int.Parse(size, CultureInfo.InvariantCulture) : ServerScale.Full);
        if (scale.Patients < 1)
            throw new ArgumentException(Text($"At least {Population.ObservationsOfPatient} Observations, those of one patient, are needed."), nameof(arguments));
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = await Cluster.Start(cancellationToken);
        try
        {
            var stores = new List<MeasuredStore>();
            if (cluster is not null)
                stores.Add(await MeasuredStore.PostgreSql(cluster));
            stores.Add(MeasuredStore.Sqlite(Path.Combine(folder, "served")));
            Console.WriteLine(Text($"{scale.Observations:N0} Observations of {scale.Patients:N0} patients; {scale.Pace.Connections} connections, median of {scale.Pace.Runs} runs of {scale.Pace.Time.TotalSeconds:0} s; CPU time is that of the server and of all processes of PostgreSQL."));
            Console.WriteLine("| FHIR server | store | per second | p50 ms | p95 ms | p99 ms | CPU-ms each | others' cores | mark |");
            Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---|");
            var loaded = new List<(MeasuredStore, Loaded)>();
            foreach (var store in stores)
                loaded.Add((store, await MeasureStore(store, scale, folder, cancellationToken)));
            Console.WriteLine();
            await IngestRows.Run(scale, folder, cluster, cancellationToken);
            Console.WriteLine();
            await CreateLatency.Run(loaded, scale, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Loaded> MeasureStore(MeasuredStore store, ServerScale scale, string folder, CancellationToken cancellationToken)
    {
        var population = new Population();
        var random = new Random(42);
        await using var server = await ServerProcess.Start(Product.Dost, ["serve"], store.Environment, cancellationToken);
        var counted = new ProcessTrees([server.Id, .. store.Processes]);
        var loaded = await LoadedServer.Load(server, population, scale, counted, cancellationToken);
        Console.WriteLine(Text($"| transactions of 100, resources (2 connections) | {store.Name} | {loaded.PerSecond:0} | {loaded.BundleMilliseconds:0.0} a bundle | | | {loaded.CpuMilliseconds:0.000} | | {Mark.AtLeast(3000, loaded.PerSecond, "/s")} |"));
        var bytes = (double)await store.BytesOnDisk(cancellationToken) / loaded.Observations.Count;
        Console.WriteLine(Text($"| bytes on disk for an Observation | {store.Name} | {bytes:0} B | | | | | | {Mark.AtMost(1500, bytes, "B")} |"));

        string Patient() => loaded.Patients[random.Next(loaded.Patients.Count)];
        var codes = Population.LoincCodes.ToArray();
        byte[][] Requests(Func<byte[]> one) => [.. Enumerable.Range(0, Prepared).Select(_ => one())];
        Task<Measurement> Measure(byte[][] requests) => Measurement.Of(server.Address, requests, counted, scale.Pace, cancellationToken);

        var reads = Requests(() => Http11.Get(server.Address, "/fhir/Observation/" + loaded.Observations[random.Next(loaded.Observations.Count)]));
        var read = await Measure(reads);
        Row("read by id", store, read, Mark.AtLeast(12_000, read.Load.PerSecond, "/s"), Mark.AtMost(0.12, read.CpuMilliseconds, "CPU-ms"));
        var bareRead = await Bare("read", reads[0], server, folder, scale, cancellationToken);
        Console.WriteLine(Text($"| read beside bare Kestrel | {store.Name} | {read.Load.PerSecond / bareRead.Load.PerSecond:0.00} of it | | | | {read.CpuMilliseconds / bareRead.CpuMilliseconds:0.0} × | | {Mark.AtLeast(0.2, read.Load.PerSecond / bareRead.Load.PerSecond, "of bare Kestrel")} |"));

        var searches = Requests(() => Http11.Get(server.Address, $"/fhir/Observation?patient={Patient()}&code=http://loinc.org%7C{codes[random.Next(codes.Length)]}&_sort=-date&_count=10"));
        var search = await Measure(searches);
        Row("search patient, code, _sort=-date, _count=10", store, search, Mark.AtLeast(3000, search.Load.PerSecond, "/s"), Mark.AtMost(0.45, search.CpuMilliseconds, "CPU-ms"));
        await Bare("search", searches[0], server, folder, scale, cancellationToken);

        var create = await Measure(Requests(() => Http11.Post(server.Address, "/fhir/Observation", population.Another(Patient()))));
        Row("create, one durable commit each", store, create, Mark.AtLeast(2000, create.Load.PerSecond, "/s"), Mark.AtMost(0.7, create.CpuMilliseconds, "CPU-ms"));
        var memory = ProcessTrees.Memory(server.Id);
        Console.WriteLine(Text($"| memory of the server, MB, now and at most | {store.Name} | {memory.Now:0}, {memory.Peak:0} | | | | | | {Mark.AtMost(500, memory.Peak, "MB")} |"));
        return loaded;
    }

    /// <summary>The same answer from Kestrel alone, by the same generator, right after it was measured from the product.</summary>
    private static async Task<Measurement> Bare(
        string what, byte[] request, ServerProcess product, string folder, ServerScale scale, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "answer.json");
        using (var lane = await Lane.Open(product.Address, cancellationToken))
            await File.WriteAllBytesAsync(file, (await lane.Send(request, cancellationToken)).Body, cancellationToken);
        await using var bare = await ServerProcess.Start(typeof(ServerBenchmark).Assembly.Location, ["bare", file], new Dictionary<string, string>(), cancellationToken);
        var measured = await Measurement.Of(bare.Address, [request], new ProcessTrees(bare.Id), scale.Pace, cancellationToken);
        Row(Text($"bare Kestrel, the same {new FileInfo(file).Length} bytes of the {what}"), null, measured);
        return measured;
    }

    private static void Row(string name, MeasuredStore? store, Measurement measured, params string[] marks)
        => Console.WriteLine(Text($"| {name} | {store?.Name ?? "–"} | {measured.Load.PerSecond:0} | {measured.Load.Milliseconds(0.5):0.00} | {measured.Load.Milliseconds(0.95):0.00} | {measured.Load.Milliseconds(0.99):0.00} | {measured.CpuMilliseconds:0.000} | {measured.OthersCores:0.00} | {string.Join("; ", marks)} |"));
}

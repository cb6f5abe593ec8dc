using System.Diagnostics;
using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Benchmarks.Load;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Server;
using DatacenterOst.Store;
using static DatacenterOst.Benchmarks.Fhir.Table;
using Mark = DatacenterOst.Benchmarks.FhirApi.Mark;

namespace DatacenterOst.Benchmarks.Features;

/// <summary>
/// Features from the store: what one request costs for a patient with 5,000 facts, and how many rows a second a batch makes of the stays of
/// PhysioNet 2012 set a, each at 25 times. The features are the 266 of <c>icu-mortality</c>; the mark is for 100.
/// </summary>
public static class FeatureBenchmark
{
    private const int Facts = 5_000;
    private const int Requests = 300;
    private const int Times = 25;
    private const int UsualStays = 400;

    public static async Task Run(string[] arguments, CancellationToken cancellationToken)
    {
        var stays = arguments is [var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : UsualStays;
        var folder = Directory.CreateTempSubdirectory("dost-bench-").FullName;
        await using var cluster = await Cluster.Start(cancellationToken);
        try
        {
            Console.WriteLine("| features | store | each | at most | per second | CPU-ms each | mark |");
            Console.WriteLine("|---|---|---:|---:|---:|---:|---|");
            var stores = new List<MeasuredStore>();
            if (cluster is not null) stores.Add(await MeasuredStore.PostgreSql(cluster));
            stores.Add(MeasuredStore.Sqlite(Path.Combine(folder, "store")));
            foreach (var store in stores)
            {
                var (file, written) = await StayTable.Write(stays, Facts, folder, cancellationToken);
                await Product.Run(store.Environment, ["ingest", "icu2012", file, "--json"], cancellationToken);
                await using var centre = await DataCentre.Open(SettingsOf(store), TimeProvider.System, cancellationToken);
                var package = centre.Models.Find(new ModelId("icu-mortality")) ?? throw new InvalidOperationException("icu-mortality is not there.");
                await OneRequest(centre, package, store, cancellationToken);
                await Batch(centre, package, store, written, cancellationToken);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OneRequest(DataCentre centre, ModelPackage package, MeasuredStore store, CancellationToken cancellationToken)
    {
        // After what PostgreSQL's own housekeeping does sooner or later.
        await store.BytesOnDisk(cancellationToken);
        var patient = await Patient(centre, StayTable.Busy, cancellationToken);
        var asOf = StayTable.Admitted.AddHours(48);
        var (query, known) = (package.Needs.Query(asOf), AsOf.KnownBy(asOf));
        var person = await centre.Patients.Get(patient, Caller.Product, cancellationToken);
        await Row("one request, the chart not packed", async () =>
            new History(patient, person.Demographics, await centre.Timeline.Read(patient, query, known, Caller.Product, cancellationToken)));

        await centre.Timeline.Chart(patient, query, known, Caller.Product, cancellationToken);
        await centre.Store.Packed(cancellationToken);
        await Row("one request", async () =>
        {
            var chart = await centre.Timeline.Chart(patient, query, known, Caller.Product, cancellationToken);
            return new History(patient, chart.Demographics, chart.Facts);
        });

        async Task Row(string name, Func<Task<History>> read)
        {
            var (median, most, facts) = await Time(read, history => package.Features.Evaluate(history, asOf));
            Console.WriteLine(Text($"| {name}: {facts} facts read, {package.Features.Definitions.Count} features | {store.Name} | {median:0.00} ms | {most:0.00} ms | | | {Mark.AtMost(5, median, "ms")} |"));
        }
    }

    // The first third of the requests, which the runtime compiles its code for, are left out.
    private static async Task<(double Median, double Most, int Facts)> Time(Func<Task<History>> read, Func<History, FeatureVector> evaluate)
    {
        var taken = new List<double>();
        var facts = 0;
        for (var request = 0; request < Requests; request++)
        {
            var began = Stopwatch.GetTimestamp();
            var history = await read();
            evaluate(history);
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            facts = history.Facts.Count;
        }

        taken = [.. taken.Skip(Requests / 3).Order()];
        return (taken[taken.Count / 2], taken[^1], facts);
    }

    private static async Task Batch(DataCentre centre, ModelPackage package, MeasuredStore store, IReadOnlyList<string> stays, CancellationToken cancellationToken)
    {
        var patients = new List<PatientId>();
        foreach (var stay in stays) patients.Add(await Patient(centre, stay, cancellationToken));
        var end = StayTable.Admitted.AddHours(48);
        var rows = 0;
        var cpu = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(patients, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken }, async (patient, stop) =>
        {
            var record = await centre.Patients.Get(patient, Caller.Product, stop);
            var facts = await centre.Timeline.ReadUnresolved(patient, package.Needs.Query(end), AsOf.KnownBy(end), Caller.Product, stop);
            var prepared = package.Features.Prepare(record.Demographics, facts);
            for (var time = 0; time < Times; time++) prepared.Evaluate(StayTable.Admitted.AddHours(48.0 * time / (Times - 1)));
            Interlocked.Add(ref rows, Times);
        });
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
        Console.WriteLine(Text($"| batch: {rows:N0} rows of {patients.Count:N0} stays, {package.Features.Definitions.Count} features, two threads | {store.Name} | | | {rows / seconds:N0} | {used / rows:0.000} | {Mark.AtLeast(2_000, rows / seconds, "/s")} |"));
    }

    private static async Task<PatientId> Patient(DataCentre centre, string stay, CancellationToken cancellationToken)
        => await centre.Patients.Find(new Identifier(StayTable.System, stay), Caller.Product, cancellationToken)
            ?? throw new InvalidOperationException("A stay was not ingested.");

    private static Settings SettingsOf(MeasuredStore store) => new()
    {
        Provider = store.ConnectionString is null ? "Sqlite" : "PostgreSql",
        ConnectionString = store.ConnectionString,
        Data = store.Environment.GetValueOrDefault("Data") ?? new Settings().Data,
    };
}

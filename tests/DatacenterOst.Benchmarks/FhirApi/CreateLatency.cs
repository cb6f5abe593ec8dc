using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.FhirApi;

/// <summary>
/// What a single create costs when the server has just started, once it is warm, and after many more: a write rate must not decay with
/// what is stored. One connection, except for the many in between.
/// </summary>
public static class CreateLatency
{
    private const int Sample = 500;

    public static async Task Run(IReadOnlyList<(MeasuredStore Store, Loaded Loaded)> stores, ServerScale scale, CancellationToken cancellationToken)
    {
        Console.WriteLine(Text($"| create, one connection | store | the first after start, ms | p50 of the next {Sample} | the {Sample} after those | creates in between | per second in between | p50 of the last {Sample} | last ÷ the {Sample} when warm |"));
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (store, loaded) in stores)
            await Measure(store, loaded, scale, cancellationToken);
    }

    private static async Task Measure(MeasuredStore store, Loaded loaded, ServerScale scale, CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.Start(Product.Dost, ["serve"], store.Environment, cancellationToken);
        var population = new Population();
        var random = new Random(42);
        var creates = Enumerable.Range(0, 4096)
            .Select(_ => Http11.Post(server.Address, "/fhir/Observation", population.Another(loaded.Patients[random.Next(loaded.Patients.Count)]))).ToList();
        Task<LoadResult> Send(int connections, int count) => LoadGenerator.RunCount(server.Address, creates, connections, count, cancellationToken);

        var first = (await Send(1, 1)).Milliseconds(0.5);
        var next = (await Send(1, Sample)).Milliseconds(0.5);
        var warm = (await Send(1, Sample)).Milliseconds(0.5);
        var many = await Send(scale.Pace.Connections, scale.Creates);
        var last = (await Send(1, Sample)).Milliseconds(0.5);
        Console.WriteLine(Text($"| Observation | {store.Name} | {first:0.0} | {next:0.00} | {warm:0.00} | {many.Latencies.Length} | {many.PerSecond:0} | {last:0.00} | {last / warm:0.00} × |"));
    }
}

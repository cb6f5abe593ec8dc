using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.FhirApi;

/// <summary>What was loaded: the ids that the server gave, and how fast it took them.</summary>
public sealed record Loaded(IReadOnlyList<string> Patients, IReadOnlyList<string> Observations, double PerSecond, double BundleMilliseconds, double CpuMilliseconds);

/// <summary>Loads a new server as the peers were loaded: patients one by one, Observations in transactions of 100 over two connections.</summary>
public static class LoadedServer
{
    private const int Entries = 100;
    private const int Connections = 2;

    public static async Task<Loaded> Load(ServerProcess server, Population population, ServerScale scale, ProcessTrees counted, CancellationToken cancellationToken)
    {
        var patients = await Patients(server, scale.Patients, cancellationToken);
        var bundles = Population.Transactions(patients.SelectMany(patient => population.Observations(patient, null)), Entries)
            .Select(bundle => Http11.Post(server.Address, "/fhir", bundle)).ToList();
        var answers = new byte[bundles.Count][];
        var latencies = new double[bundles.Count];
        var next = -1;
        var cpu = counted.CpuMilliseconds();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            using var lane = await Lane.Open(server.Address, cancellationToken);
            for (var bundle = Interlocked.Increment(ref next); bundle < bundles.Count; bundle = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                var answer = await lane.Send(bundles[bundle], cancellationToken);
                latencies[bundle] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
                answers[bundle] = Body(answer);
            }
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        cpu = counted.CpuMilliseconds() - cpu;
        var observations = answers.SelectMany(answer => Population.CreatedBy(answer)).ToList();
        return new Loaded(patients, observations, observations.Count / seconds, Fhir.Rounds.Median(latencies), cpu / observations.Count);
    }

    private static async Task<IReadOnlyList<string>> Patients(ServerProcess server, int count, CancellationToken cancellationToken)
    {
        using var lane = await Lane.Open(server.Address, cancellationToken);
        var ids = new List<string>();
        for (var number = 0; number < count; number++)
        {
            var answer = await lane.Send(Http11.Post(server.Address, "/fhir/Patient", Population.Patient(number, null)), cancellationToken);
            using var patient = JsonDocument.Parse(Body(answer));
            ids.Add(patient.RootElement.GetProperty("id").GetString()!);
        }

        return ids;
    }

    private static byte[] Body(LaneAnswer answer)
        => answer.Status is 200 or 201
            ? answer.Body.ToArray()
            : throw new InvalidOperationException(Text($"Answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}"));
}

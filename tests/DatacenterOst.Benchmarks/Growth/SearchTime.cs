using System.Diagnostics;
using System.Text;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Growth;

/// <summary>How long a search took over one connection, in milliseconds.</summary>
/// <param name="Slow">The 95th percentile.</param>
/// <param name="Cpu">CPU time of the server and of PostgreSQL together for one search.</param>
/// <param name="Found">Of the answers, the share that held a resource: a search that finds nothing is easily fast.</param>
/// <param name="Status">The last status; anything but 200 means that it was given up.</param>
public sealed record SearchTime(double Median, double Slow, double Cpu, double Found, int Status)
{
    // More than the calls after which .NET compiles a method anew.
    private const int WarmUp = 150;
    private const int Most = 400;

    // A search that looks through everything may take seconds: fewer of it will do.
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(5);
    // What is used much is compiled a second time, by how it was used, and slower until then.
    private static readonly TimeSpan UntilCompiled = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public bool IsAnswered => Status == 200;

    public static async Task<SearchTime> Of(
        GrowthSearch search, ServerProcess server, MeasuredStore store, IReadOnlyList<GrowthPatient> patients, CancellationToken cancellationToken)
    {
        var random = new Random(42);
        var requests = Enumerable.Range(0, WarmUp + Most)
            .Select(_ => Http11.Get(server.Address, "/fhir/" + search.Path(patients[random.Next(patients.Count)]))).ToList();
        var counted = new ProcessTrees([server.Id, .. store.Processes]);
        using var lane = await Lane.Open(server.Address, cancellationToken);
        var (warm, status) = await Send(lane, requests[..WarmUp], LongestWarmUp, cancellationToken);
        var cpu = counted.CpuMilliseconds();
        var times = warm;
        if (status == 200)
            (times, status) = await Send(lane, requests[WarmUp..], Longest, cancellationToken);
        cpu = counted.CpuMilliseconds() - cpu;
        if (status != 200)
            return new SearchTime(double.NaN, double.NaN, double.NaN, 0, status);
        times.Sort();
        return new SearchTime(
            times[times.Count / 2].Milliseconds,
            times[(int)(times.Count * 0.95)].Milliseconds,
            cpu / times.Count,
            times.Average(time => time.Found),
            status);
    }

    /// <summary>Asks about patients that are not those which are measured, so that a new process has compiled what all searches need.</summary>
    public static async Task Warm(IReadOnlyList<GrowthSearch> searches, ServerProcess server, IReadOnlyList<GrowthPatient> patients, CancellationToken cancellationToken)
    {
        var random = new Random(7);
        using var lane = await Lane.Open(server.Address, cancellationToken);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < UntilCompiled)
            foreach (var search in searches)
                await Send(lane, [.. Enumerable.Range(0, WarmUp).Select(_ => Http11.Get(server.Address, "/fhir/" + search.Path(patients[random.Next(patients.Count)])))], LongestWarmUp, cancellationToken);
    }

    public override string ToString() => IsAnswered ? Text($"{Median:0.00} ({Slow:0.00}; {Cpu:0.00})") : Text($"status {Status}");

    /// <summary>At least one, then as many as there is time for; ends at the first that is not answered well.</summary>
    private static async Task<(List<(double Milliseconds, int Found)> Times, int Status)> Send(
        Lane lane, IReadOnlyList<byte[]> requests, TimeSpan longest, CancellationToken cancellationToken)
    {
        var times = new List<(double Milliseconds, int Found)>();
        var clock = Stopwatch.StartNew();
        foreach (var request in requests)
        {
            var sent = Stopwatch.GetTimestamp();
            var answer = await lane.Send(request, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            if (answer.Status != 200)
            {
                Console.Error.WriteLine(Text($"  answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}"));
                return (times, answer.Status);
            }

            times.Add((elapsed, answer.Body.Span.IndexOf("\"id\":\"icu"u8) >= 0 ? 1 : 0));
            if (clock.Elapsed > longest)
                break;
        }

        return (times, 200);
    }
}

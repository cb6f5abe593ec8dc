using System.Diagnostics;
using System.Text;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Growth;

/// <summary>One search about many patients over one connection, and what it took.</summary>
public sealed class Asking : IDisposable
{
    // More than the calls after which .NET compiles a method anew.
    private const int Warming = 150;
    private const int Most = 400;

    // A search that looks through everything may take seconds: fewer of it will do.
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(5);
    // What is used much is compiled a second time, by how it was used, and slower until then.
    private static readonly TimeSpan UntilCompiled = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly Lane lane;
    private readonly IReadOnlyList<byte[]> requests;
    private readonly ProcessTrees counted;
    private readonly List<(double Milliseconds, int Found)> times = [];
    private int next = Warming;
    private double cpu;
    private int status = 200;

    private Asking(Lane lane, IReadOnlyList<byte[]> requests, GrownStore store)
        => (this.lane, this.requests, counted) = (lane, requests, new ProcessTrees([store.Server.Id, .. store.Store.Processes]));

    public static async Task<Asking> Begin(GrowthSearch search, GrownStore store, CancellationToken cancellationToken)
        => new(await Lane.Open(store.Server.Address, cancellationToken), Requests(search, store, new Random(42), Warming + Most), store);

    /// <summary>Asks about patients that are not those which are measured, so that a new process has compiled what all searches need.</summary>
    public static async Task WarmAll(IReadOnlyList<GrowthSearch> searches, GrownStore store, CancellationToken cancellationToken)
    {
        var random = new Random(7);
        using var lane = await Lane.Open(store.Server.Address, cancellationToken);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < UntilCompiled)
            foreach (var search in searches)
                await Send(lane, Requests(search, store, random, Warming), [], LongestWarmUp, cancellationToken);
    }

    public async Task WarmUp(CancellationToken cancellationToken)
        => status = await Send(lane, requests.Take(Warming), [], LongestWarmUp, cancellationToken);

    /// <summary>Sends the next of the requests: one share of them, if it does not take longer than its share of the time.</summary>
    /// <param name="shares">How many there are.</param>
    public async Task Ask(int shares, CancellationToken cancellationToken)
    {
        if (status != 200) return;
        var before = counted.CpuMilliseconds();
        status = await Send(lane, requests.Skip(next).Take(Most / shares), times, Longest / shares, cancellationToken);
        cpu += counted.CpuMilliseconds() - before;
        next += Most / shares;
    }

    public SearchTime Time()
    {
        if (status != 200) return new SearchTime(double.NaN, double.NaN, double.NaN, 0, status);
        times.Sort();
        return new SearchTime(
            times[times.Count / 2].Milliseconds, times[(int)(times.Count * 0.95)].Milliseconds, cpu / times.Count, times.Average(time => time.Found), status);
    }

    public void Dispose() => lane.Dispose();

    private static List<byte[]> Requests(GrowthSearch search, GrownStore store, Random random, int count)
        => [.. Enumerable.Range(0, count).Select(_ => Http11.Get(store.Server.Address, "/fhir/" + search.Path(store.Patients[random.Next(store.Patients.Count)])))];

    /// <summary>At least one, then as many as there is time for; ends at the first that is not answered well.</summary>
    /// <param name="times">Takes what each took.</param>
    /// <returns>The last status.</returns>
    private static async Task<int> Send(
        Lane lane, IEnumerable<byte[]> requests, List<(double Milliseconds, int Found)> times, TimeSpan longest, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        foreach (var request in requests)
        {
            var sent = Stopwatch.GetTimestamp();
            var answer = await lane.Send(request, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            if (answer.Status != 200)
            {
                Console.Error.WriteLine(Text($"  answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}"));
                return answer.Status;
            }

            times.Add((elapsed, answer.Body.Span.IndexOf("\"id\":\"icu"u8) >= 0 ? 1 : 0));
            if (clock.Elapsed > longest)
                break;
        }

        return 200;
    }
}

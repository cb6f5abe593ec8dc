using System.Diagnostics;
using System.Net;
using System.Text;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>Sends prepared HTTP/1.1 requests over a fixed number of connections and times each answer.</summary>
public static class LoadGenerator
{
    /// <param name="requests">Complete requests, header and body; each connection starts at another place and goes round.</param>
    public static async Task<LoadResult> Run(
        IPEndPoint server, IReadOnlyList<byte[]> requests, int connections, TimeSpan time, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        return await Drive(server, requests, connections, _ => clock.Elapsed < time, cancellationToken);
    }

    /// <summary>The same by number of requests; the connections share it evenly.</summary>
    public static Task<LoadResult> RunCount(
        IPEndPoint server, IReadOnlyList<byte[]> requests, int connections, int count, CancellationToken cancellationToken)
        => Drive(server, requests, connections, done => done < (count + connections - 1) / connections, cancellationToken);

    private static async Task<LoadResult> Drive(
        IPEndPoint server, IReadOnlyList<byte[]> requests, int connections, Func<int, bool> goOn, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var lanes = Enumerable.Range(0, connections)
            .Select(lane => Go(server, requests, (int)((long)lane * requests.Count / connections), goOn, cancellationToken))
            .ToList();
        var latencies = (await Task.WhenAll(lanes)).SelectMany(lane => lane).Order().ToArray();
        return new LoadResult(latencies, clock.Elapsed);
    }

    private static async Task<List<long>> Go(
        IPEndPoint server, IReadOnlyList<byte[]> requests, int start, Func<int, bool> goOn, CancellationToken cancellationToken)
    {
        using var lane = await Lane.Open(server, cancellationToken);
        var latencies = new List<long>(1 << 16);
        for (var next = start; goOn(latencies.Count); next = (next + 1) % requests.Count)
        {
            var sent = Stopwatch.GetTimestamp();
            var answer = await lane.Send(requests[next], cancellationToken);
            latencies.Add(Stopwatch.GetTimestamp() - sent);
            if (answer.Status is < 200 or > 299)
                throw new InvalidOperationException(Fhir.Table.Text($"Answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}"));
        }

        return latencies;
    }
}

/// <summary>Latencies in ticks of <see cref="Stopwatch"/>, ascending.</summary>
public sealed record LoadResult(long[] Latencies, TimeSpan Elapsed)
{
    public double PerSecond => Latencies.Length / Elapsed.TotalSeconds;

    public double Milliseconds(double quantile)
        => Latencies[(int)Math.Min(Latencies.Length - 1, quantile * Latencies.Length)] * 1000.0 / Stopwatch.Frequency;
}

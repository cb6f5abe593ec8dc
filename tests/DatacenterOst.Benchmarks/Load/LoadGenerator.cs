using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>
/// Sends prepared HTTP/1.1 requests over a fixed number of connections and times each answer. Written on bare sockets so that
/// the generator, which shares the machine with the server, costs as little as it can.
/// </summary>
public static class LoadGenerator
{
    private const int LongestAnswer = 1 << 20;

    /// <param name="requests">Complete requests, header and body; each connection starts at another place and goes round.</param>
    public static async Task<LoadResult> Run(
        IPEndPoint server, IReadOnlyList<byte[]> requests, int connections, TimeSpan time, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var lanes = Enumerable.Range(0, connections)
            .Select(lane => Lane(server, requests, lane * requests.Count / connections, clock, time, cancellationToken))
            .ToList();
        var latencies = (await Task.WhenAll(lanes)).SelectMany(lane => lane).Order().ToArray();
        return new LoadResult(latencies, clock.Elapsed);
    }

    private static async Task<List<long>> Lane(
        IPEndPoint server, IReadOnlyList<byte[]> requests, int start, Stopwatch clock, TimeSpan time, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        var answer = new byte[LongestAnswer];
        var latencies = new List<long>(1 << 16);
        for (var next = start; clock.Elapsed < time; next = (next + 1) % requests.Count)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(requests[next], cancellationToken);
            await ReadAnswer(socket, answer, cancellationToken);
            latencies.Add(Stopwatch.GetTimestamp() - sent);
        }

        return latencies;
    }

    private static async Task ReadAnswer(Socket socket, byte[] answer, CancellationToken cancellationToken)
    {
        var read = 0;
        var complete = int.MaxValue;
        while (read < complete)
        {
            var count = await socket.ReceiveAsync(answer.AsMemory(read), cancellationToken);
            if (count == 0)
                throw new InvalidOperationException("The server closed the connection in the middle of an answer.");
            read += count;
            if (complete == int.MaxValue)
                complete = LengthOfAnswer(answer.AsSpan(0, read));
        }
    }

    private static int LengthOfAnswer(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return int.MaxValue;
        if (!answer.StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException("Not a 200: " + System.Text.Encoding.UTF8.GetString(answer));
        var header = answer.IndexOf("Content-Length: "u8);
        if (header < 0 || header > end || !Utf8Parser.TryParse(answer[(header + 16)..], out int length, out _))
            throw new InvalidOperationException("The answer has no Content-Length.");
        return end + 4 + length;
    }
}

/// <summary>Latencies in ticks of <see cref="Stopwatch"/>, ascending.</summary>
public sealed record LoadResult(long[] Latencies, TimeSpan Elapsed)
{
    public double PerSecond => Latencies.Length / Elapsed.TotalSeconds;

    public double Milliseconds(double quantile)
        => Latencies[(int)Math.Min(Latencies.Length - 1, quantile * Latencies.Length)] * 1000.0 / Stopwatch.Frequency;
}

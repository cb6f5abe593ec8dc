using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>What a server answered. The body is the lane's own memory: it holds until the lane sends again.</summary>
public readonly record struct LaneAnswer(int Status, ReadOnlyMemory<byte> Body);

/// <summary>
/// One keep-alive connection that sends prepared HTTP/1.1 requests. Written on bare sockets so that the generator, which shares the
/// machine with the server, costs as little as it can.
/// </summary>
public sealed class Lane : IDisposable
{
    // Far above a bundle of fifty resources; a longer answer is a mistake in the benchmark.
    private const int LongestAnswer = 64 << 20;

    private readonly Socket socket;
    private byte[] answer = new byte[1 << 18];

    private Lane(Socket socket) => this.socket = socket;

    public static async Task<Lane> Open(IPEndPoint server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        return new Lane(socket);
    }

    public async ValueTask<LaneAnswer> Send(byte[] request, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < request.Length;)
            sent += await socket.SendAsync(request.AsMemory(sent), cancellationToken);
        var read = 0;
        var header = default(Header);
        while (header.End == 0 || !IsWhole(header, read))
        {
            if (read == answer.Length)
                Grow();
            var count = await socket.ReceiveAsync(answer.AsMemory(read), cancellationToken);
            if (count == 0)
                throw new InvalidOperationException("The server closed the connection in the middle of an answer.");
            read += count;
            if (header.End == 0)
                header = Read(answer.AsSpan(0, read));
        }

        var body = header.Length is { } length ? answer.AsMemory(header.End, length) : Unchunked(answer.AsMemory(header.End, read - header.End));
        return new LaneAnswer(header.Status, body);
    }

    public void Dispose() => socket.Dispose();

    private void Grow()
    {
        if (answer.Length >= LongestAnswer)
            throw new InvalidOperationException("An answer is longer than any that the benchmark asks for.");
        Array.Resize(ref answer, answer.Length * 2);
    }

    // JSON as the servers write it holds no line break of this kind, so the last chunk is known by its bytes.
    private bool IsWhole(Header header, int read)
        => header.Length is { } length
            ? read >= header.End + length
            : answer.AsSpan(header.End, read - header.End).EndsWith("0\r\n\r\n"u8);

    private static Header Read(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return default;
        if (!answer.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(answer[9..], out int status, out _))
            throw new InvalidOperationException("Not an answer of HTTP/1.1: " + System.Text.Encoding.UTF8.GetString(answer));
        var header = answer[..end];
        var at = header.IndexOf("Content-Length: "u8);
        if (at >= 0 && Utf8Parser.TryParse(header[(at + 16)..], out int length, out _))
            return new Header(status, end + 4, length);
        if (header.IndexOf("Transfer-Encoding: chunked"u8) < 0)
            throw new InvalidOperationException("The answer has neither a Content-Length nor chunks.");
        return new Header(status, end + 4, null);
    }

    /// <summary>The chunks moved together where they lie.</summary>
    private static ReadOnlyMemory<byte> Unchunked(Memory<byte> chunks)
    {
        var length = 0;
        for (var at = 0; Utf8Parser.TryParse(chunks.Span[at..], out int size, out var digits, 'x') && size > 0;)
        {
            at += digits + 2;
            chunks.Span.Slice(at, size).CopyTo(chunks.Span[length..]);
            length += size;
            at += size + 2;
        }

        return chunks[..length];
    }

    private readonly record struct Header(int Status, int End, int? Length);
}

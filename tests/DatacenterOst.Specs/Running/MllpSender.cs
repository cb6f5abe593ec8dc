using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DatacenterOst.Specs.Running;

/// <summary>A laboratory system that sends over MLLP and waits for each answer; our own framing, so that the product's is tested by another.</summary>
public sealed class MllpSender : IDisposable
{
    private readonly TcpClient client;

    private MllpSender(TcpClient client) => this.client = client;

    /// <summary>Connects; tries for a while, since the door opens a moment after HTTP.</summary>
    public static async Task<MllpSender> Connect(int port, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var client = new TcpClient { NoDelay = true };
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new MllpSender(client);
            }
            catch (SocketException) when (attempt < 100)
            {
                client.Dispose();
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public Task<MllpReply?> Send(string message, CancellationToken cancellationToken) => Send(Encoding.UTF8.GetBytes(message), cancellationToken);

    /// <summary>The answer; null when the connection ended before there was one.</summary>
    public async Task<MllpReply?> Send(byte[] message, CancellationToken cancellationToken)
    {
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync((byte[])[0x0B, .. message, 0x1C, 0x0D], cancellationToken);
            var answer = new List<byte>();
            var buffer = new byte[4096];
            while (answer.Count < 2 || answer[^2] != 0x1C)
            {
                var read = await stream.ReadAsync(buffer, cancellationToken);
                if (read == 0)
                    return null;
                answer.AddRange(buffer.AsSpan(0, read));
            }

            return MllpReply.Parse(Encoding.Latin1.GetString([.. answer[1..^2]]));
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            return null;
        }
    }

    public void Dispose() => client.Dispose();
}

/// <param name="Code">AA, AE or AR.</param>
/// <param name="ControlId">MSA-2: which message it answers.</param>
public sealed record MllpReply(string Code, string ControlId, string Text)
{
    public static MllpReply Parse(string text)
    {
        var lines = text.Split('\r');
        var mark = lines[0][3];
        var answer = lines.Single(line => line.StartsWith("MSA", StringComparison.Ordinal)).Split(mark);
        return new MllpReply(answer[1], answer.Length > 2 ? answer[2] : "", text);
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DatacenterOst.Specs.Running;

/// <summary>HTTP as bytes, for what no well-behaved client would send.</summary>
public static class RawHttp
{
    /// <summary>Sends text and reads until the server closes, or until nothing has come for a while; returns what came.</summary>
    public static async Task<string> Send(int port, string request, CancellationToken cancellationToken)
    {
        using var client = await Connect(port, request, cancellationToken);
        return await ReadToEnd(client, TimeSpan.FromSeconds(5), cancellationToken);
    }

    public static async Task<TcpClient> Connect(int port, string beginning, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(beginning), cancellationToken);
        return client;
    }

    public static async Task<string> ReadToEnd(TcpClient client, TimeSpan most, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(most);
        var text = new StringBuilder();
        var buffer = new byte[8192];
        try
        {
            for (int read; (read = await client.GetStream().ReadAsync(buffer, patience.Token)) > 0;)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (Exception ended) when (ended is IOException or SocketException || (ended is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Reset, or kept open: what came is what counts.
        }

        return text.ToString();
    }
}

using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace DatacenterOst.Cards.Ehr;

/// <summary>
/// Connections to the FHIR servers of our clients. A server's address comes with a call, so each connection is held against what its
/// name turns out to be: never a link-local address (where clouds keep their credentials), and never this machine unless the name says so.
/// Hospitals' own servers have private addresses; those are reached because an operator has put the name on the client's list.
/// </summary>
public static class EhrConnections
{
    private const int MaxConnections = 64;

    private static readonly TimeSpan KeepIdle = TimeSpan.FromMinutes(1);

    /// <summary>No redirects, no cookies, no proxy credentials, no unpacking (a packed answer can be a thousand times its size).</summary>
    public static HttpClient Open() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = MaxConnections,
        PooledConnectionIdleTimeout = KeepIdle,
        MaxResponseHeadersLength = 64,   // KB
        MaxResponseDrainSize = 0,        // what is too long is cut off, not read to its end
        ConnectCallback = async (context, cancellationToken) => await Connect(context.DnsEndPoint, cancellationToken),
    })
    {
        // The time is each call's own.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async Task<Stream> Connect(DnsEndPoint server, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(server.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(server.Host, cancellationToken);
        var allowed = addresses.Where(address => IsAllowed(address, server.Host)).ToArray();
        if (allowed.Length == 0) throw new HttpRequestException("The server's name leads to an address that is not to be called.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, server.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a name may lead to this address.</summary>
    public static bool IsAllowed(IPAddress address, string host)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var said) && IPAddress.IsLoopback(said));
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any) && !address.ToString().StartsWith("fd00:ec2:", StringComparison.OrdinalIgnoreCase);
        var bytes = address.GetAddressBytes();
        var isLinkLocal = bytes[0] == 169 && bytes[1] == 254;
        return !isLinkLocal && bytes[0] != 0 && bytes[0] < 224 && !(bytes[0] == 100 && bytes[1] == 100 && bytes[2] == 100);
    }
}

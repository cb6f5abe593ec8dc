using System.Net;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// Fetches JWK Sets of registered addresses: over https, without following redirects, within a limit of bytes and of time. Plain
/// http is for key sets on this machine, outside production.
/// </summary>
public sealed class KeySetDownload(Reach reach, TimeProvider time) : IDisposable
{
    /// <summary>A set of fifty keys has a third of it.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>From the first byte sent to the last received; a hook waits for it.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        MaxResponseHeadersLength = 16,                                // kilobytes
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    /// <summary>Null when it cannot be had.</summary>
    public async Task<ReadOnlyMemory<byte>?> Fetch(string address, CancellationToken cancellationToken)
    {
        var url = new Uri(address);
        if (url.Scheme != Uri.UriSchemeHttps && (reach.IsProduction || !url.IsLoopback))
            return null;
        using var late = new CancellationTokenSource(MaxTime, time);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, inTime.Token);
            if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentLength > MaxBytes)
                return null;
            await using var body = await answer.Content.ReadAsStreamAsync(inTime.Token);
            return await Within(body, inTime.Token);
        }
        catch (Exception away) when (away is HttpRequestException or IOException || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<ReadOnlyMemory<byte>?> Within(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxBytes + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return read > MaxBytes ? null : bytes.AsMemory(0, read);
    }
}

using System.Net;
using DatacenterOst.Clinical;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace DatacenterOst.Server;

/// <summary>
/// Safe by default: without access control the server answers this machine only, and refuses to start on any other address.
/// What opens beyond it, and to whom, is in <see cref="Clients.Reach"/>.
/// </summary>
public static class LoopbackOnly
{
    /// <summary>Names a browser on this machine may use; anything else is a page that was rebound to loopback.</summary>
    public const string AllowedHosts = "localhost;127.0.0.1;[::1]";

    /// <summary>Pages of this machine may call; a page of any other origin gets no CORS header.</summary>
    public static void Cors(CorsPolicyBuilder policy) => policy
        .SetIsOriginAllowed(IsLoopbackOrigin)
        .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
        .WithHeaders(
            "accept", "accept-language", "authorization", "content-type", "origin", "prefer", "if-match", "if-none-match", "if-modified-since",
            "if-none-exist", "x-requested-with", "x-request-id", "x-correlation-id")
        .WithExposedHeaders("location", "etag", "last-modified", "content-location", "retry-after", "www-authenticate");

    public static bool IsLoopbackOrigin(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback;

    public static void Check(string urls)
    {
        if (Beyond(urls) is [var url, ..])
            throw new Problem(
                ProblemKind.Forbidden,
                $"The server has no access control configured and therefore listens on loopback only, not on {url}. Use http://127.0.0.1:PORT.",
                where: "--urls");
    }

    /// <summary>The addresses that others than this machine could reach.</summary>
    public static IReadOnlyList<string> Beyond(string urls)
        => [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(url => !IsLoopback(url))];

    private static bool IsLoopback(string url)
    {
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe
            || string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}

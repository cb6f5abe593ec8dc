using System.Net;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// From where the server can be reached, and as what. Safe by default: it listens on this machine only. Beyond it there is nothing
/// but the CDS service, for registered clients, over https; everything else answers this machine alone, wherever the server listens.
/// </summary>
/// <param name="PublicUrl">What clients call, without a slash at the end; null where it is the address on this machine.</param>
/// <param name="IsProduction">Real patients: no plain http in requests or key sets.</param>
/// <param name="IsBeyondLoopback">Listens on other addresses than loopback.</param>
/// <param name="LoopbackWithoutToken">This machine calls without a token although clients are registered.</param>
public sealed record Reach(string? PublicUrl, bool IsProduction, bool IsBeyondLoopback, bool LoopbackWithoutToken)
{
    /// <summary>The addresses of the CDS service begin so.</summary>
    public const string Services = "/cds-services";

    // A proxy on this machine makes a stranger's connection come from loopback; it tells by one of these.
    private static readonly IReadOnlyList<string> SignsOfProxy = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>Whether others than this machine are meant to call.</summary>
    public bool IsPublic => IsBeyondLoopback || PublicUrl is not null && !new Uri(PublicUrl).IsLoopback;

    /// <summary>Host names that are answered; any other is a page that was rebound to this address.</summary>
    public IReadOnlyList<string> AllowedHosts
        => [.. LoopbackOnly.AllowedHosts.Split(';'), .. PublicUrl is null ? Array.Empty<string>() : [new Uri(PublicUrl).Host]];

    /// <exception cref="Problem">Forbidden or Invalid, when the settings would open what must stay closed.</exception>
    public static Reach Of(Settings settings, string urls, CdsClients clients)
    {
        var outside = LoopbackOnly.Beyond(urls);
        var publicUrl = PublicUrlOf(settings.PublicUrl);
        var isProduction = settings.Production ?? (outside.Count > 0 || publicUrl is not null && !new Uri(publicUrl).IsLoopback);
        var reach = new Reach(publicUrl, isProduction, outside.Count > 0, settings.LoopbackWithoutToken);
        if (outside.Count > 0)
            RequireAccessControl(outside, publicUrl, clients);
        if (reach.IsPublic && settings.LoopbackWithoutToken)
            throw new Problem(
                ProblemKind.Forbidden, "A server that others call asks everybody for a token; behind a proxy, a stranger may look like this machine.", where: "Cds__LoopbackWithoutToken");
        if (reach.IsPublic && !isProduction)
            throw new Problem(ProblemKind.Forbidden, "The rules of tests hold on this machine only; a server that others reach is in production.", where: "Cds__Production");
        return reach;
    }

    /// <summary>Whether a request comes from a program on this machine, and not through a proxy on it.</summary>
    public static bool IsLocal(HttpContext http)
        => IsFromLoopback(http) && IsLoopbackName(http.Request.Host.Host) && !SignsOfProxy.Any(http.Request.Headers.ContainsKey);

    /// <summary>Whether the connection does not leave this machine; what it carries needs no encryption then.</summary>
    public static bool IsFromLoopback(HttpContext http) => http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);

    public static bool IsLoopbackName(string host)
        => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    public static bool IsService(HttpContext http) => http.Request.Path.StartsWithSegments(Services, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// What a token's aud may say for this request: the address that is called, as clients know it; for feedback the service's, too,
    /// since clients in the field send either.
    /// </summary>
    public IReadOnlyList<string> Audiences(HttpContext http)
    {
        const string feedback = "/feedback";
        var called = (PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}") + http.Request.Path;
        return called.EndsWith(feedback, StringComparison.Ordinal) ? [called, called[..^feedback.Length]] : [called];
    }

    private static string? PublicUrlOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            throw new Problem(ProblemKind.Invalid, "The public address must be an absolute https address without query, such as https://cds.example.org.", where: "Cds__PublicUrl");
        return text.TrimEnd('/');
    }

    private static void RequireAccessControl(IReadOnlyList<string> outside, string? publicUrl, CdsClients clients)
    {
        if (clients.All.Count == 0)
            throw new Problem(
                ProblemKind.Forbidden,
                $"No CDS client is registered, and therefore the server listens on loopback only, not on {outside[0]}. Use http://127.0.0.1:PORT, or register a client: dost client add FILE.",
                where: "--urls");
        if (publicUrl is null || new Uri(publicUrl).IsLoopback)
            throw new Problem(ProblemKind.Forbidden, "A server beyond loopback needs the https address that its clients call; their tokens are made out to it.", where: "Cds__PublicUrl");
        if (outside.FirstOrDefault(url => !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) is { } plain)
            throw new Problem(ProblemKind.Forbidden, $"Beyond loopback there is https only, not {plain}; the certificate is named by Tls__Certificate and Tls__Key.", where: "--urls");
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DatacenterOst.Access.Clients;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Http;
using DatacenterOst.Store.Clients;
using Microsoft.Net.Http.Headers;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// Stands before every route. Others than this machine reach the CDS service and nothing else, over https and with a client's token
/// (CDS Hooks 2.0.1, Security and Safety). Whatever is wrong with a token, the answer is the same bare 401; the reason is in the log.
/// </summary>
public sealed class ClientGuard(DataCentre centre, Reach reach, KeySetDownload download, OwnPages pages, ILogger<ClientGuard> log) : IDisposable
{
    /// <summary>A refusal takes this long at least, so that its time does not tell how far the token came.</summary>
    private static readonly TimeSpan RefusalTime = TimeSpan.FromMilliseconds(25);

    private readonly TokenCheck tokens = new(new KeySets(download.Fetch, centre.Time), centre.Time, TokenRules.Standard);
    private readonly CallPace pace = new(centre.Time);
    private readonly HookPlaces places = new();

    /// <summary>Closes every route but the CDS service to others than this machine, and plain http beyond it.</summary>
    public Task KeepOthersOut(HttpContext http, RequestDelegate next)
    {
        if (http.Request.IsHttps && !Reach.IsLoopbackName(http.Request.Host.Host))
            http.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        if (!http.Request.IsHttps && !Reach.IsFromLoopback(http))
            throw new Problem(ProblemKind.Forbidden, "Only https is answered here. What was sent has been readable on its way: take a new token.");
        if (!Reach.IsService(http) && !Reach.IsLocal(http))
            throw new Problem(ProblemKind.Forbidden, "This is answered to the server's own machine only; others reach the CDS services.");
        return next(http);
    }

    /// <summary>Lets a call of the CDS service in when its token is believed, or when this machine may call without one.</summary>
    public async Task LetIn(HttpContext http, RequestDelegate next)
    {
        // A browser asks what it may send before it sends the token.
        if (!Reach.IsService(http) || HttpMethods.IsOptions(http.Request.Method))
        {
            await next(http);
            return;
        }

        http.Response.OnStarting(() =>
        {
            VaryByOrigin(http.Response.Headers);
            return Task.CompletedTask;
        });
        var began = centre.Time.GetTimestamp();
        var verdict = NeedsToken(http) ? await Verify(http) : null;
        if (verdict is { Token: null })
        {
            await Refuse(http, verdict, began);
            return;
        }

        if (verdict?.Token is { } paced && !pace.Take(paced.Client))
            throw new Problem(ProblemKind.TooMany, "The client makes more calls than it is registered for. Ask again in a second.");
        using var place = HttpMethods.IsPost(http.Request.Method) ? await places.Take(http.RequestAborted) : null;

        // Last, so that a token is not used up by a call that was told to come again.
        if (verdict?.Token is { } token && !await centre.SeenTokens.IsNew(token.Client.Issuer, token.TokenId, token.Until, http.RequestAborted))
        {
            await Refuse(http, TokenVerdict.Refused(TokenRefusals.Replayed, token.Client), began);
            return;
        }

        http.Features.Set(verdict?.Token is { } believed ? ClientCall.From(believed, reach) : ClientCall.FromThisMachine(reach));
        await next(http);
    }

    public void Dispose() => places.Dispose();

    private bool NeedsToken(HttpContext http)
    {
        if (!Reach.IsLocal(http))
            return true;
        if (!centre.Clients.Current.Any && !reach.IsPublic)
            return false;
        return http.Request.Headers.Authorization.Count > 0 || !(reach.LoopbackWithoutToken || pages.IsFromOurs(http));
    }

    private async Task<TokenVerdict> Verify(HttpContext http)
    {
        const string scheme = "Bearer ";
        if (http.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return TokenVerdict.Refused(TokenRefusals.Missing);
        var verdict = await tokens.Check(header[scheme.Length..].Trim(' '), centre.Clients.Current, reach.Audiences(http), http.RequestAborted);
        return verdict.Token is { } token && !ShowsCertificate(http, token.Client)
            ? TokenVerdict.Refused(TokenRefusals.Certificate, token.Client)
            : verdict;
    }

    // The thumbprint is the trust: the certificate needs no issuer that we know, and must be within its own time.
    private bool ShowsCertificate(HttpContext http, CdsClient client)
    {
        if (client.Certificates.Count == 0)
            return true;
        return http.Connection.ClientCertificate is X509Certificate2 shown && IsInItsTime(shown)
            && client.Certificates.Contains(shown.GetCertHashString(HashAlgorithmName.SHA256), StringComparer.OrdinalIgnoreCase);
    }

    private bool IsInItsTime(X509Certificate2 certificate)
    {
        var now = centre.Time.GetUtcNow();
        return now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime();
    }

    private async Task Refuse(HttpContext http, TokenVerdict verdict, long began)
    {
        log.ClientRefused(verdict.Refusal!, verdict.Client?.Id ?? "nobody known");
        var left = RefusalTime - centre.Time.GetElapsedTime(began);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, centre.Time, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = 0;
    }

    // A cache must not give one origin's answer to another, also where the origin got no header at all.
    private static void VaryByOrigin(IHeaderDictionary headers)
    {
        if (!headers.Vary.Any(value => value?.Contains(HeaderNames.Origin, StringComparison.OrdinalIgnoreCase) == true))
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
    }
}

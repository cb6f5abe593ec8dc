using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Access.Clients;
using DatacenterOst.Server.Clients;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>A server with registered clients, and words to call it with tokens.</summary>
public sealed class TrustedServer : IAsyncLifetime
{
    public const string Discovery = "/cds-services";
    public const string Service = "/cds-services/kdigo-aki";

    private RunningServer? running;

    /// <summary>Registered with its ES384 and RS384 keys and nothing else.</summary>
    public Ehr Ehr { get; } = new("western");

    /// <summary>Registered for three tenants, and with all algorithms.</summary>
    public Ehr Regional { get; } = new("regional");

    public RunningServer Running => running!;

    public static async Task<TrustedServer> Start(string? connectionString, ServerStart? start, CancellationToken cancellationToken)
    {
        var server = new TrustedServer { running = await RunningServer.Start(connectionString, cancellationToken, start: start) };
        await server.RegisterBoth(cancellationToken);
        return server;
    }

    public async ValueTask InitializeAsync()
    {
        running = await RunningServer.Start(null, CancellationToken.None);
        await RegisterBoth(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        Ehr.Dispose();
        Regional.Dispose();
    }

    public string Url(string path) => Running.Address + path;

    public async Task<HookReply> Register(JsonObject registration, CancellationToken cancellationToken)
    {
        using var content = new StringContent(registration.ToJsonString(), Encoding.UTF8, "application/json");
        return await HookReply.Of(await Running.Http.PutAsync($"/api/cds-clients/{registration["id"]}", content, cancellationToken), cancellationToken);
    }

    /// <summary>Calls discovery or a service with a token in the header, or without any.</summary>
    public async Task<HookReply> Call(string path, string? token, CancellationToken cancellationToken, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(path == Discovery ? HttpMethod.Get : HttpMethod.Post, path);
        if (path != Discovery)
            request.Content = new StringContent(HookCalls.Example().ToJsonString(), Encoding.UTF8, "application/json");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue("en"));
        more?.Invoke(request);
        return await HookReply.Of(await Running.Http.SendAsync(request, cancellationToken), cancellationToken);
    }

    /// <summary>The call gets a bare 401, and for this reason, which only the log says.</summary>
    public async Task IsRefused(string token, string reason, CancellationToken cancellationToken, string path = Discovery)
    {
        IsBare(await Call(path, token, cancellationToken));
        using var download = new KeySetDownload(new Reach(null, false, false, false), Running.Centre.Time);
        var check = new TokenCheck(new KeySets(download.Fetch, Running.Centre.Time), Running.Centre.Time, TokenRules.Standard);
        var verdict = await check.Check(token, Running.Centre.Clients.Current, [Url(path)], cancellationToken);
        Assert.Equal(reason, verdict.Refusal);
    }

    public async Task IsAnswered(string token, CancellationToken cancellationToken, string path = Discovery)
    {
        var reply = await Call(path, token, cancellationToken);
        Assert.True(reply.Status == 200, reply.ToString());
    }

    /// <summary>RFC 6750 §3, and nothing that helps who tries: no body, no error code, no description.</summary>
    public static void IsBare(HookReply reply)
    {
        Assert.True(reply.Status == 401, reply.ToString());
        Assert.Equal("", reply.Text);
        Assert.Equal("Bearer", Assert.Single(reply.Http.Headers.GetValues("WWW-Authenticate")));
        Assert.Null(reply.Http.Content.Headers.ContentType);
        Assert.Equal(0, reply.Http.Content.Headers.ContentLength);
    }

    private async Task RegisterBoth(CancellationToken cancellationToken)
    {
        var regional = Regional.Registration();
        regional["algorithms"] = new JsonArray("ES384", "RS384", "ES256", "RS256", "PS384");
        regional["jwks"] = Regional.KeySet("ES384", "RS384", "ES256");
        regional["tenants"] = new JsonArray("north", "south", "east");
        foreach (var registration in (JsonObject[])[Ehr.Registration(), regional])
        {
            var reply = await Register(registration, cancellationToken);
            Assert.True(reply.Status == 200, reply.ToString());
        }
    }
}

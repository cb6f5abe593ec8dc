using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Access.Clients;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;
using Microsoft.AspNetCore.Http;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>Keys from a JWK Set on the client's own web server: fetched, remembered, rotated, and never from an address that is not registered.</summary>
public sealed class When_keys_are_fetched : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private TrustedServer? server;
    private KeySetServer? keySets;
    private Ehr? ehr;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrustedServer Ost => server!;

    private KeySetServer KeySets => keySets!;

    private Ehr Ehr => ehr!;

    private string Here => Ost.Url(TrustedServer.Discovery);

    public async ValueTask InitializeAsync()
    {
        server = await TrustedServer.Start(null, new ServerStart { Time = clock }, Token);
        keySets = await KeySetServer.Start(Token);
        ehr = new Ehr("rotating") { Time = clock };
        KeySets.Serve(Ehr.KeySet("ES384").ToJsonString());
        Assert.Equal(200, (await Ost.Register(new JsonObject { ["name"] = "Rotating", ["id"] = "rotating", ["issuer"] = Ehr.Issuer, ["jku"] = new JsonArray(KeySets.Address) }, Token)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await Ost.DisposeAsync();
        await KeySets.DisposeAsync();
        Ehr.Dispose();
    }

    [Fact]
    public async Task J13_a_registered_address_is_fetched_once_with_and_without_jku()
    {
        await Ost.IsAnswered(Signed(), Token);
        await Ost.IsAnswered(Ehr.Token(Here), Token);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Ost.IsAnswered(Signed(), Token)));
        Assert.Equal(1, KeySets.Fetched);
    }

    [Theory, InlineData("#x"), InlineData("?x"), InlineData("/"), InlineData("X")]
    public async Task J13_an_address_that_is_not_registered_is_not_fetched(string added)
    {
        TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Ehr.Token(Here, header: header => header["jku"] = KeySets.Address + added), Token));
        TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Ost.Ehr.Token(Here, header: header => header["jku"] = KeySets.Address), Token));
        Assert.Equal(0, KeySets.Fetched);
    }

    [Fact]
    public async Task J14_an_unknown_kid_makes_one_more_fetch_and_then_a_bare_401()
    {
        await Ost.IsAnswered(Signed(), Token);
        for (var attempt = 0; attempt < 5; attempt++)
            TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Signed(kid: $"made-up-{attempt}"), Token));
        Assert.Equal(2, KeySets.Fetched);
        clock.Forward(Access.Clients.KeySets.BetweenLooks);
        TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Signed(kid: "made-up"), Token));
        Assert.Equal(3, KeySets.Fetched);
    }

    [Fact]
    public async Task J15_a_rotated_key_works_at_once_and_the_old_one_stops_after_a_while()
    {
        await Ost.IsAnswered(Signed(), Token);
        using var next = new Ehr("rotating-2") { Issuer = Ehr.Issuer, Time = clock };
        KeySets.Serve(next.KeySet("ES384").ToJsonString());
        await Ost.IsAnswered(Signed(), Token);
        await Ost.IsAnswered(next.Token(Here, header: header => header["jku"] = KeySets.Address), Token);
        TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Signed(), Token));
        clock.Forward(Access.Clients.KeySets.Lifetime);
        TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Signed(), Token));
        await Ost.IsAnswered(next.Token(Here), Token);
    }

    [Fact]
    public async Task J15_a_key_that_was_taken_out_stops_when_its_time_is_over_though_nothing_new_was_seen()
    {
        await Ost.IsAnswered(Signed(), Token);
        KeySets.Serve("""{"keys":[]}""");
        await Ost.IsAnswered(Signed(), Token);
        clock.Forward(Access.Clients.KeySets.Lifetime);
        TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Signed(), Token));
    }

    [Theory]
    [InlineData("redirect"), InlineData("endless"), InlineData("said to be large"), InlineData("not there"), InlineData("not JSON"), InlineData("no keys"), InlineData("slow"), InlineData("closed")]
    public async Task J14_a_key_set_that_misbehaves_is_no_key_set(string how)
    {
        KeySets.Answer = http => Misbehave(http, how);
        var began = TimeProvider.System.GetTimestamp();
        TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Signed(), Token));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 6);
        Assert.Equal(1, KeySets.Fetched);

        // It comes back, and is asked again a moment later. A set without our key was a set, and may be looked at once more at once.
        KeySets.Serve(Ehr.KeySet("ES384").ToJsonString());
        if (how != "no keys")
            TrustedServer.IsBare(await Ost.Call(TrustedServer.Discovery, Signed(), Token));
        clock.Forward(TimeSpan.FromSeconds(31));
        await Ost.IsAnswered(Signed(), Token);
    }

    private string Signed(string? kid = null) => Ehr.Token(Here, header: header =>
    {
        header["jku"] = KeySets.Address;
        header["kid"] = kid ?? Ehr.Kid("ES384");
    });

    private Task Misbehave(HttpContext http, string how)
    {
        switch (how)
        {
            case "redirect":
                http.Response.Redirect(KeySets.Address + "?elsewhere");
                return Task.CompletedTask;
            case "endless":
                return Drip(http, Enumerable.Repeat(new string(' ', 16 * 1024), 100_000));
            case "said to be large":
                http.Response.ContentLength = 10L * 1024 * 1024 * 1024;
                return Drip(http, [Ehr.KeySet("ES384").ToJsonString()]);
            case "not there":
                http.Response.StatusCode = 404;
                return http.Response.WriteAsync(Ehr.KeySet("ES384").ToJsonString(), http.RequestAborted);
            case "not JSON":
                return http.Response.WriteAsync("<html>", http.RequestAborted);
            case "no keys":
                return http.Response.WriteAsync("""{"keys":[1,null,{"kty":"oct","kid":"rotating-p384","k":"AAAA"},{"kty":"EC","kid":"rotating-p384","crv":"P-384","x":"AA","y":"AA"}]}""", http.RequestAborted);
            case "slow":
                return Task.Delay(TimeSpan.FromSeconds(20), http.RequestAborted);
            default:
                http.Abort();
                return Task.CompletedTask;
        }
    }

    private static async Task Drip(HttpContext http, IEnumerable<string> parts)
    {
        try
        {
            foreach (var part in parts)
                await http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(part), http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Enough for them.
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Access.Clients;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>CDS Hooks 2.0.1, Trusting CDS Clients, over real HTTP with real keys; the number of a conformance case stands first in each name.</summary>
public sealed class When_a_client_shows_a_token(TrustedServer ost) : IClassFixture<TrustedServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Here => ost.Url(TrustedServer.Discovery);

    [Theory, InlineData("ES384"), InlineData("RS384")]
    public async Task J03_the_recommended_algorithms_are_accepted(string algorithm)
    {
        await ost.IsAnswered(ost.Ehr.Token(Here, algorithm), Token);
        await ost.IsAnswered(ost.Ehr.Token(ost.Url(TrustedServer.Service), algorithm), Token, TrustedServer.Service);
    }

    [Theory, InlineData("ES256"), InlineData("RS256"), InlineData("PS384")]
    public async Task J03_others_only_of_a_client_that_is_registered_with_them(string algorithm)
    {
        await ost.IsAnswered(ost.Regional.Token(Here, algorithm, claims: claims => claims["tenant"] = "north"), Token);
        await ost.IsRefused(ost.Ehr.Token(Here, algorithm), TokenRefusals.Algorithm, Token);
    }

    [Theory, InlineData("HS256"), InlineData("HS384"), InlineData("HS512")]
    public async Task J05_a_token_signed_with_a_shared_secret_gets_a_bare_401(string algorithm)
    {
        byte[][] secrets =
        [
            RandomNumberGenerator.GetBytes(64),
            ost.Ehr.P384.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(ost.Ehr.P384.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(ost.Ehr.Rsa.ExportRSAPublicKeyPem()),
            Encoding.UTF8.GetBytes(ost.Ehr.Jwk("ES384").ToJsonString()),
        ];
        foreach (var secret in secrets)
            foreach (var kid in (string[])["western-p384", "western-rsa"])
                await ost.IsRefused(ost.Ehr.Token(Here, algorithm, header => header["kid"] = kid, secret: secret), TokenRefusals.Algorithm, Token);
    }

    [Theory, InlineData("none"), InlineData("None"), InlineData("NONE"), InlineData("es384"), InlineData("ES512"), InlineData("EdDSA"), InlineData("")]
    public async Task J05_a_token_without_a_signature_or_of_an_unknown_algorithm_gets_a_bare_401(string algorithm)
    {
        var signed = ost.Ehr.Token(Here, "ES384", header => header["alg"] = algorithm);
        await ost.IsRefused(signed, TokenRefusals.Algorithm, Token);
        TrustedServer.IsBare(await ost.Call(TrustedServer.Discovery, signed[..(signed.LastIndexOf('.') + 1)], Token));
    }

    [Fact]
    public async Task J05_a_key_verifies_only_what_it_is_made_for()
    {
        await ost.IsRefused(ost.Ehr.Token(Here, "RS384", header => header["kid"] = ost.Ehr.Kid("ES384")), TokenRefusals.Signature, Token);
        await ost.IsRefused(ost.Ehr.Token(Here, "ES384", header => header["alg"] = "RS384"), TokenRefusals.Signature, Token);
        await ost.IsRefused(ost.Ehr.Token(Here, "PS384", header => header["alg"] = "RS384"), TokenRefusals.Signature, Token);
    }

    [Theory]
    [InlineData("/cds-services", "/cds-services/kdigo-aki")]
    [InlineData("/cds-services/kdigo-aki", "/cds-services")]
    [InlineData("/cds-services/kdigo-aki", "/cds-services/news2")]
    [InlineData("/cds-services/kdigo-aki", "/cds-services/kdigo-aki/")]
    [InlineData("/cds-services/kdigo-aki", "/cds-services/kdigo-aki/feedback")]
    [InlineData("/cds-services/kdigo-aki", "/cds-services/KDIGO-AKI")]
    [InlineData("/cds-services", "")]
    public async Task J06_a_token_for_another_address_gets_a_bare_401(string called, string audience)
        => await ost.IsRefused(ost.Ehr.Token(ost.Url(audience)), TokenRefusals.Audience, Token, called);

    [Fact]
    public async Task J06_another_host_or_scheme_is_another_address()
    {
        await ost.IsRefused(ost.Ehr.Token("https://cds.example.org/cds-services"), TokenRefusals.Audience, Token);
        await ost.IsRefused(ost.Ehr.Token(Here.Replace("http:", "https:", StringComparison.Ordinal)), TokenRefusals.Audience, Token);
        await ost.IsRefused(ost.Ehr.Token(Here.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), TokenRefusals.Audience, Token);
    }

    [Fact]
    public async Task J07_the_audience_is_a_text_or_a_list_that_holds_us()
    {
        await ost.IsAnswered(ost.Ehr.Token(Here), Token);
        await ost.IsAnswered(ost.Ehr.Token("", claims: claims => claims["aud"] = new JsonArray("https://other.example.org", Here)), Token);
        await ost.IsRefused(ost.Ehr.Token("", claims: claims => claims["aud"] = new JsonArray("https://other.example.org")), TokenRefusals.Audience, Token);
        await ost.IsRefused(ost.Ehr.Token("", claims: claims => claims["aud"] = new JsonArray()), TokenRefusals.Audience, Token);
        await ost.IsRefused(ost.Ehr.Token("", claims: claims => claims["aud"] = new JsonArray(1, null, new JsonObject())), TokenRefusals.Audience, Token);
        await ost.IsRefused(ost.Ehr.Token("", claims: claims => claims["aud"] = 7), TokenRefusals.Audience, Token);
    }

    [Theory]
    [InlineData("iss", TokenRefusals.Issuer), InlineData("aud", TokenRefusals.Audience), InlineData("exp", TokenRefusals.Expired)]
    [InlineData("iat", TokenRefusals.IssuedAt), InlineData("jti", TokenRefusals.TokenId), InlineData("kid", TokenRefusals.KeyId), InlineData("typ", TokenRefusals.Type)]
    public async Task J09_a_token_that_lacks_something_gets_a_bare_401(string what, string reason)
    {
        await ost.IsRefused(ost.Ehr.Token(Here, header: header => header.Remove(what), claims: claims => claims.Remove(what)), reason, Token);
        await ost.IsRefused(ost.Ehr.Token(Here, header: header => Set(header, what, ""), claims: claims => Set(claims, what, "")), reason, Token);
        await ost.IsRefused(ost.Ehr.Token(Here, header: header => Set(header, what, null), claims: claims => Set(claims, what, null)), reason, Token);
    }

    [Theory, InlineData("at+jwt"), InlineData("jwt"), InlineData("JOSE"), InlineData("JWT ")]
    public async Task J10_a_token_of_another_type_gets_a_bare_401(string type)
        => await ost.IsRefused(ost.Ehr.Token(Here, header: header => header["typ"] = type), TokenRefusals.Type, Token);

    [Fact]
    public async Task J10_an_extension_that_must_be_understood_is_not()
        => await ost.IsRefused(ost.Ehr.Token(Here, header: header => header["crit"] = new JsonArray("exp")), TokenRefusals.Critical, Token);

    [Theory, InlineData("https://stranger.example.org/"), InlineData("https://western.example.org"), InlineData("HTTPS://WESTERN.EXAMPLE.ORG/")]
    public async Task J11_an_issuer_that_is_not_registered_gets_a_bare_401(string issuer)
        => await ost.IsRefused(ost.Ehr.Token(Here, claims: claims => claims["iss"] = issuer), TokenRefusals.Issuer, Token);

    [Fact]
    public async Task J11_a_registered_issuer_with_a_strangers_key_gets_a_bare_401()
    {
        using var stranger = new Ehr("western");
        await ost.IsRefused(stranger.Token(Here), TokenRefusals.Signature, Token);
    }

    [Fact]
    public async Task J13_a_key_that_was_handed_over_needs_no_jku()
    {
        await ost.IsAnswered(ost.Ehr.Token(Here), Token);
        await ost.IsRefused(ost.Ehr.Token(Here, header: header => header["jku"] = "https://western.example.org/jwks"), TokenRefusals.KeySetAddress, Token);
        await ost.IsRefused(ost.Ehr.Token(Here, header: header => header["kid"] = "unheard-of"), TokenRefusals.UnknownKey, Token);
    }

    [Fact]
    public async Task J17_a_token_is_good_for_one_call()
    {
        var token = ost.Ehr.Token(Here);
        await ost.IsAnswered(token, Token);
        TrustedServer.IsBare(await ost.Call(TrustedServer.Discovery, token, Token));
        await ost.IsAnswered(ost.Regional.Token(Here, claims: claims => (claims["jti"], claims["tenant"]) = (IdOf(token), "north")), Token);
    }

    [Fact]
    public async Task J17_of_many_calls_with_one_token_at_once_one_gets_in()
    {
        var token = ost.Ehr.Token(Here);
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ost.Call(TrustedServer.Discovery, token, Token)));
        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal(39, replies.Count(reply => reply.Status == 401));
    }

    [Theory]
    [InlineData("exp", 3601, TokenRefusals.Lifetime), InlineData("exp", -61, TokenRefusals.Expired), InlineData("iat", 75, TokenRefusals.IssuedAt), InlineData("nbf", 75, TokenRefusals.NotBefore)]
    [InlineData("exp", 1e300, TokenRefusals.Expired), InlineData("iat", -5, TokenRefusals.IssuedAt)]
    public async Task J19_times_that_do_not_fit_get_a_bare_401(string claim, double seconds, string reason)
        => await ost.IsRefused(ost.Ehr.Token(Here, claims: claims => claims[claim] = Math.Abs(seconds) < 10 ? seconds : Now() + seconds), reason, Token);

    [Theory, InlineData("exp", 3590), InlineData("exp", -45), InlineData("iat", 45), InlineData("nbf", 45), InlineData("nbf", -300)]
    public async Task J19_clocks_may_be_a_minute_apart(string claim, double seconds)
        => await ost.IsAnswered(ost.Ehr.Token(Here, claims: claims =>
        {
            claims["iat"] = Now() - (seconds < 0 ? 120 : 0);
            claims[claim] = Now() + seconds;
        }), Token);

    [Fact]
    public async Task J19_times_are_numbers()
        => await ost.IsRefused(ost.Ehr.Token(Here, claims: claims => claims["exp"] = (Now() + 300).ToString(CultureInfo.InvariantCulture)), TokenRefusals.Expired, Token);

    [Fact]
    public async Task J21_a_tenant_that_is_not_on_the_list_gets_a_bare_401()
    {
        await ost.IsAnswered(ost.Regional.Token(Here, claims: claims => claims["tenant"] = "south"), Token);
        await ost.IsRefused(ost.Regional.Token(Here, claims: claims => claims["tenant"] = "west"), TokenRefusals.Tenant, Token);
        await ost.IsRefused(ost.Regional.Token(Here), TokenRefusals.Tenant, Token);
    }

    [Fact]
    public async Task J26_a_token_of_one_client_with_the_tenant_of_another_gets_a_bare_401()
    {
        using var first = new Ehr("shared-a") { Issuer = "https://idp.example.org/" };
        using var second = new Ehr("shared-b") { Issuer = "https://idp.example.org/" };
        foreach (var (ehr, tenant) in ((Ehr, string)[])[(first, "a"), (second, "b")])
        {
            var registration = ehr.Registration();
            registration["tenants"] = new JsonArray(tenant);
            Assert.Equal(200, (await ost.Register(registration, Token)).Status);
        }

        await ost.IsAnswered(first.Token(Here, claims: claims => claims["tenant"] = "a"), Token);
        await ost.IsAnswered(second.Token(Here, claims: claims => claims["tenant"] = "b"), Token);
        await ost.IsRefused(first.Token(Here, claims: claims => claims["tenant"] = "b"), TokenRefusals.UnknownKey, Token);
        await ost.IsRefused(first.Token(Here, header: header => header["kid"] = second.Kid("ES384"), claims: claims => claims["tenant"] = "b"), TokenRefusals.Signature, Token);
        await ost.IsRefused(ost.Regional.Token(Here, claims: claims => claims["tenant"] = "b"), TokenRefusals.Tenant, Token);
    }

    private static double Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static string IdOf(string token)
        => JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!["jti"]!.GetValue<string>();

    private static void Set(JsonObject part, string name, string? value)
    {
        if (part.ContainsKey(name))
            part[name] = value;
    }
}

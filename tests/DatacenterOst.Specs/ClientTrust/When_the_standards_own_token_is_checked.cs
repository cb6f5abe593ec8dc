using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Access.Clients;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>The token and the key that the CDS Hooks specification prints (1.0 and 2.0, JWT Signing Algorithm, Example).</summary>
public sealed class When_the_standards_own_token_is_checked
{
    private const string Printed =
        "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVoci5leGFtcGxlLmNvbS9qd2tfdXJpIn0"
        + ".eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsImF1ZCI6Imh0dHBzOi8vY2RzLmV4YW1wbGUub3JnL2Nkcy1zZXJ2aWNlcy9zb21lLXNlcnZpY2UiLCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZWUyMmIwMjEtZTFiNy00NjExLWJhNWItOGVlYzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZDMwMmEyIn0"
        + ".d1WfLjGRKlcWB94l9do4cM8REXeYJLL6SGUBO8VHZhfM8mwKYP70EMxJ67War4TQblEpaQrp11wx5p7oPFm2ETYgCicS84vXWEIYTdjooZdooCSDf2L8-i4awdoUwiEb";

    private const string KeySet =
        """
        {"keys":[{"kty":"EC","use":"sig","crv":"P-384","kid":"example-kid","alg":"ES384",
          "x":"46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk","y":"XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI"}]}
        """;

    private static readonly TokenRules NoLifetime = TokenRules.Standard with { MaxLifetime = TimeSpan.FromDays(3650) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task J01_its_signature_and_claims_hold_while_its_time_lasted()
    {
        Assert.Equal(96, CompactToken.Parse(Printed)!.Signature.Length);
        var verdict = await Check(Printed, "2015-01-29 21:00", NoLifetime);
        Assert.Null(verdict.Refusal);
        Assert.Equal("ee22b021-e1b7-4611-ba5b-8eec6a33ac1e", verdict.Token!.TokenId);
        Assert.Equal("2ddd6c3a-8e9a-44c6-a305-52111ad302a2", verdict.Token.Tenant);
    }

    [Fact]
    public async Task J01_any_other_letter_of_it_breaks_it()
    {
        for (var at = 0; at < Printed.Length; at++)
        {
            var broken = Printed[..at] + (Printed[at] == 'A' ? 'Q' : 'A') + Printed[(at + 1)..];
            Assert.NotNull((await Check(broken, "2015-01-29 21:00", NoLifetime)).Refusal);
        }
    }

    [Fact]
    public async Task J01_J19_it_is_good_for_years_which_is_too_long_for_us()
        => Assert.Equal(TokenRefusals.Lifetime, (await Check(Printed, "2015-01-29 21:00", TokenRules.Standard)).Refusal);

    [Fact]
    public async Task J02_today_it_has_expired()
    {
        Assert.Equal(TokenRefusals.Expired, (await Check(Printed, "2026-03-10 12:00", NoLifetime)).Refusal);
        await using var ost = await TrustedServer.Start(null, new ServerStart { With = settings => settings with { PublicUrl = "https://cds.example.org" } }, Token);
        Assert.Equal(200, (await ost.Register(JsonNode.Parse(Encoding.UTF8.GetString(Document().Write()))!.AsObject(), Token)).Status);
        TrustedServer.IsBare(await ost.Call("/cds-services/some-service", Printed, Token));
    }

    private static Task<TokenVerdict> Check(string token, string now, TokenRules rules)
    {
        var clock = new SetClock();
        clock.Set(now);
        var reasons = new List<string>();
        var clients = CdsClients.Of([new RegisteredClient(Document().Check(reasons)!, null)], []);
        Assert.Empty(reasons);

        // The printed header names the address of the set; what is fetched there is what is printed.
        var keySets = new KeySets((_, _) => Task.FromResult<ReadOnlyMemory<byte>?>(Encoding.UTF8.GetBytes(KeySet)), clock);
        return new TokenCheck(keySets, clock, rules).Check(token, clients, ["https://cds.example.org/cds-services/some-service"], Token);
    }

    private static ClientDocument Document() => new()
    {
        Id = "fhir-ehr",
        Name = "The specification's EHR",
        Issuer = "https://fhir-ehr.example.com/",
        Jwks = System.Text.Json.JsonDocument.Parse(KeySet).RootElement,
        Jku = ["https://fhir-ehr.example.com/jwk_uri"],
        Tenants = ["2ddd6c3a-8e9a-44c6-a305-52111ad302a2"],
    };
}

using System.Text.Json;

namespace DatacenterOst.Access.Clients;

/// <summary>
/// Whether a token is of a registered client and for this address, now (CDS Hooks 2.0.1, Trusting CDS Clients). The algorithm is
/// one that the client is registered with and that its key is made for; nothing in the token can choose another. Never throws for a token.
/// </summary>
public sealed class TokenCheck(KeySets keySets, TimeProvider time, TokenRules rules)
{
    /// <summary>Characters of a jti; a UUID has 36.</summary>
    public const int MaxTokenIdLength = 256;

    /// <param name="token">What follows <c>Bearer</c>.</param>
    /// <param name="audiences">The addresses that mean the endpoint which is called.</param>
    public async Task<TokenVerdict> Check(string token, CdsClients clients, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        if (CompactToken.Parse(token) is not { } parsed)
            return TokenVerdict.Refused(TokenRefusals.Malformed);
        var header = parsed.Header;
        if (JsonText.Member(header, "typ") != "JWT")
            return TokenVerdict.Refused(TokenRefusals.Type);
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _))
            return TokenVerdict.Refused(TokenRefusals.Critical);
        if (SigningAlgorithms.Find(JsonText.Member(header, "alg")) is not { } algorithm)
            return TokenVerdict.Refused(TokenRefusals.Algorithm);
        if (JsonText.Member(header, "kid") is not { Length: <= KeySetReading.MaxIdLength } kid)
            return TokenVerdict.Refused(TokenRefusals.KeyId);
        if (JsonText.Member(parsed.Claims, "iss") is not { } issuer || clients.Find(issuer, JsonText.Member(parsed.Claims, "tenant")) is not { } client)
            return TokenVerdict.Refused(TokenRefusals.Issuer);
        if (!client.Algorithms.Contains(algorithm))
            return TokenVerdict.Refused(TokenRefusals.Algorithm, client);
        if (header.TryGetProperty("jku", out var jku) && (JsonText.Of(jku) is not { } listed || !client.KeySets.Contains(listed, StringComparer.Ordinal)))
            return TokenVerdict.Refused(TokenRefusals.KeySetAddress, client);

        var keys = await Keys(client, JsonText.Of(jku), kid, cancellationToken);
        if (keys.Count == 0)
            return TokenVerdict.Refused(TokenRefusals.UnknownKey, client);
        if (!keys.Any(key => key.Verify(algorithm, parsed.Signed.Span, parsed.Signature.Span)))
            return TokenVerdict.Refused(TokenRefusals.Signature, client);
        return Claims(parsed.Claims, client, audiences);
    }

    // A jku says which set it is; without one, the sets were told out of band like the keys (CDS Hooks 2.0.1, Trusting CDS Clients).
    private async Task<IReadOnlyList<ClientKey>> Keys(CdsClient client, string? jku, string kid, CancellationToken cancellationToken)
    {
        if (jku is not null)
            return await keySets.Find(jku, kid, cancellationToken);
        var own = client.Keys.Where(key => key.Id == kid).ToList();
        foreach (var address in own.Count > 0 ? [] : client.KeySets)
            own.AddRange(await keySets.Find(address, kid, cancellationToken));
        return own;
    }

    private TokenVerdict Claims(JsonElement claims, CdsClient client, IReadOnlyList<string> audiences)
    {
        if (!IsFor(claims, client, audiences))
            return TokenVerdict.Refused(TokenRefusals.Audience, client);
        var now = time.GetUtcNow();
        if (Instant(claims, "exp") is not { } expires || now >= expires + rules.Skew)
            return TokenVerdict.Refused(TokenRefusals.Expired, client);
        if (Instant(claims, "iat") is not { } issued || issued > now + rules.Skew)
            return TokenVerdict.Refused(TokenRefusals.IssuedAt, client);
        if (claims.TryGetProperty("nbf", out _) && (Instant(claims, "nbf") is not { } from || from > now + rules.Skew))
            return TokenVerdict.Refused(TokenRefusals.NotBefore, client);
        if (expires <= issued || expires - issued > rules.MaxLifetime)
            return TokenVerdict.Refused(TokenRefusals.Lifetime, client);
        if (JsonText.Member(claims, "jti") is not { Length: <= MaxTokenIdLength } tokenId)
            return TokenVerdict.Refused(TokenRefusals.TokenId, client);
        var tenant = JsonText.Member(claims, "tenant");
        if (client.Tenants.Count > 0 && (tenant is null || !client.Tenants.Contains(tenant, StringComparer.Ordinal)))
            return TokenVerdict.Refused(TokenRefusals.Tenant, client);
        return new TokenVerdict(new BelievedToken(client, tokenId, tenant, expires + rules.Skew), null, client);
    }

    // RFC 7519 §4.1.3: one text, or a list of them.
    private static bool IsFor(JsonElement claims, CdsClient client, IReadOnlyList<string> audiences)
    {
        if (!claims.TryGetProperty("aud", out var aud))
            return false;
        var named = aud.ValueKind == JsonValueKind.Array ? aud.EnumerateArray().Select(JsonText.Of) : [JsonText.Of(aud)];
        return named.Any(name => name is not null && (audiences.Contains(name, StringComparer.Ordinal) || client.Audiences.Contains(name, StringComparer.Ordinal)));
    }

    // RFC 7519 §2: seconds since 1970, a fraction allowed. The range keeps sums with it within what a DateTimeOffset holds.
    private static DateTimeOffset? Instant(JsonElement claims, string name)
        => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}

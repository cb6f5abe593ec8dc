namespace DatacenterOst.Access.Clients;

/// <summary>The times that a token is held to.</summary>
/// <param name="Skew">How far the clocks of client and server may be apart.</param>
/// <param name="MaxLifetime">From iat to exp.</param>
public sealed record TokenRules(TimeSpan Skew, TimeSpan MaxLifetime)
{
    public static readonly TokenRules Standard = new(TimeSpan.FromSeconds(60), TimeSpan.FromHours(1));
}

/// <summary>Why a token was not believed. They stand in logs and nowhere else, and are counted over time: never rename one.</summary>
public static class TokenRefusals
{
    public const string Missing = "missing";                 // no Authorization: Bearer
    public const string Malformed = "malformed";             // no JWS of two JSON objects, or too long
    public const string Type = "typ";
    public const string Algorithm = "alg";                   // unknown, symmetric, none, or not this client's
    public const string KeyId = "kid";
    public const string Critical = "crit";                   // extensions that must be understood, and are not
    public const string Issuer = "iss";
    public const string KeySetAddress = "jku";               // not on the client's list
    public const string UnknownKey = "unknown-key";          // no such kid, or its set cannot be had
    public const string Signature = "signature";
    public const string Audience = "aud";
    public const string Expired = "exp";
    public const string IssuedAt = "iat";
    public const string NotBefore = "nbf";
    public const string Lifetime = "lifetime";
    public const string TokenId = "jti";
    public const string Tenant = "tenant";
    public const string Replayed = "replayed";
    public const string Certificate = "certificate";         // the connection shows none of the client's
}

/// <summary>A token whose signature and claims hold. Whether it has been seen before is for the store to say.</summary>
/// <param name="TokenId"><c>jti</c>.</param>
/// <param name="Until">After this nobody takes the token any more.</param>
public sealed record BelievedToken(CdsClient Client, string TokenId, string? Tenant, DateTimeOffset Until)
{
    public override string ToString() => $"{nameof(BelievedToken)} of {Client.Id}";
}

/// <summary>What became of a token: believed, or the reason why not and, where it is known, whose it claims to be.</summary>
public sealed record TokenVerdict(BelievedToken? Token, string? Refusal, CdsClient? Client)
{
    public static TokenVerdict Refused(string refusal, CdsClient? client = null) => new(null, refusal, client);
}

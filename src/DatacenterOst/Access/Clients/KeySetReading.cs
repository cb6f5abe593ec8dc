using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace DatacenterOst.Access.Clients;

/// <summary>Reads a JWK Set (RFC 7517 §5). Keys that are not for verifying signatures, or of kinds that nothing here verifies, are left out.</summary>
public static class KeySetReading
{
    /// <summary>Keys in one set; real ones have a handful.</summary>
    public const int MaxKeys = 50;

    /// <summary>RSA keys below this are broken by what a state can afford (NIST SP 800-131A).</summary>
    public const int MinRsaBits = 2048;

    /// <summary>Larger ones only cost time.</summary>
    public const int MaxRsaBits = 8192;

    /// <summary>Characters of a <c>kid</c>.</summary>
    public const int MaxIdLength = 256;

    /// <summary>The keys of a set as it came over the wire; null when it is no JWK Set.</summary>
    public static IReadOnlyList<ClientKey>? Read(ReadOnlyMemory<byte> json)
        => JsonText.Parse(json) is { } set && Keys(set) is { } keys ? [.. keys.Select(key => ReadKey(key, [])).OfType<ClientKey>()] : null;

    /// <summary>The keys of a set that is being registered; what is wrong with it is added to <paramref name="reasons"/>.</summary>
    public static IReadOnlyList<ClientKey> Read(JsonElement set, List<string> reasons)
    {
        if (Keys(set) is not { } keys)
        {
            reasons.Add($"'jwks' must be a JWK Set, {{\"keys\": [...]}}, of at most {MaxKeys} keys");
            return [];
        }

        var read = new List<ClientKey>();
        for (var at = 0; at < keys.Count; at++)
        {
            var wrong = new List<string>();
            if (ReadKey(keys[at], wrong) is { } key)
                read.Add(key);
            reasons.AddRange(wrong.Select(reason => $"jwks.keys[{at}] {reason}"));
        }

        if (read.Select(key => key.Id).Distinct(StringComparer.Ordinal).Count() < read.Count)
            reasons.Add("'jwks' has two keys of one kid; each key needs its own");
        return read;
    }

    private static List<JsonElement>? Keys(JsonElement set)
        => set.ValueKind == JsonValueKind.Object && set.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
            && keys.GetArrayLength() <= MaxKeys
            ? [.. keys.EnumerateArray()]
            : null;

    private static ClientKey? ReadKey(JsonElement jwk, List<string> wrong)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return Refuse(wrong, "must be an object");
        if (jwk.TryGetProperty("d", out _) || jwk.TryGetProperty("k", out _))
            return Refuse(wrong, "holds a private or shared key; register the public key only, and make a new pair, since this one has been shown");
        if (Text(jwk, "kid") is not { Length: > 0 and <= MaxIdLength } id)
            return Refuse(wrong, $"needs a kid of at most {MaxIdLength} characters");
        if (Text(jwk, "use") is { } use && use != "sig")
            return Refuse(wrong, "is not for signatures (use is not sig)");
        SigningAlgorithm? only = null;
        if (jwk.TryGetProperty("alg", out _) && (only = SigningAlgorithms.Find(Text(jwk, "alg"))) is null)
            return Refuse(wrong, "has an alg that is not taken here: ES384, RS384, ES256, RS256 or PS384");
        try
        {
            return Text(jwk, "kty") switch
            {
                "EC" => Curve(jwk, id, only, wrong),
                "RSA" => Modulus(jwk, id, only, wrong),
                _ => Refuse(wrong, "has a kty that is not taken here: EC or RSA"),
            };
        }
        catch (CryptographicException)
        {
            return Refuse(wrong, "is not a key: its numbers do not fit its curve or kind");
        }
    }

    private static ClientKey? Curve(JsonElement jwk, string id, SigningAlgorithm? only, List<string> wrong)
    {
        if (Text(jwk, "crv") is not ("P-384" or "P-256"))
            return Refuse(wrong, "has a crv that is not taken here: P-384 or P-256");
        var curve = Text(jwk, "crv")!;
        var size = curve == "P-384" ? 48 : 32;
        return Number(jwk, "x") is { } x && Number(jwk, "y") is { } y && x.Length == size && y.Length == size
            ? ClientKey.OfCurve(id, only, curve, new ECPoint { X = x, Y = y })
            : Refuse(wrong, $"needs x and y of {size} bytes each, in base64url");
    }

    private static ClientKey? Modulus(JsonElement jwk, string id, SigningAlgorithm? only, List<string> wrong)
    {
        if (Number(jwk, "n") is not { Length: > 0 } n || Number(jwk, "e") is not { Length: > 0 and <= 4 } e)
            return Refuse(wrong, "needs n and e in base64url");
        n = [.. n.SkipWhile(octet => octet == 0)];
        if (n.Length * 8 is < MinRsaBits or > MaxRsaBits)
            return Refuse(wrong, $"must have {MinRsaBits} to {MaxRsaBits} bits");
        return ClientKey.OfModulus(id, only, new RSAParameters { Modulus = n, Exponent = e });
    }

    private static string? Text(JsonElement jwk, string name)
        => jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.Of(value) : null;

    private static byte[]? Number(JsonElement jwk, string name)
    {
        if (Text(jwk, name) is not { } text || !CompactToken.IsBase64Url(text))
            return null;
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ClientKey? Refuse(List<string> wrong, string reason)
    {
        wrong.Add(reason);
        return null;
    }
}

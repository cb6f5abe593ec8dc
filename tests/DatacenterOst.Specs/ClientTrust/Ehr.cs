using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>An EHR with its keys: registers itself, and signs tokens as the standard says or in every wrong way. Our own signing, so that the product's verifying is tested by another.</summary>
public sealed class Ehr : IDisposable
{
    public Ehr(string id)
    {
        Id = id;
        Issuer = $"https://{id}.example.org/";
    }

    public string Id { get; }

    public string Issuer { get; init; }

    public ECDsa P384 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    public ECDsa P256 { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public RSA Rsa { get; } = RSA.Create(2048);

    /// <summary>The clock by which it issues tokens.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string Kid(string algorithm) => $"{Id}-{algorithm[..2].ToLowerInvariant() switch { "ps" or "rs" => "rsa", _ => algorithm == "ES256" ? "p256" : "p384" }}";

    public static string Encoded(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public JsonObject KeySet(params string[] algorithms)
        => new() { ["keys"] = new JsonArray([.. algorithms.Select(JsonNode (algorithm) => Jwk(algorithm))]) };

    public JsonObject Jwk(string algorithm)
    {
        if (algorithm[0] != 'E')
        {
            var modulus = Rsa.ExportParameters(false);
            return new JsonObject { ["kty"] = "RSA", ["kid"] = Kid(algorithm), ["use"] = "sig", ["n"] = Encoded(modulus.Modulus), ["e"] = Encoded(modulus.Exponent) };
        }

        var point = (algorithm == "ES256" ? P256 : P384).ExportParameters(false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["kid"] = Kid(algorithm),
            ["use"] = "sig",
            ["crv"] = algorithm == "ES256" ? "P-256" : "P-384",
            ["x"] = Encoded(point.X),
            ["y"] = Encoded(point.Y),
        };
    }

    /// <summary>The registration with ES384 and RS384 keys handed over.</summary>
    public JsonObject Registration() => new()
    {
        ["id"] = Id,
        ["name"] = "EHR " + Id,
        ["issuer"] = Issuer,
        ["jwks"] = KeySet("ES384", "RS384"),
    };

    public JsonObject Header(string algorithm) => new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = Kid(algorithm) };

    public JsonObject Claims(string audience)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject { ["iss"] = Issuer, ["aud"] = audience, ["iat"] = now, ["exp"] = now + 300, ["jti"] = Guid.NewGuid().ToString() };
    }

    public string Token(string audience, string algorithm = "ES384", Action<JsonObject>? header = null, Action<JsonObject>? claims = null, byte[]? secret = null)
    {
        var (first, second) = (Header(algorithm), Claims(audience));
        header?.Invoke(first);
        claims?.Invoke(second);
        return Sign(first, second, algorithm, secret);
    }

    public string Sign(JsonObject header, JsonObject claims, string algorithm, byte[]? secret = null)
    {
        var signed = $"{Encoded(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Encoded(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{signed}.{Encoded(Signature(Encoding.ASCII.GetBytes(signed), algorithm, secret))}";
    }

    public void Dispose()
    {
        P384.Dispose();
        P256.Dispose();
        Rsa.Dispose();
    }

    private byte[] Signature(byte[] signed, string algorithm, byte[]? secret) => algorithm switch
    {
        "ES384" => P384.SignData(signed, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        "ES256" => P256.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        "RS384" => Rsa.SignData(signed, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        "RS256" => Rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "PS384" => Rsa.SignData(signed, HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
        "HS256" => HMACSHA256.HashData(secret!, signed),
        "HS384" => HMACSHA384.HashData(secret!, signed),
        "HS512" => HMACSHA512.HashData(secret!, signed),
        _ => [],
    };
}

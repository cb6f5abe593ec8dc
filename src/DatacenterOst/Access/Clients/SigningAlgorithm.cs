using System.Security.Cryptography;

namespace DatacenterOst.Access.Clients;

/// <summary>
/// The algorithms that a client's tokens may be signed with (RFC 7518 §3.1). CDS Hooks recommends ES384 and RS384; the others are
/// taken from clients that are so registered. Symmetric ones and <c>none</c> are forbidden by the standard and have no value here.
/// </summary>
public enum SigningAlgorithm : byte
{
    ES384 = 1,
    RS384 = 2,
    ES256 = 3,
    RS256 = 4,
    PS384 = 5,
}

/// <summary>What a name in a token's header means, and which key fits it.</summary>
public static class SigningAlgorithms
{
    /// <summary>Those of a client that is registered without naming any.</summary>
    public static readonly IReadOnlyList<SigningAlgorithm> Recommended = [SigningAlgorithm.ES384, SigningAlgorithm.RS384];

    /// <summary>Null for any other name, in any other spelling: names are case-sensitive (RFC 7515 §4.1.1).</summary>
    public static SigningAlgorithm? Find(string? name) => name switch
    {
        "ES384" => SigningAlgorithm.ES384,
        "RS384" => SigningAlgorithm.RS384,
        "ES256" => SigningAlgorithm.ES256,
        "RS256" => SigningAlgorithm.RS256,
        "PS384" => SigningAlgorithm.PS384,
        _ => null,
    };

    /// <summary>The key's type and curve that the algorithm is bound to: the key decides, never the token alone.</summary>
    internal static string KeyShape(this SigningAlgorithm algorithm) => algorithm switch
    {
        SigningAlgorithm.ES384 => "EC P-384",
        SigningAlgorithm.ES256 => "EC P-256",
        _ => "RSA",
    };

    internal static HashAlgorithmName Hash(this SigningAlgorithm algorithm)
        => algorithm is SigningAlgorithm.ES256 or SigningAlgorithm.RS256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;

    internal static RSASignaturePadding Padding(this SigningAlgorithm algorithm)
        => algorithm == SigningAlgorithm.PS384 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
}

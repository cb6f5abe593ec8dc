using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace DatacenterOst.Access.Clients;

/// <summary>A public key of a client, from its JWK (RFC 7517). Safe for use from many threads.</summary>
public sealed class ClientKey
{
    /// <summary>Imported keys that are kept for the next token; importing one costs as much as a verification.</summary>
    private const int MaxKept = 16;

    private readonly ConcurrentBag<AsymmetricAlgorithm> kept = [];
    private readonly ECParameters? curve;
    private readonly RSAParameters? modulus;

    private ClientKey(string id, SigningAlgorithm? only, string shape)
    {
        Id = id;
        Only = only;
        Shape = shape;
    }

    private ClientKey(string id, SigningAlgorithm? only, string shape, ECParameters curve)
        : this(id, only, shape) => this.curve = curve;

    private ClientKey(string id, SigningAlgorithm? only, RSAParameters modulus)
        : this(id, only, "RSA") => this.modulus = modulus;

    /// <summary><c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>The one algorithm that the JWK says it is for; null when it does not say.</summary>
    public SigningAlgorithm? Only { get; }

    /// <summary>Type and curve: <c>EC P-384</c>, <c>RSA</c>.</summary>
    public string Shape { get; }

    /// <exception cref="CryptographicException">When the point is not on the curve.</exception>
    internal static ClientKey OfCurve(string id, SigningAlgorithm? only, string curveName, ECPoint point)
    {
        var curve = curveName == "P-384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256;
        var key = new ClientKey(id, only, "EC " + curveName, new ECParameters { Curve = curve, Q = point });
        key.Give(key.Import());
        return key;
    }

    /// <exception cref="CryptographicException">When it is no RSA key.</exception>
    internal static ClientKey OfModulus(string id, SigningAlgorithm? only, RSAParameters modulus)
    {
        var key = new ClientKey(id, only, modulus);
        key.Give(key.Import());
        return key;
    }

    /// <summary>Whether the key may verify tokens of this algorithm.</summary>
    public bool Fits(SigningAlgorithm algorithm) => Shape == algorithm.KeyShape() && (Only is null || Only == algorithm);

    /// <summary>Whether the signature is of these bytes by the owner of this key; false, never an exception, for whatever else it is.</summary>
    public bool Verify(SigningAlgorithm algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (!Fits(algorithm))
            return false;
        var imported = kept.TryTake(out var ready) ? ready : Import();
        try
        {
            return imported is ECDsa curved
                ? curved.VerifyData(signed, signature, algorithm.Hash(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : ((RSA)imported).VerifyData(signed, signature, algorithm.Hash(), algorithm.Padding());
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            Give(imported);
        }
    }

    public override string ToString() => $"{Shape} {Id}";

    private AsymmetricAlgorithm Import()
        => curve is { } point ? ECDsa.Create(point) : RSA.Create(modulus!.Value);

    private void Give(AsymmetricAlgorithm imported)
    {
        if (kept.Count < MaxKept)
            kept.Add(imported);
        else
            imported.Dispose();
    }
}

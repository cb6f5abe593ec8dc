using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DatacenterOst.Clinical;
using DatacenterOst.Features;

namespace DatacenterOst.Models;

/// <summary>Whose signatures count.</summary>
/// <param name="Keys">Public keys by name; empty where none are configured.</param>
/// <param name="IsRequired">A package without a signature of one of the keys does not load.</param>
public sealed record SignatureRule(IReadOnlyDictionary<string, SigningKey> Keys, bool IsRequired)
{
    /// <summary>A hospital trusts a handful of publishers.</summary>
    public const int MaxKeys = 100;

    public static readonly SignatureRule None = new(new Dictionary<string, SigningKey>(), false);

    /// <summary>Reads <c>&lt;name&gt;.pem</c>, each a public key on the curve P-256.</summary>
    /// <exception cref="Problem">The folder is not there, or a file in it is no such key.</exception>
    public static SignatureRule Read(string folder, bool isRequired)
    {
        if (!Directory.Exists(folder)) throw new Problem(ProblemKind.NotFound, "the folder of keys does not exist; create it or correct the setting", where: folder);
        var keys = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*.pem").Order(StringComparer.Ordinal).Take(MaxKeys))
            keys[Path.GetFileNameWithoutExtension(file)] = SigningKey.Read(File.ReadAllText(file), file);
        return new SignatureRule(keys, isRequired);
    }
}

/// <summary>A public key that packages are signed with: ECDSA on P-256, as ES256 of RFC 7518 takes it.</summary>
public sealed record SigningKey(string Pem)
{
    internal static SigningKey Read(string pem, string where)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            if (key.KeySize == 256) return new SigningKey(key.ExportSubjectPublicKeyInfoPem());
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw new Problem(ProblemKind.Invalid, $"is no public key in PEM: {wrong.Message}", where, wrong);
        }

        throw new Problem(ProblemKind.Invalid, "must be a key on the curve P-256", where: where);
    }
}

/// <summary>
/// <c>signature.json</c> of a package: ES256 over its id, version and hash. It stands beside what it signs and is the one file that
/// the hash does not cover.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PackageSignature(
    [property: JsonRequired] int Format,
    [property: JsonRequired] string Algorithm,
    [property: JsonRequired] string Key,
    [property: JsonRequired] string Hash,
    [property: JsonRequired] string Signature)
{
    public const string FileName = "signature.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <param name="name">The key's name, under which others have its public half.</param>
    /// <param name="privatePem">The private half, ECDSA on P-256.</param>
    /// <exception cref="Problem">Invalid: it is no such key.</exception>
    public static PackageSignature Sign(PackageId id, string name, string privatePem)
    {
        SigningKey.Read(privatePem, name);
        using var key = ECDsa.Create();
        key.ImportFromPem(privatePem);
        return new PackageSignature(1, "ES256", name, id.Hash, Convert.ToBase64String(key.SignData(Signed(id), HashAlgorithmName.SHA256)));
    }

    public string Write() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <summary>Reports what keeps a package from being trusted; says nothing where no signature is asked for and none is there.</summary>
    internal static void Check(string folder, PackageId id, SignatureRule rule, PackageProblems problems)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        if (!file.Exists)
        {
            if (rule.IsRequired) problems.Add(FileName, 0, "is missing; this installation takes signed packages only");
            return;
        }

        // Without configured keys nobody can tell a good signature from a bad one.
        if (rule.Keys.Count == 0 && !rule.IsRequired) return;
        if (Read(file) is not { } signature) problems.Add(FileName, 0, "cannot be read: it needs format, algorithm, key, hash and signature");
        else if (signature is not { Format: 1, Algorithm: "ES256" }) problems.Add(FileName, 0, "must be of format 1 and ES256");
        else if (!rule.Keys.TryGetValue(signature.Key, out var key)) problems.Add(FileName, 0, $"is by the key '{signature.Key}', which is not among the configured keys");
        else if (signature.Hash != id.Hash) problems.Add(FileName, 0, $"is of the content {signature.Hash}, but the files here are {id.Hash}; they were changed after signing");
        else if (!signature.IsBy(key, id)) problems.Add(FileName, 0, $"is not by the key '{signature.Key}'");
    }

    private static PackageSignature? Read(FileInfo file)
    {
        try
        {
            // A signature is some hundred bytes.
            return file.Length > 16_384 ? null : JsonSerializer.Deserialize<PackageSignature>(File.ReadAllText(file.FullName), Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsBy(SigningKey key, PackageId id)
    {
        var bytes = new byte[Signature.Length];
        if (!Convert.TryFromBase64String(Signature, bytes, out var length)) return false;
        using var verifier = ECDsa.Create();
        verifier.ImportFromPem(key.Pem);
        return verifier.VerifyData(Signed(id), bytes.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    private static byte[] Signed(PackageId id) => Encoding.UTF8.GetBytes($"dost-package-1\n{id.Model.Value}\n{id.Version}\n{id.Hash}\n");
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// Logical ids of results that came without a FHIR resource. An id is the patient key and the result key, encrypted with
/// a secret of this store: it can be read back here, stays the same when the result is corrected, and tells others nothing.
/// </summary>
internal sealed class FactIds(StoreDatabase database)
{
    public const string Prefix = "r-";
    private const string SettingName = "result-id-secret";

    /// <summary>256 bits, the size of an AES-256 key.</summary>
    private const int SecretBytes = 32;

    // One block of result key, one of patient key and eight zeros by which a made-up id is recognised.
    private const int IdBytes = 32;

    private byte[]? secret;

    /// <summary>Reads the secret of the store, making it when the store is new.</summary>
    public async Task Load(CancellationToken cancellationToken)
    {
        if (secret is not null)
        {
            return;
        }

        await using (var connection = await database.Dialect.Open(cancellationToken))
        {
            secret = (await Find(connection.Command("select value from setting where name = @name", ("@name", SettingName)), cancellationToken)).FirstOrDefault();
        }

        if (secret is null)
        {
            await using var transaction = await database.Dialect.Begin(cancellationToken);
            await transaction.Command(
                "insert into setting (name, value) values (@name, @value) on conflict do nothing",
                ("@name", SettingName), ("@value", RandomNumberGenerator.GetBytes(SecretBytes))).Execute(cancellationToken);
            var made = await Find(transaction.Command("select value from setting where name = @name", ("@name", SettingName)), cancellationToken);
            await transaction.Commit(cancellationToken);
            secret = made.Single();
        }
    }

    public string Of(PatientId patient, UInt128 result)
    {
        var plain = new byte[IdBytes];
        BinaryPrimitives.WriteUInt128BigEndian(plain, result);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(16), patient.Value);
        using var aes = Cipher();

        // Result keys are hashes and never repeat within a patient, so chaining from a fixed start gives nothing away.
        return Prefix + Base32.Encode(aes.EncryptCbc(plain, new byte[16], PaddingMode.None));
    }

    public (PatientId Patient, UInt128 Result)? Parse(string id)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal) || Base32.Decode(id.AsSpan(Prefix.Length)) is not { Length: IdBytes } bytes)
        {
            return null;
        }

        using var aes = Cipher();
        var plain = aes.DecryptCbc(bytes, new byte[16], PaddingMode.None);
        return BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(24)) == 0
            ? (new PatientId(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(16))), BinaryPrimitives.ReadUInt128BigEndian(plain))
            : null;
    }

    private Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = secret ?? throw new InvalidOperationException("The secret is not loaded.");
        return aes;
    }

    private static Task<List<byte[]>> Find(System.Data.Common.DbCommand command, CancellationToken cancellationToken) =>
        command.Rows(row => row.Bytes(0), cancellationToken);
}

/// <summary>RFC 4648 base32 in lower case without padding: ids in it fit FHIR's 64 characters and survive any change of case.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var value in bytes)
        {
            buffer = ((buffer << 8) | value) & 0xFFFF;
            bits += 8;
            while (bits >= 5)
            {
                text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
                bits -= 5;
            }
        }

        return bits > 0 ? text.Append(Alphabet[(buffer << (5 - bits)) & 31]).ToString() : text.ToString();
    }

    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>();
        var (buffer, bits) = (0, 0);
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            buffer = ((buffer << 5) | value) & 0xFFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        return [.. bytes];
    }
}

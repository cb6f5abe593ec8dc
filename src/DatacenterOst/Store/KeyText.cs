using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DatacenterOst.Store;

/// <summary>
/// Builds the unambiguous bytes that a key is the hash of: every part carries its length, so that no two lists of
/// parts give the same bytes.
/// </summary>
internal sealed class KeyText(int capacity = KeyText.Usual)
{
    /// <summary>Room for the parts of a fact's key.</summary>
    private const int Usual = 256;

    /// <summary>Bytes that are copied on the stack to be hashed.</summary>
    private const int Short = 4_096;

    private readonly ArrayBufferWriter<byte> buffer = new(capacity);

    public KeyText Add(string? text)
    {
        if (text is null)
        {
            return Add(-1L);
        }

        Add((long)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, buffer);
        return this;
    }

    public KeyText Add(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), number);
        buffer.Advance(8);
        return this;
    }

    public KeyText Add(ReadOnlySpan<byte> bytes)
    {
        Add((long)bytes.Length);
        buffer.Write(bytes);
        return this;
    }

    /// <summary>The hash of a name and of bytes, which may be many.</summary>
    public static UInt128 HashOf(string name, ReadOnlySpan<byte> bytes)
    {
        var text = new KeyText(32 + name.Length).Add(name).Add((long)bytes.Length).buffer.WrittenSpan;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (bytes.Length <= Short)
        {
            // Copied together, because hashing in two steps takes OpenSSL longer than the bytes do.
            Span<byte> whole = stackalloc byte[text.Length + bytes.Length];
            text.CopyTo(whole);
            bytes.CopyTo(whole[text.Length..]);
            SHA256.HashData(whole, hash);
        }
        else
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            sha.AppendData(text);
            sha.AppendData(bytes);
            sha.GetHashAndReset(hash);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public KeyText Clear()
    {
        buffer.ResetWrittenCount();
        return this;
    }

    public byte[] Sha256() => SHA256.HashData(buffer.WrittenSpan);

    public UInt128 Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

/// <summary>A 128-bit key as the 16 bytes that the stores hold; big-endian, so that bytes and numbers sort alike.</summary>
internal static class KeyBytes
{
    public static byte[] Of(UInt128 key)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return bytes;
    }

    /// <summary>The same bytes as PostgreSQL has them in a uuid.</summary>
    public static Guid Uuid(byte[] bytes) => new(bytes, bigEndian: true);

    public static UInt128 From(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static UInt128 From(byte[] bytes) => BinaryPrimitives.ReadUInt128BigEndian(bytes);
}

using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// Ids that the server gives: 16 letters of base32 (RFC 4648, lower case), 48 bits of Unix milliseconds and 32 random bits. Ids of the
/// same time begin alike, so that new resources lie together in the store's indexes.
/// </summary>
public sealed class NewIds(TimeProvider time)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 16;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    public string Next()
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        RandomNumberGenerator.Fill(bytes[6..10]);
        Span<char> id = stackalloc char[Length];
        for (var at = 0; at < Length; at++)
        {
            var bit = at * 5;
            var pair = BinaryPrimitives.ReadUInt16BigEndian(bytes[(bit / 8)..]);
            id[at] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return new string(id);
    }

    /// <summary>Whether an id has the form of those given here.</summary>
    public static bool IsGiven(string id) => id.Length == Length && id.AsSpan().IndexOfAnyExcept(Letters) < 0;
}

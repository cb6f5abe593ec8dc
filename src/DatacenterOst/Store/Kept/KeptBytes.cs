using System.IO.Compression;

namespace DatacenterOst.Store.Kept;

/// <summary>Bytes as they are kept: compressed where that pays. The numbers of the encodings stand in stores and never change their meaning.</summary>
public static class KeptBytes
{
    public const short Plain = 0;

    /// <summary>No longer written.</summary>
    public const short Brotli = 1;

    /// <summary>Pieces of the raw record that the bytes came in.</summary>
    public const short Pieces = 2;

    /// <summary>By Brotli, going on from what it makes of <see cref="UsualText"/>. No longer written.</summary>
    public const short BrotliAfterUsual = 3;

    /// <summary>By Zstandard, with <see cref="UsualText"/> as the dictionary.</summary>
    public const short AfterUsual = 4;

    /// <summary>Below this a CSV row or a short message gains less than the time that it takes.</summary>
    private const int MinLength = 160;

    /// <summary>Above every resource and record that is taken in; kept bytes that seem to need more are broken.</summary>
    private const int MaxOpened = 256 * 1024 * 1024;

    /// <summary>A text that is mostly a part of another which is kept beside it.</summary>
    public static (byte[] Bytes, short Encoding) KeepWithin(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> other) =>
        Difference.Of(bytes, other) is { } pieces && pieces.Length < bytes.Length / 2 ? (pieces, Pieces) : Keep(bytes);

    public static (byte[] Bytes, short Encoding) Keep(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= MinLength && Zstandard.Compress(bytes, bytes.Length - (bytes.Length / 10)) is { } compressed
            ? (compressed, AfterUsual)
            : (bytes.ToArray(), Plain);

    /// <exception cref="InvalidDataException">The bytes are not of that encoding.</exception>
    public static byte[] Open(byte[] kept, short encoding) => encoding switch
    {
        Plain => kept,
        AfterUsual => Zstandard.Open(kept),
        BrotliAfterUsual => UsualText.OpenByBrotli(kept),
        Brotli => OpenByBrotli(kept),
        _ => throw new InvalidDataException($"No bytes are kept by encoding {encoding}; a newer version may have written them."),
    };

    // Bodies compress about threefold; what compresses better is tried again with more room.
    private static byte[] OpenByBrotli(byte[] kept)
    {
        for (var room = Math.Max(1_024, kept.Length * 6); ; room *= 4)
        {
            var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(room);
            try
            {
                if (BrotliDecoder.TryDecompress(kept, buffer, out var written))
                {
                    return buffer.AsSpan(0, written).ToArray();
                }
            }
            finally
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            }

            if (room > MaxOpened)
            {
                throw new InvalidDataException("Kept bytes cannot be decompressed.");
            }
        }
    }
}

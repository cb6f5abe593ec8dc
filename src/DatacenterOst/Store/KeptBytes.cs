using System.IO.Compression;

namespace DatacenterOst.Store;

/// <summary>Bytes as they are kept: compressed where that pays.</summary>
internal static class KeptBytes
{
    public const short Plain = 0;
    public const short Brotli = 1;

    /// <summary>Below this a CSV row or a short message gains less than the time that it takes.</summary>
    private const int MinLength = 160;

    // Quality 2 of 11 and a small window: records are a few kilobytes, and better is several times slower for some per cent.
    private const int Quality = 2;
    private const int Window = 16;

    public static (byte[] Bytes, short Encoding) Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinLength)
        {
            return (bytes.ToArray(), Plain);
        }

        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            var most = bytes.Length - (bytes.Length / 10);
            return BrotliEncoder.TryCompress(bytes, buffer.AsSpan(0, most), out var written, Quality, Window)
                ? (buffer.AsSpan(0, written).ToArray(), Brotli)
                : (bytes.ToArray(), Plain);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static byte[] Open(byte[] kept, short encoding)
    {
        if (encoding == Plain)
        {
            return kept;
        }

        using var decompressed = new MemoryStream(kept.Length * 3);
        using var brotli = new BrotliStream(new MemoryStream(kept), CompressionMode.Decompress);
        brotli.CopyTo(decompressed);
        return decompressed.ToArray();
    }
}

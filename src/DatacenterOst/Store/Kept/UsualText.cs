using System.IO.Compression;
using System.Reflection;

namespace DatacenterOst.Store.Kept;

/// <summary>
/// What FHIR JSON usually says – names of elements, addresses of code systems – as the beginning of every compressed text that is
/// kept. A laboratory result of half a kilobyte is mostly such words: compressed by itself it takes 350 bytes, after them 110.
/// The compressed form of the beginning is fixed and embedded, and only what comes after it is kept. Text and form must never
/// change; others would be a new encoding beside this one.
/// </summary>
internal static class UsualText
{
    /// <summary>Longer texts have enough of their own to be compressed by.</summary>
    public const int MaxLength = 4_096;

    // Of 11; the window holds the beginning and the longest text.
    private const int Quality = 2;
    private const int Window = 13;

    private static readonly byte[] Beginning = Embedded("usual.txt");
    private static readonly byte[] Compressed = Embedded("usual.br");

    /// <summary>
    /// Whether the encoder of this runtime gives the fixed form. A future one may not: then nothing new is kept so, and what
    /// was kept is read as ever.
    /// </summary>
    private static readonly Lazy<bool> IsWritable = new(() =>
    {
        Span<byte> buffer = new byte[Beginning.Length * 2];
        var encoder = new BrotliEncoder(Quality, Window);
        try
        {
            return Begin(ref encoder, buffer) is { } length && buffer[..length].SequenceEqual(Compressed);
        }
        finally
        {
            encoder.Dispose();
        }
    });

    /// <summary>What of the compressed text comes after the beginning; null where that does not pay.</summary>
    public static byte[]? Compress(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxLength || !IsWritable.Value)
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[MaxLength + 2_048];
        var encoder = new BrotliEncoder(Quality, Window);
        try
        {
            if (Begin(ref encoder, buffer) is not { } begun)
            {
                return null;
            }

            var rest = buffer.Slice(begun, Math.Min(text.Length, buffer.Length - begun));
            var status = encoder.Compress(text, rest, out var consumed, out var written, isFinalBlock: true);
            return status == System.Buffers.OperationStatus.Done && consumed == text.Length && written < text.Length ? rest[..written].ToArray() : null;
        }
        finally
        {
            encoder.Dispose();
        }
    }

    public static byte[] Decompress(ReadOnlySpan<byte> kept)
    {
        Span<byte> whole = stackalloc byte[Compressed.Length + MaxLength];
        Compressed.CopyTo(whole);
        kept.CopyTo(whole[Compressed.Length..]);
        Span<byte> text = stackalloc byte[Beginning.Length + MaxLength];
        return BrotliDecoder.TryDecompress(whole[..(Compressed.Length + kept.Length)], text, out var written)
            ? text[Beginning.Length..written].ToArray()
            : throw new InvalidDataException("Kept bytes cannot be decompressed.");
    }

    private static int? Begin(ref BrotliEncoder encoder, Span<byte> buffer)
    {
        var status = encoder.Compress(Beginning, buffer, out var consumed, out var written, isFinalBlock: false);
        if (status != System.Buffers.OperationStatus.Done || consumed != Beginning.Length || encoder.Flush(buffer[written..], out var flushed) != System.Buffers.OperationStatus.Done)
        {
            return null;
        }

        return written + flushed;
    }

    private static byte[] Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

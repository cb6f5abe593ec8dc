using System.IO.Compression;
using System.Reflection;

namespace DatacenterOst.Store.Kept;

/// <summary>
/// What FHIR JSON usually says – names of elements, addresses of code systems – which every compressed text that is kept takes for
/// granted. A laboratory result of half a kilobyte is mostly such words: compressed by itself it takes 350 bytes, after them 110.
/// It must never change, nor what is made of it; another would be a new encoding beside this one.
/// </summary>
internal static class UsualText
{
    private const int MaxLengthByBrotli = 4_096;

    private static readonly byte[] Words = Embedded("usual.txt");

    private static readonly byte[] ForZstandard = Embedded("usual.zdict");

    // What Brotli made of the words, which texts of the first encoding go on from.
    private static readonly byte[] ByBrotli = Embedded("usual.br");

    /// <summary>The words as a dictionary of Zstandard, with the statistics of FHIR JSON before them.</summary>
    public static ReadOnlySpan<byte> Dictionary => ForZstandard;

    /// <summary>A text that was kept as what Brotli made of it after the usual text.</summary>
    public static byte[] OpenByBrotli(ReadOnlySpan<byte> kept)
    {
        Span<byte> whole = stackalloc byte[ByBrotli.Length + MaxLengthByBrotli];
        ByBrotli.CopyTo(whole);
        kept.CopyTo(whole[ByBrotli.Length..]);
        Span<byte> text = stackalloc byte[Words.Length + MaxLengthByBrotli];
        return BrotliDecoder.TryDecompress(whole[..(ByBrotli.Length + kept.Length)], text, out var written)
            ? text[Words.Length..written].ToArray()
            : throw new InvalidDataException("Kept bytes cannot be decompressed.");
    }

    private static byte[] Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

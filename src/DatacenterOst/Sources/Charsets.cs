using System.Text;
using System.Text.Unicode;

namespace DatacenterOst.Sources;

/// <summary>
/// Encodings by the names that senders use. Decoding is strict: a byte that the encoding does not have is a problem,
/// since a replaced letter in a name or a unit is worse than a rejected message.
/// </summary>
internal static class Charsets
{
    public static readonly UTF8Encoding Utf8 = new(false, true);

    /// <summary>Encoding of a name as in HL7 table 0211 (<c>8859/1</c>, <c>UNICODE UTF-8</c>), IANA or a profile; null when unknown.</summary>
    public static Encoding? Named(string name)
    {
        var key = name.Trim().ToUpperInvariant();
        if (key is "" or "ASCII" or "US-ASCII" or "UNICODE" or "UNICODE UTF-8" or "UTF-8" or "UTF8")
            return Utf8;
        if (key.StartsWith("8859/", StringComparison.Ordinal))
            key = "ISO-8859-" + key[5..];
        if (key is "ISO-8859-1" or "LATIN1")
            return Encoding.Latin1;
        // Only one-byte encodings that hold ASCII: separators are found in the bytes before anything is decoded.
        if (!key.StartsWith("ISO-8859-", StringComparison.Ordinal) && !key.StartsWith("WINDOWS-125", StringComparison.Ordinal))
            return null;
        return OneByte(key);
    }

    /// <summary>The text, or where the first byte stands that the encoding does not have.</summary>
    public static string? Decode(Encoding encoding, ReadOnlySpan<byte> bytes, out int badByte)
    {
        badByte = -1;
        if (!ReferenceEquals(encoding, Utf8))
            return encoding.GetString(bytes);
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        badByte = FirstBad(bytes);
        return null;
    }

    private static int FirstBad(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var used) == System.Buffers.OperationStatus.Done)
            at += used;
        return at;
    }

    private static Encoding? OneByte(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

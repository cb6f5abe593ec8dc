using System.Runtime.CompilerServices;

namespace DatacenterOst.Fhir;

/// <summary>Reads NDJSON line by line with bounded memory; blank lines are passed over. A line's resource is parsed by the caller.</summary>
public static class NdjsonReader
{
    /// <summary>The longest line that is returned, in bytes; a longer one is returned without its bytes and with a problem.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    /// <summary>The lines in order, each with its number and bytes; never throws for what a line holds.</summary>
    public static async IAsyncEnumerable<NdjsonLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var window = new StreamWindow(stream);
        var (scanned, tooLong, isLast) = (0, 0, false);
        while (!isLast)
        {
            var at = window.Kept[scanned..].IndexOf((byte)'\n');
            if (at < 0)
            {
                scanned = window.Kept.Length;
                if (scanned > MaxLineBytes)
                {
                    tooLong = tooLong == 0 ? window.Line : tooLong;
                    window.Drop(scanned);
                    scanned = 0;
                }
                isLast = !await window.ReadMoreAsync(cancellationToken);
                if (!isLast) continue;
            }
            var length = at < 0 ? window.Kept.Length : scanned + at;
            var line = Take(window, length, tooLong);
            window.Drop(Math.Min(length + 1, window.Kept.Length));
            (scanned, tooLong) = (0, 0);
            if (line is not null) yield return line;
        }
    }

    private static NdjsonLine? Take(StreamWindow window, int length, int tooLong)
    {
        if (tooLong > 0 || length > MaxLineBytes)
            return new NdjsonLine(window.Line, window.Offset, ReadOnlyMemory<byte>.Empty, $"The line is longer than {MaxLineBytes} bytes; split the resource or send it as a Bundle");
        var skip = window.Offset == 0 && window.Kept.StartsWith("\uFEFF"u8) ? 3 : 0;
        var text = window.Kept[skip..length].TrimEnd(" \t\r"u8);
        return text.Trim(" \t\r"u8).IsEmpty ? null : new NdjsonLine(window.Line, window.Offset + skip, window.Copy(skip, text.Length), null);
    }
}

using System.Buffers;

namespace DatacenterOst.Sources.Csv;

/// <summary>One row as it came, with its line end, and the line of the file on which it begins (from 1).</summary>
/// <param name="Fault">What is wrong with it; null for a row that can be split into fields.</param>
internal readonly record struct CsvRow(ReadOnlyMemory<byte> Bytes, long Line, CsvFault? Fault, bool EndsFile);

internal enum CsvFault
{
    BadQuotes,
    TooLong,
    Cut,
}

/// <summary>
/// Cuts a stream into rows by RFC 4180, quoted line breaks included, with the bytes exactly as they came. After a quote
/// that is never closed only its first line is lost: reading goes on with the next line.
/// </summary>
internal sealed class CsvRows(InputBuffer input, byte delimiter)
{
    private readonly SearchValues<byte> fieldEnds = SearchValues.Create(delimiter, (byte)'\n', (byte)'\r');
    private long line = 1;

    /// <summary>The next row; null at the end of the file.</summary>
    public async ValueTask<CsvRow?> Next(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = RowLength(input.Unread, input.Ended, out var fault);
            if (length == 0 && await input.More(cancellationToken))
                continue;
            if (input.Unread.IsEmpty)
                return null;
            // The buffer is full or the file has ended while a quote is open.
            return length > 0 ? Take(length, fault) : input.Ended ? TakeAtEnd() : Take(FirstLine(input.Unread), CsvFault.TooLong);
        }
    }

    private CsvRow TakeAtEnd()
    {
        var length = RowLength(input.Unread, true, out var fault);
        if (length > 0)
            return Take(length, fault);
        // A quote is open at the end: if nothing but this line is left the file was cut; otherwise the quote is astray.
        var firstLine = FirstLine(input.Unread);
        return Take(firstLine, firstLine == input.Unread.Length ? CsvFault.Cut : CsvFault.BadQuotes);
    }

    private CsvRow Take(int length, CsvFault? fault)
    {
        var bytes = input.Unread[..length].ToArray();
        var endsFile = bytes[^1] is not ((byte)'\n' or (byte)'\r');
        var row = new CsvRow(bytes, line, fault, endsFile);
        input.Consume(length);
        line += LineBreaks(bytes);
        return row;
    }

    private static int LineBreaks(ReadOnlySpan<byte> bytes)
    {
        var feeds = bytes.Count((byte)'\n');
        return feeds > 0 ? feeds : bytes.Count((byte)'\r');
    }

    /// <summary>Length of the first row with its line end; 0 when more bytes are needed to know.</summary>
    private int RowLength(ReadOnlySpan<byte> bytes, bool ended, out CsvFault? fault)
    {
        fault = null;
        var at = 0;
        while (at < bytes.Length)
        {
            var quoted = bytes[at] == '"';
            if (quoted && !CsvQuotes.Skip(bytes, ref at))
                return 0;
            var next = bytes[at..].IndexOfAny(fieldEnds);
            if (next > 0 && quoted)
            {
                fault = CsvFault.BadQuotes;
                return FirstLine(bytes);
            }
            if (next < 0)
                break;
            at += next;
            if (bytes[at] != delimiter)
                return LineEnd(bytes, at, ended);
            at++;
        }
        return ended ? bytes.Length : 0;
    }

    /// <summary>A carriage return may be followed by its line feed, in the next chunk.</summary>
    private static int LineEnd(ReadOnlySpan<byte> bytes, int at, bool ended)
    {
        if (bytes[at] == '\n')
            return at + 1;
        if (at + 1 == bytes.Length)
            return ended ? at + 1 : 0;
        return bytes[at + 1] == '\n' ? at + 2 : at + 1;
    }

    private static int FirstLine(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOfAny((byte)'\n', (byte)'\r');
        return at < 0 ? bytes.Length : LineEnd(bytes, at, true);
    }
}

internal static class CsvQuotes
{
    /// <summary>Moves from an opening quote to just behind its closing one; false when that is not among the bytes.</summary>
    public static bool Skip(ReadOnlySpan<byte> bytes, ref int at)
    {
        var from = at + 1;
        while (true)
        {
            var quote = from < bytes.Length ? bytes[from..].IndexOf((byte)'"') : -1;
            if (quote < 0)
                return false;
            from += quote + 1;
            if (from < bytes.Length && bytes[from] == '"')
            {
                from++;
                continue;
            }
            at = from;
            return true;
        }
    }
}

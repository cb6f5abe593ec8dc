using System.Text;

namespace DatacenterOst.Sources.Csv;

/// <summary>The fields of one row at a time. The arrays are reused, so that a row costs no more than the texts asked for.</summary>
internal sealed class CsvFields(byte delimiter, Encoding encoding)
{
    /// <summary>Columns of a file; more are counted but not readable.</summary>
    private const int MaxColumns = 4096;

    private readonly (int Start, int Length)[] fields = new (int, int)[MaxColumns];
    private ReadOnlyMemory<byte> row;

    public int Count { get; private set; }

    public void Split(ReadOnlyMemory<byte> bytes)
    {
        row = bytes;
        Count = 0;
        var span = WithoutLineEnd(bytes.Span);
        var at = 0;
        while (true)
        {
            var start = at;
            // A quote that is open at the end of the row has been reported as a fault before.
            if (at < span.Length && span[at] == '"' && !CsvQuotes.Skip(span, ref at))
                at = span.Length;
            var next = span[at..].IndexOf(delimiter);
            at = next < 0 ? span.Length : at + next;
            if (Count < MaxColumns)
                fields[Count] = (start, at - start);
            Count++;
            if (next < 0)
                return;
            at++;
        }
    }

    /// <summary>The text of a column, null where it is empty or the column is not there.</summary>
    public string? Text(int column)
    {
        if (column < 0 || column >= Count)
            return null;
        var (start, length) = fields[column];
        var bytes = row.Span.Slice(start, length);
        if (length < 2 || bytes[0] != '"')
            return length == 0 ? null : encoding.GetString(bytes);
        bytes = bytes[1..^1];
        var text = encoding.GetString(bytes);
        return text.Length == 0 ? null : bytes.Contains((byte)'"') ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> bytes)
    {
        if (bytes.EndsWith("\r\n"u8))
            return bytes[..^2];
        return bytes.Length > 0 && bytes[^1] is (byte)'\n' or (byte)'\r' ? bytes[..^1] : bytes;
    }
}

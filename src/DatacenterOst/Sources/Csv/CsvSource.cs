using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Csv;

/// <summary>
/// Rows of a table with a header line, read by the mapping of the source profile (RFC 4180, any one-character delimiter).
/// Each row is a record with one item.
/// </summary>
public sealed class CsvSource : ISource
{
    /// <summary>Bytes of one row; a longer one is most often a quote that was never closed.</summary>
    private const int MaxRowBytes = 1024 * 1024;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly SourceProfile profile;
    private readonly CsvMapping mapping;
    private readonly Encoding encoding;

    public CsvSource(SourceProfile profile)
    {
        this.profile = profile;
        mapping = profile.Csv ?? throw new Problem(ProblemKind.Invalid, "the source profile has no csv mapping", profile.Id);
        encoding = Charsets.Named(profile.Charset) ?? throw new Problem(ProblemKind.Invalid, $"the charset '{profile.Charset}' is not known", profile.Id);
    }

    public async IAsyncEnumerable<RawRecord> Read(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new InputBuffer(input, MaxRowBytes);
        await SkipByteOrderMark(buffer, cancellationToken);
        var rows = new CsvRows(buffer, (byte)mapping.Delimiter[0]);
        var fields = new CsvFields((byte)mapping.Delimiter[0], encoding);
        if (await rows.Next(cancellationToken) is not { } header)
        {
            yield return Unread.Record(default, "line 1", RejectionReasons.Truncated, buffer.Failure ?? "the file is empty: not even a header line is there");
            yield break;
        }
        var columns = ReadHeader(header, fields, out var fault);
        if (columns is null)
        {
            yield return Unread.Record(header.Bytes, "line 1", RejectionReasons.Unreadable, fault);
            yield break;
        }
        var reader = new CsvRowReader(profile, mapping, columns, fields);
        while (await rows.Next(cancellationToken) is { } row)
        {
            if (!IsBlank(row.Bytes.Span))
                yield return ReadRow(row, reader, fields, columns.Header.Count) with { Context = header.Bytes };
        }
        if (buffer.Failure is { } failure)
            yield return Unread.Record(default, $"byte {buffer.Offset}", RejectionReasons.Truncated, $"the file could not be read to its end: {failure} Send it again.");
    }

    /// <summary>A row means something only below its header, which is its context.</summary>
    public async IAsyncEnumerable<RawRecord> ReadAgain(EarlierRecord kept, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] table = [.. kept.Context.Span, .. kept.Context.Span.EndsWith("\n"u8) ? ""u8 : "\n"u8, .. kept.Bytes.Span];
        await foreach (var record in Read(new MemoryStream(table), cancellationToken))
            yield return record with { Place = kept.Place, Items = [.. record.Items.Select(item => item with { Place = kept.Place })], Bytes = kept.Bytes, Context = kept.Context };
    }

    private static async ValueTask SkipByteOrderMark(InputBuffer buffer, CancellationToken cancellationToken)
    {
        while (buffer.Unread.Length < ByteOrderMark.Length && await buffer.More(cancellationToken))
        {
        }
        if (buffer.Unread.StartsWith(ByteOrderMark))
            buffer.Consume(ByteOrderMark.Length);
    }

    private CsvColumns? ReadHeader(CsvRow header, CsvFields fields, out string fault)
    {
        if (header.Bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || header.Bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            fault = "the file is UTF-16; save it as UTF-8";
            return null;
        }
        if (header.Fault is { } rowFault || BadByte(header) is { })
        {
            fault = header.Fault is null ? BadByte(header)! : Words(header.Fault.Value);
            return null;
        }
        fields.Split(header.Bytes);
        var names = Enumerable.Range(0, fields.Count).Select(i => fields.Text(i)?.Trim() ?? "").ToList();
        var columns = new CsvColumns(names, mapping);
        fault = columns.Fault(profile.Id, mapping.Delimiter) ?? "";
        return fault.Length == 0 ? columns : null;
    }

    private RawRecord ReadRow(CsvRow row, CsvRowReader reader, CsvFields fields, int columns)
    {
        var place = FormattableString.Invariant($"line {row.Line}");
        if (row.Fault is { } fault)
            return Unread.Record(row.Bytes, place, fault == CsvFault.Cut ? RejectionReasons.Truncated : RejectionReasons.Unreadable, Words(fault));
        if (BadByte(row) is { } badByte)
            return Unread.Record(row.Bytes, place, RejectionReasons.Unreadable, badByte);
        fields.Split(row.Bytes);
        if (fields.Count == columns)
            return reader.Read(row.Bytes, place);
        var cut = row.EndsFile && fields.Count < columns;
        var message = cut
            ? $"the file ends in the middle of this row: {fields.Count} of {columns} columns. Send it again, whole."
            : $"the row has {fields.Count} columns and the header {columns}; is a delimiter within a value not quoted?";
        return Unread.Record(row.Bytes, place, cut ? RejectionReasons.Truncated : RejectionReasons.Unreadable, message);
    }

    private string? BadByte(CsvRow row)
    {
        if (!ReferenceEquals(encoding, Charsets.Utf8) || Utf8.IsValid(row.Bytes.Span))
            return null;
        Charsets.Decode(encoding, row.Bytes.Span, out var at);
        return FormattableString.Invariant($"byte {at + 1} of the row (0x{row.Bytes.Span[at]:X2}) is not UTF-8; save the file as UTF-8, or give its 'charset' in the source profile {profile.Id}");
    }

    private static bool IsBlank(ReadOnlySpan<byte> row) => row.IndexOfAnyExcept((byte)'\r', (byte)'\n', (byte)' ') < 0;

    private static string Words(CsvFault fault) => fault switch
    {
        CsvFault.Cut => "the file ends within a quoted value. Send it again, whole.",
        CsvFault.TooLong => $"a quoted value is not closed within {MaxRowBytes} bytes; a quote within a value is written twice",
        _ => "a quote is not where it may be: a quoted value begins and ends with one, and a quote within it is written twice",
    };
}

using System.Buffers;
using System.Runtime.CompilerServices;

namespace DatacenterOst.Sources.Hl7v2;

public enum ChunkKind
{
    /// <summary>From MSH to the end of the last segment.</summary>
    Message,

    /// <summary>A batch line: FHS, BHS, BTS or FTS.</summary>
    Wrapper,

    /// <summary>Framing characters, byte order marks and blank lines between messages.</summary>
    Filler,

    /// <summary>Anything else: no message begins here.</summary>
    Garbage,
}

public enum ChunkEnd
{
    /// <summary>Followed by another message or batch line, or by the end of the file.</summary>
    Open,

    /// <summary>The MLLP end of a message stands behind it.</summary>
    Framed,

    /// <summary>It was begun with an MLLP start and never ended.</summary>
    Unclosed,

    /// <summary>Larger than a message may be; the bytes are its beginning.</summary>
    TooLong,
}

/// <summary>A stretch of the input. All chunks of an input, put together, are the input.</summary>
public readonly record struct Chunk(ReadOnlyMemory<byte> Bytes, ChunkKind Kind, ChunkEnd End, long Offset);

/// <summary>
/// Cuts a file into messages, streaming: at each MSH at the beginning of a line, with or without MLLP framing, byte
/// order mark and batch wrappers (HL7 v2.8 chapter 2.10.3).
/// </summary>
public static class MessageSplitter
{
    /// <summary>Bytes of one message.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>Bytes that may stand between a line end and MSH: a byte order mark; and the four that tell what a line is.</summary>
    private const int LookAhead = 4;

    private const byte StartOfBlock = 0x0B;
    private const byte EndOfBlock = 0x1C;

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create((byte)'\r', (byte)'\n', StartOfBlock, EndOfBlock, 0xBF);
    private static readonly SearchValues<byte> Fillers = SearchValues.Create((byte)'\r', (byte)'\n', StartOfBlock, EndOfBlock, 0x1A, 0);
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    public static async IAsyncEnumerable<Chunk> Split(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in Split(new InputBuffer(input, MaxMessageBytes), cancellationToken))
            yield return chunk;
    }

    internal static async IAsyncEnumerable<Chunk> Split(InputBuffer buffer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var framed = false;
        var skipping = false;
        var searched = 0;
        while (true)
        {
            var length = NextStart(buffer.Unread, Math.Max(1, searched), buffer.Ended);
            if (length == 0)
            {
                searched = Math.Max(0, buffer.Unread.Length - LookAhead - 2);
                if (await buffer.More(cancellationToken))
                    continue;
                length = NextStart(buffer.Unread, 1, true);
            }
            var tooLong = length == 0 && !buffer.Ended;
            length = length > 0 ? length : buffer.Unread.Length;
            searched = 0;
            if (length == 0)
                yield break;
            var offset = buffer.Offset;
            var piece = buffer.Unread[..length].ToArray();
            buffer.Consume(length);
            if (skipping || tooLong)
                yield return new Chunk(piece, skipping ? ChunkKind.Filler : KindOf(piece), ChunkEnd.TooLong, offset);
            else
            {
                foreach (var chunk in Parts(piece, offset, framed))
                    yield return chunk;
            }
            skipping = tooLong;
            framed = piece[^1] == StartOfBlock;
        }
    }

    /// <summary>Where the next message or batch line begins, from <paramref name="from"/> on; 0 when that is not among the bytes.</summary>
    private static int NextStart(ReadOnlySpan<byte> bytes, int from, bool ended)
    {
        var at = from - 1;
        while (at < bytes.Length)
        {
            var found = bytes[at..].IndexOfAny(LineEnds);
            if (found < 0)
                return 0;
            at += found + 1;
            if (!ended && at + LookAhead > bytes.Length)
                return 0;
            var begins = bytes[at - 1] != ByteOrderMark[^1] || bytes[..at].EndsWith(ByteOrderMark);
            if (begins && KindOf(bytes[at..]) is (ChunkKind.Message or ChunkKind.Wrapper))
                return at;
        }
        return 0;
    }

    private static ChunkKind KindOf(ReadOnlySpan<byte> line)
    {
        if (line.Length < LookAhead || line[3] <= ' ' || char.IsAsciiLetterOrDigit((char)line[3]))
            return ChunkKind.Garbage;
        if (line.StartsWith("MSH"u8))
            return ChunkKind.Message;
        return line.StartsWith("FHS"u8) || line.StartsWith("BHS"u8) || line.StartsWith("BTS"u8) || line.StartsWith("FTS"u8)
            ? ChunkKind.Wrapper : ChunkKind.Garbage;
    }

    /// <summary>A piece begins with at most one message or batch line; filler and garbage may follow it.</summary>
    private static IEnumerable<Chunk> Parts(byte[] piece, long offset, bool framed)
    {
        var kind = KindOf(piece);
        var body = BodyLength(piece, kind);
        if (body > 0)
            yield return new Chunk(piece.AsMemory(0, body), kind, EndOf(piece, body, kind, framed), offset);
        if (body == piece.Length)
            yield break;
        var rest = piece.AsMemory(body);
        var isFiller = ContentLength(rest.Span) == 0;
        yield return new Chunk(rest, isFiller ? ChunkKind.Filler : ChunkKind.Garbage, ChunkEnd.Open, offset + body);
    }

    private static ChunkEnd EndOf(ReadOnlySpan<byte> piece, int body, ChunkKind kind, bool framed)
    {
        if (kind != ChunkKind.Message)
            return ChunkEnd.Open;
        if (body < piece.Length && piece[body..].Contains(EndOfBlock))
            return ChunkEnd.Framed;
        return framed ? ChunkEnd.Unclosed : ChunkEnd.Open;
    }

    private static int BodyLength(ReadOnlySpan<byte> piece, ChunkKind kind)
    {
        if (kind == ChunkKind.Garbage)
            return 0;
        var end = kind == ChunkKind.Wrapper ? piece.IndexOfAny((byte)'\r', (byte)'\n') : piece.IndexOf(EndOfBlock);
        end = end < 0 ? piece.Length : end;
        var body = ContentLength(piece[..end]);
        // The line end of the last segment belongs to the message.
        if (body < end && body > 0 && piece[body] == '\r')
            body++;
        return body < end && piece[body] == '\n' ? body + 1 : body;
    }

    /// <summary>Length without the filler at the end. A byte order mark is filler only as a whole: its bytes are also parts of letters.</summary>
    private static int ContentLength(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            bytes = bytes[..(bytes.LastIndexOfAnyExcept(Fillers) + 1)];
            if (!bytes.EndsWith(ByteOrderMark))
                return bytes.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0 ? 0 : bytes.Length;
            bytes = bytes[..^ByteOrderMark.Length];
        }
    }
}

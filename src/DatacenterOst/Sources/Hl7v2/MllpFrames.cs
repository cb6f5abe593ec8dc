namespace DatacenterOst.Sources.Hl7v2;

/// <summary>One message off the wire; of one that is too long only its beginning.</summary>
internal readonly record struct MllpFrame(ReadOnlyMemory<byte> Message, bool IsTooLong);

/// <summary>
/// Takes messages out of the bytes of a connection: 0x0B, the message, 0x1C 0x0D (MLLP release 1). Messages may come
/// several in a packet or one in several; what stands between frames is passed over; a new start within a frame means
/// that the sender began again, and what it did not end was never answered.
/// </summary>
internal sealed class MllpFrames(Stream stream, int maxMessageBytes)
{
    public const byte Start = 0x0B;
    public const byte End = 0x1C;
    public const byte CarriageReturn = 0x0D;

    /// <summary>Beginning of a message that is too long, kept for the answer to name it.</summary>
    private const int HeadBytes = 4096;

    private readonly InputBuffer buffer = new(stream, maxMessageBytes + 3);
    private byte[]? tooLong;

    /// <summary>The next message; null when the other side has closed the connection.</summary>
    public async ValueTask<MllpFrame?> Next(CancellationToken cancellationToken)
    {
        var (inFrame, searched) = (false, 1);
        while (true)
        {
            inFrame = inFrame || SkipToStart();
            if (inFrame && FindEnd(ref searched) is >= 0 and var end)
                return Take(end);
            if (buffer.Full)
            {
                tooLong ??= buffer.Unread[1..Math.Min(HeadBytes, buffer.Unread.Length)].ToArray();
                // The last byte stays: it may be the first of the two that end a message.
                buffer.Consume(buffer.Unread.Length - 1);
                searched = 0;
            }
            if (!await buffer.More(cancellationToken))
                return null;
        }
    }

    private MllpFrame Take(int end)
    {
        var frame = new MllpFrame(tooLong ?? buffer.Unread[1..end].ToArray(), tooLong is not null);
        buffer.Consume(end + (buffer.Unread[end + 1] == CarriageReturn ? 2 : 1));
        tooLong = null;
        return frame;
    }

    /// <summary>Drops what stands before a frame; false when none has begun.</summary>
    private bool SkipToStart()
    {
        var start = buffer.Unread.IndexOf(Start);
        buffer.Consume(start < 0 ? buffer.Unread.Length : start);
        return start >= 0;
    }

    /// <summary>Where the 0x1C that ends the frame stands, -1 when it has not come; a frame begun anew replaces the one before it.</summary>
    private int FindEnd(ref int searched)
    {
        var at = searched;
        while (at < buffer.Unread.Length)
        {
            var next = buffer.Unread[at..].IndexOfAny(Start, End);
            at = next < 0 ? buffer.Unread.Length : at + next;
            if (next < 0 || at + 1 == buffer.Unread.Length && buffer.Unread[at] == End)
                break;
            if (buffer.Unread[at] == Start)
            {
                buffer.Consume(at);
                (at, tooLong) = (0, null);
            }
            // Some senders leave out the carriage return and go on with the next message.
            else if (buffer.Unread[at + 1] is CarriageReturn or Start)
                return at;
            at++;
        }
        searched = at;
        return -1;
    }
}

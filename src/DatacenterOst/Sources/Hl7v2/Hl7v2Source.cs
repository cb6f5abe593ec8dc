using System.Globalization;
using System.Runtime.CompilerServices;
using DatacenterOst.Clinical;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>HL7 v2 messages in the pipe format, of any version 2.x: a file of them, or one that came over MLLP.</summary>
public sealed class Hl7v2Source(SourceProfile profile) : ISource
{
    private readonly OruReader reader = new(profile);

    public async IAsyncEnumerable<RawRecord> Read(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new InputBuffer(input, MessageSplitter.MaxMessageBytes);
        var batch = new Batch();
        var number = 0;
        await foreach (var chunk in MessageSplitter.Split(buffer, cancellationToken))
        {
            if (chunk.Kind == ChunkKind.Message)
                batch.Count(++number);
            foreach (var record in Records(chunk, number, batch))
                yield return record;
        }
        if (buffer.Failure is { } failure)
            yield return Unread.Record(default, $"after message {number}", RejectionReasons.Truncated, $"the file could not be read to its end: {failure} Send it again.");
        if (batch.Fault() is { } fault)
            yield return fault;
        if (buffer.Offset == 0)
            yield return Unread.Record(default, "message 1", RejectionReasons.Truncated, "the file is empty");
    }

    public async IAsyncEnumerable<RawRecord> ReadAgain(EarlierRecord kept, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var record in Message(kept.Bytes, kept.Place, CutOff.Possible))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    /// <summary>One message whose end the sender marked, as MLLP does. More than one record when it is about several patients.</summary>
    public IReadOnlyList<RawRecord> ReadMessage(ReadOnlyMemory<byte> message) => Message(message, "message 1", CutOff.Impossible);

    private IReadOnlyList<RawRecord> Records(Chunk chunk, int number, Batch batch)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"message {number}");
        switch (chunk.Kind)
        {
            case ChunkKind.Filler:
                return [];
            case ChunkKind.Wrapper:
                return batch.Line(chunk.Bytes) is { } fault ? [fault] : [];
            case ChunkKind.Garbage:
                return [Unread.Record(chunk.Bytes, $"byte {chunk.Offset}", RejectionReasons.Unreadable, $"{chunk.Bytes.Length} bytes that are no message: a message begins with MSH at the beginning of a line")];
            default:
                return chunk.End switch
                {
                    ChunkEnd.TooLong => [Unread.Record(chunk.Bytes, place, RejectionReasons.Unreadable, $"the message is longer than {MessageSplitter.MaxMessageBytes} bytes; only its beginning is kept. Send it in parts.")],
                    ChunkEnd.Framed => Message(chunk.Bytes, place, CutOff.Impossible),
                    ChunkEnd.Unclosed => Unclosed(Message(chunk.Bytes, place, CutOff.Possible), place),
                    _ => Message(chunk.Bytes, place, CutOff.Possible),
                };
        }
    }

    private IReadOnlyList<RawRecord> Message(ReadOnlyMemory<byte> bytes, string place, CutOff cutOff) =>
        Hl7v2.Message.Parse(bytes.Span, profile.Charset, cutOff, out var fault) is { } message
            ? reader.Read(message, bytes, place)
            : [Unread.Record(bytes, place, RejectionReasons.Unreadable, fault)];

    private static IReadOnlyList<RawRecord> Unclosed(IReadOnlyList<RawRecord> records, string place)
    {
        var item = Unread.Item(place, RejectionReasons.Truncated, "the message was begun with an MLLP start (0x0B) and has no end (0x1C); something may be missing. Send it again.");
        return [records[0] with { Items = [.. records[0].Items, item] }, .. records.Skip(1)];
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// Resources as JSON bytes: what the server itself puts into them, and nothing else changed. Numbers stay as written. One forward
/// scan of the top level finds what is replaced; the rest is copied as it lies, since a read must cost little more than its bytes.
/// </summary>
public static class ResourceJson
{
    /// <summary>More than what is put in: punctuation and names (90), type (64), id (64), version (11), instant (32).</summary>
    private const int MaxAdded = 320;

    /// <summary>Writes the resource with meta.versionId and meta.lastUpdated of the store; the rest of its meta stays. Gives the bytes written.</summary>
    public static int Write(IBufferWriter<byte> output, StoredResource stored)
    {
        var body = stored.Body.Span;
        var text = new SpanText(output.GetSpan(body.Length + MaxAdded));
        var top = TopLevel.Scan(body, stackalloc Piece[TopLevel.MaxPieces]);
        text.Put("{\"resourceType\":\""u8);
        text.Put(stored.Type);
        text.Put("\",\"id\":\""u8);
        text.Put(stored.Id);
        text.Put("\",\"meta\":{\"versionId\":\""u8);
        text.Put(stored.Version);
        text.Put("\",\"lastUpdated\":\""u8);
        text.Put(stored.StoredAt);
        text.Put("\""u8);
        if (!top.Meta.IsEmpty)
            PutMeta(ref text, body[top.Meta.Start..top.Meta.End]);
        text.Put("}"u8);
        foreach (var piece in top.Kept)
        {
            text.Put(","u8);
            text.Put(body[piece.Start..piece.End]);
        }

        text.Put("}"u8);
        output.Advance(text.Length);
        return text.Length;
    }

    /// <summary>The resource as it is answered, in memory of its own.</summary>
    public static ReadOnlyMemory<byte> Bytes(StoredResource stored)
    {
        var output = new ArrayBufferWriter<byte>(stored.Body.Length + MaxAdded);
        Write(output, stored);
        return output.WrittenMemory;
    }

    /// <summary>The resource under another id; an id that the client wrote is left out (FHIR R4 http.html#create).</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public static ReadOnlyMemory<byte> WithId(ReadOnlyMemory<byte> body, string type, string id) => With(body.Span, type, id, null);

    /// <summary>The resource with another meta.</summary>
    public static ReadOnlyMemory<byte> WithMeta(ReadOnlyMemory<byte> body, string type, string id, byte[] meta) => With(body.Span, type, id, meta);

    private static ReadOnlyMemory<byte> With(ReadOnlySpan<byte> body, string type, string id, byte[]? meta)
    {
        var result = new byte[body.Length + MaxAdded + (meta?.Length ?? 0)];
        var text = new SpanText(result);
        var top = TopLevel.Scan(body, stackalloc Piece[TopLevel.MaxPieces]);
        text.Put("{\"resourceType\":\""u8);
        text.Put(type);
        text.Put("\",\"id\":\""u8);
        text.Put(id);
        text.Put("\""u8);
        var shown = meta ?? (top.Meta.IsEmpty ? default : body[top.Meta.Start..top.Meta.End]);
        // An empty object is not FHIR.
        if (shown.Length > 2)
        {
            text.Put(",\"meta\":"u8);
            text.Put(shown);
        }

        foreach (var piece in top.Kept)
        {
            text.Put(","u8);
            text.Put(body[piece.Start..piece.End]);
        }

        text.Put("}"u8);
        return result.AsMemory(0, text.Length);
    }

    /// <summary>The resourceType and id that the bytes say, without reading the rest; null for what they do not say.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public static (string? Type, string? Id) Key(ReadOnlyMemory<byte> body)
    {
        var top = TopLevel.Scan(body.Span, stackalloc Piece[TopLevel.MaxPieces]);
        return (TextAt(body.Span, top.Type), TextAt(body.Span, top.Id));
    }

    /// <summary>FHIR instant, UTC.</summary>
    public static string Instant(DateTimeOffset instant)
        => instant.ToUniversalTime().ToString(SpanText.InstantFormat, CultureInfo.InvariantCulture);

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? TextAt(ReadOnlySpan<byte> body, Piece value)
    {
        if (value.IsEmpty)
            return null;
        var reader = new Utf8JsonReader(body[value.Start..value.End]);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    private static void PutMeta(ref SpanText output, ReadOnlySpan<byte> meta)
    {
        var kept = TopLevel.ScanMeta(meta, stackalloc Piece[TopLevel.MaxPieces]);
        foreach (var piece in kept)
        {
            output.Put(","u8);
            output.Put(meta[piece.Start..piece.End]);
        }
    }
}

/// <summary>Text into a span that is long enough.</summary>
internal ref struct SpanText(Span<byte> output)
{
    public const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    private readonly Span<byte> output = output;

    public int Length { get; private set; }

    public void Put(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(output[Length..]);
        Length += text.Length;
    }

    public void Put(string text) => Length += Encoding.UTF8.GetBytes(text, output[Length..]);

    public void Put(int number)
    {
        number.TryFormat(output[Length..], out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    public void Put(DateTimeOffset instant)
    {
        instant.ToUniversalTime().TryFormat(output[Length..], out var written, InstantFormat, CultureInfo.InvariantCulture);
        Length += written;
    }
}

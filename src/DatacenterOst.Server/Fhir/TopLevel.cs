using System.Text.Json;

namespace DatacenterOst.Server.Fhir;

/// <summary>A part of a text of bytes.</summary>
internal readonly record struct Piece(int Start, int End)
{
    public bool IsEmpty => End == 0;
}

/// <summary>
/// Where the members of a resource lie that the server writes itself (resourceType, id, meta), and the pieces between them, each
/// a list of members with its commas. Values are skipped, not read.
/// </summary>
internal ref struct TopLevel
{
    /// <summary>Between n members that are left out lie at most n + 1 pieces; a name that stands twice is refused when it is parsed.</summary>
    public const int MaxPieces = 8;

    public Piece Type { get; private set; }

    public Piece Id { get; private set; }

    public Piece Meta { get; private set; }

    public ReadOnlySpan<Piece> Kept { get; private set; }

    /// <exception cref="JsonException">The bytes are not a JSON object, or have the same member several times.</exception>
    public static TopLevel Scan(ReadOnlySpan<byte> body, Span<Piece> pieces)
    {
        var top = new TopLevel();
        var reader = Begin(body);
        var count = 0;
        var isOpen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var member = MemberOf(ref reader);
            var value = Value(ref reader);
            if (member == Member.Other)
            {
                Keep(pieces, ref count, ref isOpen, new Piece(start, value.End));
                continue;
            }

            isOpen = false;
            top.Set(member, value);
        }

        End(ref reader);
        top.Kept = pieces[..count];
        return top;
    }

    /// <summary>The pieces of a meta without versionId and lastUpdated.</summary>
    public static ReadOnlySpan<Piece> ScanMeta(ReadOnlySpan<byte> meta, Span<Piece> pieces)
    {
        var reader = Begin(meta);
        var count = 0;
        var isOpen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isOurs = reader.ValueTextEquals("versionId"u8) || reader.ValueTextEquals("lastUpdated"u8)
                || reader.ValueTextEquals("_versionId"u8) || reader.ValueTextEquals("_lastUpdated"u8);
            var value = Value(ref reader);
            if (isOurs)
                isOpen = false;
            else
                Keep(pieces, ref count, ref isOpen, new Piece(start, value.End));
        }

        return pieces[..count];
    }

    private void Set(Member member, Piece value)
    {
        var before = member == Member.Type ? Type : member == Member.Id ? Id : Meta;
        if (!before.IsEmpty)
            throw new JsonException("The same member stands twice.");
        if (member == Member.Type)
            Type = value;
        else if (member == Member.Id)
            Id = value;
        else
            Meta = value;
    }

    private enum Member
    {
        Other,
        Type,
        Id,
        Meta,
    }

    private static Member MemberOf(ref Utf8JsonReader reader)
        => reader.ValueTextEquals("resourceType"u8) ? Member.Type
            : reader.ValueTextEquals("id"u8) ? Member.Id
            : reader.ValueTextEquals("meta"u8) ? Member.Meta
            : Member.Other;

    private static Utf8JsonReader Begin(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DatacenterOst.Fhir.Resource.MaxDepth });
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject
            ? reader
            : throw new JsonException("A resource is a JSON object.");
    }

    private static void End(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            throw new JsonException("The object does not end where the bytes end.");
    }

    private static Piece Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Piece(start, (int)reader.BytesConsumed);
    }

    private static void Keep(Span<Piece> pieces, ref int count, ref bool isOpen, Piece piece)
    {
        if (isOpen)
        {
            pieces[count - 1] = pieces[count - 1] with { End = piece.End };
            return;
        }

        if (count == pieces.Length)
            throw new JsonException("The same member stands several times.");
        pieces[count++] = piece;
        isOpen = true;
    }
}

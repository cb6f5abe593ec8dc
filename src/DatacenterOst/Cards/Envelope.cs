using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>One JSON object as its members' bytes, without reading what is in them. The bytes are known to be strict JSON.</summary>
internal static partial class Envelope
{
    /// <summary>The standard defines eight; extensions and mistakes get room.</summary>
    public const int MaxMembers = 100;

    public static Dictionary<string, ReadOnlyMemory<byte>> Members(ReadOnlyMemory<byte> json, string where, int most)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new Problem(ProblemKind.Invalid, "must be a JSON object.", where);

        var members = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            members[name] = json[start..(int)reader.BytesConsumed];
            if (members.Count > most) throw new Problem(ProblemKind.Invalid, $"has more than {most} members.", where);
        }

        return members;
    }

    /// <summary>The text of one member, read no further than that; null where there is none or it is no string.</summary>
    public static string? Text(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }

        return null;
    }

    public static List<ReadOnlyMemory<byte>> Items(ReadOnlyMemory<byte> json, string where, int most)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw new Problem(ProblemKind.Invalid, "must be a JSON array.", where);

        var items = new List<ReadOnlyMemory<byte>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(json[start..(int)reader.BytesConsumed]);
            if (items.Count > most) throw new Problem(ProblemKind.TooLarge, $"has more than {most} items: prefetch less, for example with _count.", where);
        }

        return items;
    }

    public static JsonElement Value(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }

    public static bool IsNull(ReadOnlyMemory<byte> json) => json.Span.SequenceEqual("null"u8);

    /// <summary>FHIR instant: date, time with seconds, and zone.</summary>
    public static DateTimeOffset? Instant(string text) =>
        InstantShape().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : null;

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\z")]
    private static partial Regex InstantShape();
}

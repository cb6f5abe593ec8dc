using System.Globalization;
using System.Text;
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
        var skim = new JsonSkim(json.Span);
        if (!skim.Enter((byte)'{')) throw new Problem(ProblemKind.Invalid, "must be a JSON object.", where);

        var members = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        while (skim.Member(out var name, out var value))
        {
            members[TextOf(json.Span[name])] = json[value];
            if (members.Count > most) throw new Problem(ProblemKind.Invalid, $"has more than {most} members.", where);
        }

        return members;
    }

    /// <summary>The text of one member, read no further than that; null where there is none or it is no string.</summary>
    public static string? Text(ReadOnlyMemory<byte> json, string name)
    {
        var skim = new JsonSkim(json.Span);
        if (!skim.Enter((byte)'{')) return null;
        while (skim.Member(out var found, out var value))
        {
            if (!IsText(json.Span[found], name)) continue;
            return json.Span[value][0] == '"' ? TextOf(json.Span[value]) : null;
        }

        return null;
    }

    public static List<ReadOnlyMemory<byte>> Items(ReadOnlyMemory<byte> json, string where, int most)
    {
        var skim = new JsonSkim(json.Span);
        if (!skim.Enter((byte)'[')) throw new Problem(ProblemKind.Invalid, "must be a JSON array.", where);

        var items = new List<ReadOnlyMemory<byte>>();
        while (skim.Value(out var item))
        {
            items.Add(json[item]);
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

    private static bool IsText(ReadOnlySpan<byte> quoted, string text) => !quoted.Contains((byte)'\\')
        ? Ascii.Equals(quoted[1..^1], text)
        : TextOf(quoted) == text;

    private static string TextOf(ReadOnlySpan<byte> quoted)
    {
        if (!quoted.Contains((byte)'\\')) return Encoding.UTF8.GetString(quoted[1..^1]);
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>FHIR instant: date, time with seconds, and zone.</summary>
    public static DateTimeOffset? Instant(string text) =>
        InstantShape().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : null;

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\z")]
    private static partial Regex InstantShape();
}

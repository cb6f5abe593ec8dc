using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Fhir;

namespace DatacenterOst.Server.Transactions;

/// <summary>
/// What entries of a transaction call each other (FHIR R4 http.html#trules): by fullUrl, or by a condition (<c>Patient?identifier=…</c>).
/// Wherever a value equals such a name it is replaced, in references, addresses and the links of narratives; all other bytes stay.
/// </summary>
public sealed partial class EntryReferences
{
    /// <summary>Longest name of an entry; longer values are not looked at.</summary>
    private const int MaxLength = 1024;

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    /// <summary>A text with the same letters may stand for itself: an identifier, a string.</summary>
    private static readonly string[] Verbatim = ["value", "valueString", "display", "text", "title", "description"];

    private static readonly string[] Placeholders = ["urn:uuid:", "urn:oid:"];

    public void Add(string name, string reference) => names[name] = reference;

    /// <summary>The conditional references of a resource.</summary>
    public static IEnumerable<string> Conditional(ReadOnlyMemory<byte> json) => json.Span.IndexOf((byte)'?') < 0 ? [] : All(json).Where(IsConditional);

    /// <summary>
    /// References to an entry that the transaction does not have. Nothing stored can be called by a urn:uuid, so such a reference would
    /// lead nowhere for ever.
    /// </summary>
    public static IEnumerable<string> Unknown(ReadOnlyMemory<byte> json, Func<string, bool> isKnown) => json.Span.IndexOf("\"urn:"u8) < 0
        ? []
        : All(json).Where(reference => Placeholders.Any(placeholder => reference.StartsWith(placeholder, StringComparison.OrdinalIgnoreCase)) && !isKnown(reference));

    private static bool IsConditional(string reference) =>
        reference.IndexOf('?', StringComparison.Ordinal) is > 0 and var mark && FhirDefinitions.IsResourceType(reference[..mark]);

    private static List<string> All(ReadOnlyMemory<byte> json)
    {
        var found = new List<string>();
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = Resource.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("reference"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
                found.Add(reader.GetString()!);
        }

        return found;
    }

    /// <summary>The resource with all names replaced; the same memory where there are none.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> json)
    {
        if (names.Count == 0)
            return json;
        var span = json.Span;
        var reader = new Utf8JsonReader(span, new JsonReaderOptions { MaxDepth = Resource.MaxDepth });
        ArrayBufferWriter<byte>? output = null;
        var copied = 0;
        var (isVerbatim, isNarrative) = (false, false);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                (isVerbatim, isNarrative) = (IsVerbatim(ref reader), reader.ValueTextEquals("div"u8));
            if (reader.TokenType != JsonTokenType.String || isVerbatim)
                continue;
            if ((isNarrative ? Narrative(ref reader) : Find(ref reader)) is not { } replaced)
                continue;
            output ??= new ArrayBufferWriter<byte>(json.Length + 256);
            output.Write(span[copied..(int)reader.TokenStartIndex]);
            output.Text(replaced);
            copied = (int)reader.BytesConsumed;
        }

        if (output is null)
            return json;
        output.Write(span[copied..]);
        return output.WrittenMemory;
    }

    private static bool IsVerbatim(ref Utf8JsonReader reader)
    {
        foreach (var name in Verbatim)
            if (reader.ValueTextEquals(name))
                return true;
        return false;
    }

    private string? Find(ref Utf8JsonReader reader)
    {
        var utf8 = reader.ValueSpan;
        // Every name has a colon or a slash or a question mark; codes and most texts have none.
        if (utf8.Length is 0 or > MaxLength || utf8.IndexOfAny((byte)':', (byte)'/', (byte)'?') < 0)
            return null;
        if (reader.ValueIsEscaped)
            return names.GetValueOrDefault(reader.GetString()!);
        Span<char> text = stackalloc char[MaxLength];
        var length = Encoding.UTF8.GetChars(utf8, text);
        return names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var reference) ? reference : null;
    }

    private string? Narrative(ref Utf8JsonReader reader)
    {
        var html = reader.GetString()!;
        var changed = Links().Replace(html, link => names.TryGetValue(link.Groups["url"].Value, out var reference) ? link.Groups["before"].Value + reference + link.Groups["after"].Value : link.Value);
        return changed == html ? null : changed;
    }

    [GeneratedRegex("""(?<before>\b(?:href|src)\s*=\s*["'])(?<url>[^"']{1,1024})(?<after>["'])""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Links();
}

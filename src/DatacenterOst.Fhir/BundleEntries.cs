using System.Text;

namespace DatacenterOst.Fhir;

/// <summary>Takes fullUrl, request and resource out of the bytes of one entry.</summary>
internal static class BundleEntries
{
    public static BundleEntry Read(StreamWindow window, int start, int end, int number, bool isTooLarge)
    {
        if (isTooLarge) return new BundleEntry(number, null, null, null, default, window.Offset, window.Line, $"The entry is larger than {BundleReader.MaxEntryBytes} bytes; split it");
        var entry = window.Kept[start..end];
        var parts = Parts(entry);
        var request = parts.TryGetValue("request", out var r) ? Parts(entry[r]) : [];
        var requestBytes = request.Count > 0 ? entry[parts["request"]] : default;
        string? Text(ReadOnlySpan<byte> bytes, Dictionary<string, Range> found, string name) => found.TryGetValue(name, out var range) ? Unquote(bytes[range]) : null;
        var (offset, length) = parts.TryGetValue("resource", out var place) ? place.GetOffsetAndLength(entry.Length) : (0, 0);
        return new BundleEntry(
            number, Text(entry, parts, "fullUrl"), Text(requestBytes, request, "method"), Text(requestBytes, request, "url"),
            length == 0 ? ReadOnlyMemory<byte>.Empty : window.Copy(start + offset, length),
            window.Offset + start + offset, window.Line + TextPlace.LineOf(window.Kept, start + offset) - 1,
            null);
    }

    /// <summary>The properties of an object and where their values lie; broken text gives what was found before it.</summary>
    private static Dictionary<string, Range> Parts(ReadOnlySpan<byte> json)
    {
        var parts = new Dictionary<string, Range>(StringComparer.Ordinal);
        var at = 1;
        while (at < json.Length)
        {
            at = SkipBlanks(json, at);
            if (at >= json.Length || json[at] != '"') break;
            var nameEnd = SkipValue(json, at);
            var name = Encoding.UTF8.GetString(json[(at + 1)..Math.Max(at + 1, nameEnd - 1)]);
            at = SkipBlanks(json, nameEnd);
            if (at >= json.Length) break;
            var valueEnd = SkipValue(json, at);
            parts.TryAdd(name, at..valueEnd);
            at = valueEnd;
        }
        return parts;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is <= (byte)' ' or (byte)',' or (byte)':') at++;
        return at;
    }

    /// <summary>The end of the string, object, list or bare word that begins here.</summary>
    private static int SkipValue(ReadOnlySpan<byte> json, int at)
    {
        var depth = 0;
        while (at < json.Length)
        {
            var b = json[at];
            if (b == '"') at = SkipString(json, at);
            else if (b is (byte)'{' or (byte)'[') { depth++; at++; }
            else if (b is (byte)'}' or (byte)']') { if (depth == 0) return at; depth--; at++; }
            else if (depth == 0)
            {
                while (at < json.Length && json[at] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)'"' or (byte)':') and > (byte)' ') at++;
            }
            else at++;
            if (depth == 0) return at;
        }
        return at;
    }

    private static int SkipString(ReadOnlySpan<byte> json, int at)
    {
        for (at++; at < json.Length; at++)
        {
            if (json[at] == '\\') at++;
            else if (json[at] == '"') return at + 1;
        }
        return json.Length;
    }

    private static string? Unquote(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2 || value[0] != '"') return null;
        try
        {
            var reader = new System.Text.Json.Utf8JsonReader(value);
            return reader.Read() ? reader.GetString() : null;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

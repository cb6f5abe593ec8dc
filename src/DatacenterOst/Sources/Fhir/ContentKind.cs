using System.Text.Json;

namespace DatacenterOst.Sources.Fhir;

internal enum ContentKind
{
    Bundle,
    Ndjson,
    OneResource,
    NotJson,
}

/// <summary>Tells a bundle, NDJSON and a single resource apart by the beginning of the file; names of files say too little.</summary>
internal static class Content
{
    /// <summary>Bytes looked at.</summary>
    public const int PrefixBytes = 64 * 1024;

    /// <param name="prefix">The first bytes, without byte order mark and blanks before them.</param>
    public static ContentKind KindOf(ReadOnlySpan<byte> prefix, bool isWhole)
    {
        if (prefix.IsEmpty || prefix[0] != '{')
            return ContentKind.NotJson;
        var isBundle = IsBundle(prefix);
        var firstLine = prefix.IndexOf((byte)'\n');
        var rest = firstLine < 0 ? default : prefix[firstLine..].TrimStart(" \r\n\t"u8);
        // A bundle may have an entry on each line; in NDJSON the first line is an object by itself, or broken.
        if (rest.StartsWith("{"u8) && !IsCut(prefix[..firstLine]))
            return ContentKind.Ndjson;
        if (isBundle)
            return ContentKind.Bundle;
        return rest.IsEmpty && !isWhole ? ContentKind.Ndjson : ContentKind.OneResource;
    }

    /// <summary>Whether the JSON stops before its end, as against being wrong within.</summary>
    public static bool IsCut(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            while (reader.Read())
            {
            }
            return json.IsEmpty || reader.CurrentDepth > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsBundle(ReadOnlySpan<byte> prefix)
    {
        try
        {
            var reader = new Utf8JsonReader(prefix, isFinalBlock: false, default);
            while (reader.Read() && reader.CurrentDepth > 0 | reader.TokenType == JsonTokenType.StartObject)
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                if (reader.ValueTextEquals("resourceType"u8))
                    return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Bundle"u8);
                if (reader.ValueTextEquals("entry"u8))
                    return true;
            }
        }
        catch (JsonException)
        {
            // Broken before its type is said; what follows decides.
        }
        return false;
    }
}

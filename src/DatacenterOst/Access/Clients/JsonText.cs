using System.Text.Json;

namespace DatacenterOst.Access.Clients;

/// <summary>JSON from strangers. An escaped half of a surrogate pair is no text, and .NET throws where it is read, in names as in values.</summary>
internal static class JsonText
{
    // Two readers could take another of two equal members; such JSON means nothing.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Null when it is not JSON, or JSON that two readers could understand differently.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.Clone();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The string; null when it is none.</summary>
    public static string? Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The member as a string that is not empty; null when it is missing or anything else.</summary>
    public static string? Member(JsonElement parent, string name)
        => parent.TryGetProperty(name, out var value) && Of(value) is { Length: > 0 } text ? text : null;
}

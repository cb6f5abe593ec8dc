using System.Text.Json;

namespace DatacenterOst.Access.Clients;

/// <summary>Strings of JSON from strangers: an escaped half of a surrogate pair is no text, and .NET throws where it is read.</summary>
internal static class JsonText
{
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

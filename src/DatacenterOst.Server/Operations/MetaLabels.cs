using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DatacenterOst.Server.Operations;

/// <summary>Profiles, tags and security labels as sets: a profile is the same by its address, a label by its system and code.</summary>
internal static class MetaLabels
{
    public static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Sets = ["profile", "security", "tag"];

    public static void Add(JsonObject meta, JsonObject asked)
    {
        foreach (var name in Sets)
        {
            if (asked[name] is not JsonArray added)
                continue;
            var labels = meta[name] as JsonArray ?? [];
            var keys = labels.Select(Key).ToHashSet(StringComparer.Ordinal);
            foreach (var label in added)
                if (keys.Add(Key(label)))
                    labels.Add(label?.DeepClone());
            meta[name] = labels.Parent is null ? labels : labels.DeepClone();
        }
    }

    public static void Remove(JsonObject meta, JsonObject asked)
    {
        foreach (var name in Sets)
        {
            if (asked[name] is not JsonArray removed || meta[name] is not JsonArray labels)
                continue;
            var keys = removed.Select(Key).ToHashSet(StringComparer.Ordinal);
            var left = labels.Where(label => !keys.Contains(Key(label))).Select(label => label?.DeepClone()).ToArray();
            // FHIR has no empty lists.
            if (left.Length == 0)
                meta.Remove(name);
            else
                meta[name] = new JsonArray(left);
        }
    }

    private static string Key(JsonNode? label)
        => label is JsonObject coding ? $"{coding["system"]}|{coding["code"]}" : label?.ToString() ?? "";
}

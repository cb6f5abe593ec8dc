using System.Text.Json;

namespace DatacenterOst.Cards;

/// <summary>Suggestions and actions as JSON, in the words of one version.</summary>
internal static class ActionJson
{
    public static void WriteSuggestions(Utf8JsonWriter json, Card card, ClientProfile client)
    {
        if (card.Suggestions.Count == 0) return;

        // 1.0 knows at-most-one only; Epic shows suggestions of cards with "any" only.
        var any = client.Profile == AnswerProfile.Epic || (client.Profile != AnswerProfile.Cds1 && card.Selection == Selection.Any);
        json.WriteStartArray("suggestions"u8);
        foreach (var suggestion in card.Suggestions)
        {
            if (client.Profile == AnswerProfile.Epic && suggestion.Actions.Count > 1) WriteApart(json, suggestion, client);
            else WriteSuggestion(json, suggestion, suggestion.Label, suggestion.Uuid, suggestion.Actions, client);
        }

        json.WriteEndArray();
        json.WriteString("selectionBehavior"u8, any ? "any"u8 : "at-most-one"u8);
    }

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<CardAction> actions, ClientProfile client)
    {
        json.WriteStartArray(name);
        foreach (var action in actions) WriteAction(json, action, client);
        json.WriteEndArray();
    }

    // One action per suggestion: what belongs together stands together, each under the name of what it does.
    private static void WriteApart(Utf8JsonWriter json, CardSuggestion suggestion, ClientProfile client)
    {
        for (var at = 0; at < suggestion.Actions.Count; at++)
            WriteSuggestion(json, suggestion, suggestion.Actions[at].Description, at == 0 ? suggestion.Uuid : Part(suggestion.Uuid, at), [suggestion.Actions[at]], client);
    }

    /// <summary>A uuid of its own for a part, the same each time the answer is written: version 8 (RFC 9562), the suggestion's with its number laid in.</summary>
    public static Guid Part(Guid suggestion, int at)
    {
        Span<byte> bytes = stackalloc byte[16];
        suggestion.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[15] ^= (byte)at;
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static void WriteSuggestion(
        Utf8JsonWriter json, CardSuggestion suggestion, string label, Guid uuid, IReadOnlyList<CardAction> actions, ClientProfile client)
    {
        json.WriteStartObject();
        json.WriteString("label"u8, label);
        json.WriteString("uuid"u8, uuid);
        if (suggestion.IsRecommended && client.Profile != AnswerProfile.Cds1) json.WriteBoolean("isRecommended"u8, true);
        Write(json, "actions"u8, actions, client);
        if (actions.Count > 1 && client is { Profile: AnswerProfile.Cds3, KnowsActionSelection: true }) json.WriteString("actionSelectionBehavior"u8, "all"u8);
        json.WriteEndObject();
    }

    private static void WriteAction(Utf8JsonWriter json, CardAction action, ClientProfile client)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, action.Kind switch
        {
            ActionKind.Create => "create"u8,
            ActionKind.Update => "update"u8,
            _ => "delete"u8,
        });
        json.WriteString("description"u8, action.Description);
        if (action.Resource is { } resource)
        {
            json.WritePropertyName("resource"u8);
            resource.WriteTo(json);
        }

        // 1.0 passes what is deleted as a string in "resource"; 2.0 has a member for it.
        if (action.ResourceId is { } id) json.WriteString(client.Profile == AnswerProfile.Cds1 ? "resource"u8 : "resourceId"u8, id);
        json.WriteEndObject();
    }
}

using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards.Records;

/// <summary>What an answer stood in, in its record: the words it was written in, draft orders as they came, and what could not be had.</summary>
internal static class RecordedFrame
{
    private static readonly string[] OrderFields = ["draftOrders", "medications", "medication"];

    public static void Write(Utf8JsonWriter json, HookRequest request, AnswerFrame frame, CdsService service)
    {
        json.WriteStartObject("frame"u8);
        json.WriteNumber("profile"u8, (int)frame.Client.Profile);
        json.WriteBoolean("systemActions"u8, frame.Client.TakesSystemActions);
        json.WriteBoolean("actionSelection"u8, frame.Client.KnowsActionSelection);
        WriteTexts(json, "linkHosts"u8, frame.Client.LinkHosts);
        WriteTexts(json, "gaps"u8, service.Optional.Where(optional => frame.Gaps.Contains(optional.Value)).Select(optional => optional.Key));
        if (request.FhirServer is { } server) json.WriteString("fhirServer"u8, server.AbsoluteUri);
        json.WriteStartObject("context"u8);
        foreach (var field in OrderFields)
        {
            if (frame.Orders.Count == 0 || !request.Context.Fields.TryGetProperty(field, out var orders)) continue;
            json.WritePropertyName(field);
            orders.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static AnswerFrame Read(AnswerRecord record, CdsService service)
    {
        var json = record.Json.GetProperty("frame");
        var context = new HookContext(Text(record.Json, "patient"), Text(record.Json, "user"), Text(record.Json, "encounter"), json.GetProperty("context"));
        return new AnswerFrame
        {
            PatientId = context.PatientId,
            UserId = context.UserId,
            EncounterId = context.EncounterId,
            Orders = DraftOrders.Of(context, Text(json, "fhirServer") is { } server ? new Uri(server) : null),
            Gaps = [.. Texts(json, "gaps").Where(service.Optional.ContainsKey).Select(key => service.Optional[key])],
            Client = ClientProfile.Loopback with
            {
                Profile = (AnswerProfile)json.GetProperty("profile").GetInt32(),
                TakesSystemActions = json.GetProperty("systemActions").GetBoolean(),
                KnowsActionSelection = json.GetProperty("actionSelection").GetBoolean(),
                LinkHosts = [.. Texts(json, "linkHosts")],
            },
        };
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static IEnumerable<string> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}

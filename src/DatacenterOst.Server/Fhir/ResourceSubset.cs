using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// A part of a resource, marked as such: a client must not take it for the whole and put it back (FHIR R4 search.html#3.1.1.5.8,
/// tag SUBSETTED). What is mandatory or modifies the meaning stays.
/// </summary>
public static class ResourceSubset
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The types of the specification, so it cannot grow beyond them.
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, ElementOutline>> Outlines = new(StringComparer.Ordinal);

    public static void Write(IBufferWriter<byte> output, StoredResource stored, Selection selection)
    {
        var whole = ResourceJson.Bytes(stored);
        using var document = JsonDocument.Parse(whole, new JsonDocumentOptions { MaxDepth = Resource.MaxDepth });
        using var json = new Utf8JsonWriter(output, Writing);
        json.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.NameEquals("meta"))
                WriteMeta(json, member.Value);
            else if (member.Name is "resourceType" or "id" || Shows(selection, stored.Type, member.Name, isTop: true))
                WriteMember(json, member, selection, stored.Type);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, JsonProperty member, Selection selection, string type)
    {
        var group = selection.Mode == SummaryMode.True && selection.Elements.Count == 0 ? Outline(type).GetValueOrDefault(member.Name)?.Group : null;
        if (string.IsNullOrEmpty(group))
        {
            member.WriteTo(json);
            return;
        }

        json.WritePropertyName(member.Name);
        WriteGroup(json, member.Value, selection, group);
    }

    // Of a group within the summary only its own summary elements are shown.
    private static void WriteGroup(Utf8JsonWriter json, JsonElement value, Selection selection, string group)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            json.WriteStartArray();
            foreach (var item in value.EnumerateArray())
                WriteGroup(json, item, selection, group);
            json.WriteEndArray();
            return;
        }

        json.WriteStartObject();
        foreach (var member in value.EnumerateObject())
            if (Shows(selection, group, member.Name, isTop: false))
                WriteMember(json, member, selection, group);
        json.WriteEndObject();
    }

    private static void WriteMeta(Utf8JsonWriter json, JsonElement meta)
    {
        json.WriteStartObject("meta");
        foreach (var member in meta.EnumerateObject())
            if (!member.NameEquals("tag"))
                member.WriteTo(json);
        json.WriteStartArray("tag");
        if (meta.TryGetProperty("tag", out var tags))
            foreach (var tag in tags.EnumerateArray())
                tag.WriteTo(json);
        json.WriteStartObject();
        json.WriteString("system", "http://terminology.hl7.org/CodeSystem/v3-ObservationValue");
        json.WriteString("code", "SUBSETTED");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool Shows(Selection selection, string type, string member, bool isTop)
    {
        var name = member.StartsWith('_') ? member[1..] : member;
        var element = Outline(type).GetValueOrDefault(name);
        if (selection.Elements.Count > 0)
            return element is null || element.IsMandatory || element.IsModifier || selection.Elements.Any(asked => Names(asked, type, element, name));
        return selection.Mode switch
        {
            SummaryMode.Data => !isTop || name != "text",
            SummaryMode.Text => name == "text" || element is null or { IsMandatory: true },
            _ => element is null or { IsSummary: true } or { IsMandatory: true },
        };
    }

    // "value", "valueQuantity", "Observation.value" and "contact.name" (its first part) all name an element at the top.
    private static bool Names(string asked, string type, ElementOutline element, string jsonName)
    {
        var name = asked.StartsWith(type + ".", StringComparison.Ordinal) ? asked[(type.Length + 1)..] : asked;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        name = dot < 0 ? name : name[..dot];
        return name == element.Name || name == jsonName;
    }

    private static IReadOnlyDictionary<string, ElementOutline> Outline(string type) => Outlines.GetOrAdd(type, static asked =>
    {
        var byName = new Dictionary<string, ElementOutline>(StringComparer.Ordinal);
        foreach (var element in FhirDefinitions.ElementsOf(asked))
            foreach (var name in element.JsonNames)
                byName[name] = element;
        return byName;
    });
}

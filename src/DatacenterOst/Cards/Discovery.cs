using System.Buffers;
using System.Text.Json;

namespace DatacenterOst.Cards;

/// <summary>
/// The answer to discovery: one entry per service and hook (CDS Hooks 2.0.1, Discovery). Written once per load, in order
/// of id and hook, so that two calls give the same bytes.
/// </summary>
internal static class Discovery
{
    /// <summary>The version of CDS Hooks that the entries of a 3.0 client follow (3.0 ballot, Discovery).</summary>
    private const string Version3 = "3.0.0";

    public static ReadOnlyMemory<byte> Write(IEnumerable<CdsService> services, AnswerProfile profile)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, CardJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("services"u8);
            foreach (var service in services.OrderBy(service => service.Id, StringComparer.Ordinal))
                foreach (var hook in service.Hooks.OrderBy(hook => hook.Name, StringComparer.Ordinal)) WriteEntry(json, service, hook, profile);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteEntry(Utf8JsonWriter json, CdsService service, HookDefinition hook, AnswerProfile profile)
    {
        json.WriteStartObject();
        json.WriteString("hook"u8, hook.Name);
        json.WriteString("title"u8, service.Title);
        json.WriteString("description"u8, service.Description);
        json.WriteString("id"u8, service.Id);
        if (service.Prefetch.Count > 0)
        {
            json.WriteStartObject("prefetch"u8);
            foreach (var template in service.Prefetch) json.WriteString(template.Key, profile == AnswerProfile.Cds3 ? service.Prefetch3.GetValueOrDefault(template.Key, template.Query) : template.Query);
            json.WriteEndObject();
        }

        if (profile == AnswerProfile.Cds3)
        {
            json.WriteString("version"u8, Version3);
            json.WriteString("hookVersion"u8, hook.Version);
        }

        if (service.UsageRequirements is { } requirements && profile != AnswerProfile.Cds1) json.WriteString("usageRequirements"u8, requirements);
        json.WriteEndObject();
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>Resources as JSON bytes: what the server itself puts into them, and nothing else changed. Numbers stay as written.</summary>
public static class ResourceJson
{
    /// <summary>The resource under an id that the server chose; an id that the client wrote is ignored (FHIR R4 http.html#create).</summary>
    public static ReadOnlyMemory<byte> WithId(ReadOnlyMemory<byte> body, string id)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 64);
        using var document = JsonDocument.Parse(body);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", document.RootElement.GetProperty("resourceType").GetString());
            json.WriteString("id", id);
            foreach (var member in document.RootElement.EnumerateObject())
                if (member.Name is not ("resourceType" or "id"))
                    member.WriteTo(json);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>Writes the resource with meta.versionId and meta.lastUpdated of the store; the rest of its meta stays.</summary>
    public static void Write(Utf8JsonWriter json, StoredResource stored)
    {
        using var document = JsonDocument.Parse(stored.Body);
        json.WriteStartObject();
        json.WriteString("resourceType", stored.Type);
        json.WriteString("id", stored.Id);
        json.WriteStartObject("meta");
        json.WriteString("versionId", stored.Version.ToString(CultureInfo.InvariantCulture));
        json.WriteString("lastUpdated", Instant(stored.StoredAt));
        if (document.RootElement.TryGetProperty("meta", out var meta))
            foreach (var member in meta.EnumerateObject())
                if (member.Name is not ("versionId" or "lastUpdated"))
                    member.WriteTo(json);
        json.WriteEndObject();
        foreach (var member in document.RootElement.EnumerateObject())
            if (member.Name is not ("resourceType" or "id" or "meta"))
                member.WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>FHIR instant, UTC.</summary>
    public static string Instant(DateTimeOffset instant)
        => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}

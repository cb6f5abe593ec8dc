using System.Reflection;
using System.Text.Json;

namespace DatacenterOst.Server.Fhir;

/// <summary>A search parameter that is really built, as it stands in the CapabilityStatement.</summary>
public sealed record SearchSupport(string Name, string Type, string Documentation);

/// <summary>What can be done with one resource type; routes and CapabilityStatement are both made from it.</summary>
/// <param name="SortBy">What <c>_sort</c> may name; empty where the order is the server's own.</param>
public sealed record ResourceSupport(
    string Type, IReadOnlyList<string> Interactions, IReadOnlyList<SearchSupport> Search, IReadOnlyList<string> SortBy);

/// <summary>
/// The interactions and searches that are built, in one place (FHIR R4 <c>capabilities</c>): what does not stand here is refused,
/// and what stands here is in the CapabilityStatement.
/// </summary>
public static class FhirCapabilities
{
    private static readonly string[] All = ["read", "vread", "create", "update", "search-type"];

    public static readonly IReadOnlyList<ResourceSupport> Resources =
    [
        new("Patient", All,
        [
            new("_id", "token", "Logical id; several by comma."),
            new("identifier", "token", "system|value, or value alone."),
            new("name", "string", "Start of a family or given name; case and accents do not matter."),
            new("birthdate", "date", "Prefixes eq ne gt lt ge le sa eb ap."),
        ], []),
        new("Observation", All,
        [
            new("_id", "token", "Logical id; several by comma."),
            new("patient", "reference", "Patient/id or id; needed, since every observation lies on one patient's timeline."),
            new("code", "token", "system|code or code; several by comma. Codes of one analysis group find each other."),
            new("date", "date", "Effective time; prefixes eq ne gt lt ge le sa eb ap; may stand twice for an interval."),
        ], ["date"]),
    ];

    public static ResourceSupport? Find(string type) => Resources.FirstOrDefault(resource => resource.Type == type);

    /// <summary>The CapabilityStatement, for a server that answers at <paramref name="baseUrl"/>.</summary>
    public static void Write(Utf8JsonWriter json, string baseUrl, DateTimeOffset date)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "CapabilityStatement");
        json.WriteString("status", "active");
        json.WriteString("date", date.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("kind", "instance");
        json.WriteStartObject("software");
        json.WriteString("name", "Datacenter Øst");
        json.WriteString("version", Version);
        json.WriteEndObject();
        json.WriteStartObject("implementation");
        json.WriteString("description", "Clinical data of many systems as one FHIR R4 API");
        json.WriteString("url", baseUrl);
        json.WriteEndObject();
        json.WriteString("fhirVersion", "4.0.1");
        WriteStrings(json, "format", ["application/fhir+json", "json"]);
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        json.WriteStartArray("resource");
        foreach (var resource in Resources)
            WriteResource(json, resource);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string Version { get; } =
        typeof(FhirCapabilities).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static void WriteResource(Utf8JsonWriter json, ResourceSupport resource)
    {
        json.WriteStartObject();
        json.WriteString("type", resource.Type);
        json.WriteStartArray("interaction");
        foreach (var interaction in resource.Interactions)
        {
            json.WriteStartObject();
            json.WriteString("code", interaction);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("versioning", "versioned-update");
        json.WriteBoolean("readHistory", true);
        json.WriteBoolean("updateCreate", true);
        json.WriteStartArray("searchParam");
        foreach (var parameter in resource.Search)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            json.WriteString("type", parameter.Type);
            json.WriteString("documentation", parameter.Documentation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}

using System.Text.Json;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Operations;

namespace DatacenterOst.Server.Fhir;

/// <summary>A search parameter as the CapabilityStatement says it.</summary>
public sealed record SearchLine(string Name, string Type, string Documentation)
{
    /// <summary>Canonical address of its definition; null for the server's own.</summary>
    public string? Definition { get; init; }
}

/// <summary>What can be done with one resource type, as it stands in the CapabilityStatement.</summary>
public static class CapabilityOfType
{
    private static readonly string[] Interactions =
        ["read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type"];

    private static readonly string[] ReferencePolicies = ["literal", "logical", "local"];

    /// <summary>Parameters of every search that no definition of HL7 names, and the one that no other server has.</summary>
    public static IReadOnlyList<SearchLine> OfEvery { get; } =
    [
        new("_text", "string", "Words of the narrative."),
        new("_content", "string", "Words anywhere in the resource."),
        new("_asOf", "date", "An instant: resources as they were known then, not as they are now."),
        new("_list", "reference", "Items of a List, by its id."),
        new("_has", "special", "Resources that others refer to: _has:Observation:patient:code=…"),
        new("_count", "number", "Matches of a page, up to 1,000; 0 for the total alone."),
        new("_sort", "string", "Search parameters by comma, with - before what is to be descending."),
        new("_total", "token", "none, estimate or accurate."),
        new("_summary", "token", "true, text, data, count or false."),
        new("_elements", "string", "Elements to show, by comma."),
    ];

    public static void Write(Utf8JsonWriter json, string type, SearchParameters known)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("profile", "http://hl7.org/fhir/StructureDefinition/" + type);
        if (type == "Subscription")
            json.WriteString("documentation", "Kept and found like any other resource; nobody is notified.");
        CapabilitiesInteraction.WriteInteractions(json, Interactions);
        json.WriteString("versioning", "versioned-update");
        json.WriteBoolean("readHistory", true);
        json.WriteBoolean("updateCreate", true);
        json.WriteBoolean("conditionalCreate", true);
        json.WriteString("conditionalRead", "full-support");
        json.WriteBoolean("conditionalUpdate", true);
        json.WriteString("conditionalDelete", "multiple");
        CapabilitiesInteraction.WriteStrings(json, "referencePolicy", ReferencePolicies);
        var parameters = known.Of(type).Where(parameter => parameter.Expression.Length > 0).ToList();
        WriteIncludes(json, type, parameters, known);
        WriteSearches(json, [.. parameters.Select(Line), .. OfEvery]);
        WriteOperations(json, BuiltOperations.All.Where(operation => operation.IsFor(type)));
        json.WriteEndObject();
    }

    public static void WriteSearches(Utf8JsonWriter json, IReadOnlyList<SearchLine> lines)
    {
        json.WriteStartArray("searchParam");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("name", line.Name);
            if (line.Definition is { } definition)
                json.WriteString("definition", definition);
            json.WriteString("type", line.Type);
            if (line.Documentation.Length > 0)
                json.WriteString("documentation", line.Documentation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteOperations(Utf8JsonWriter json, IEnumerable<BuiltOperation> operations)
    {
        var built = operations.ToList();
        if (built.Count == 0)
            return;
        json.WriteStartArray("operation");
        foreach (var operation in built)
        {
            json.WriteStartObject();
            json.WriteString("name", operation.Name);
            json.WriteString("definition", "http://hl7.org/fhir/OperationDefinition/" + operation.Definition);
            if (operation.Documentation.Length > 0)
                json.WriteString("documentation", operation.Documentation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A parameter that a definition names.</summary>
    public static SearchLine Line(SearchParameter parameter)
        => new(parameter.Code, parameter.Type.ToString().ToLowerInvariant(), "") { Definition = parameter.Url };

    private static bool LeadsTo(string type, IReadOnlyList<string> targets)
        => targets.Count == 0 || targets.Contains(type, StringComparer.Ordinal) || targets.Contains("Resource", StringComparer.Ordinal);

    private static void WriteIncludes(Utf8JsonWriter json, string type, IEnumerable<SearchParameter> parameters, SearchParameters known)
    {
        var references = parameters.Where(parameter => parameter.Type == SearchType.Reference).Select(parameter => $"{type}:{parameter.Code}");
        CapabilitiesInteraction.WriteStrings(json, "searchInclude", ["*", .. references]);
        CapabilitiesInteraction.WriteStrings(json, "searchRevInclude", FhirDefinitions.ResourceTypes.SelectMany(from => known.Of(from)
            .Where(parameter => parameter is { Type: SearchType.Reference, Expression.Length: > 0 } && LeadsTo(type, known.TargetsOf(from, parameter)))
            .Select(parameter => $"{from}:{parameter.Code}")));
    }
}

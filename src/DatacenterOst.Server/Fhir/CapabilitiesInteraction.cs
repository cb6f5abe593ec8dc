using System.Reflection;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Operations;

namespace DatacenterOst.Server.Fhir;

/// <summary><c>GET metadata</c> (FHIR R4 http.html#capabilities), made of what is built: routes and operations are the same lists.</summary>
public static class CapabilitiesInteraction
{
    /// <summary>The types whose form HL7 promises not to change (FHIR R4 versions.html#std-process, status Normative).</summary>
    private static readonly string[] Normative =
    [
        "Binary", "Bundle", "CapabilityStatement", "CodeSystem", "Observation", "OperationDefinition", "OperationOutcome", "Parameters",
        "Patient", "StructureDefinition", "ValueSet",
    ];

    public static string Version { get; } =
        typeof(CapabilitiesInteraction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mode = request.Parameter("mode") ?? "full";
        return Task.FromResult(mode switch
        {
            "full" => Statement(mode, request, centre, FhirDefinitions.ResourceTypes),
            "normative" => Statement(mode, request, centre, Normative),
            "terminology" => FhirAnswer.Of(Written(json => WriteTerminology(json, request.Base, centre))),
            _ => throw new Problem(ProblemKind.Invalid, "mode is full, normative or terminology.", where: "mode"),
        });
    }

    private static FhirAnswer Statement(string mode, FhirRequest request, DataCentre centre, IReadOnlyList<string> types)
        => FhirAnswer.Of(centre.Statements.Of(mode, request.Base, centre.Store.Parameters, () => Written(json => WriteStatement(json, request.Base, centre, types))));

    private static ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        return output.WrittenMemory;
    }

    private static void WriteStatement(Utf8JsonWriter json, string baseUrl, DataCentre centre, IReadOnlyList<string> types)
    {
        WriteHead(json, "CapabilityStatement", baseUrl, centre);
        json.WriteString("fhirVersion", FhirDefinitions.Version);
        WriteStrings(json, "format", ["application/fhir+json", "application/fhir+xml", "json", "xml"]);
        WriteStrings(json, "patchFormat", ["application/json-patch+json", "application/fhir+json", "application/fhir+xml"]);
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        json.WriteString("documentation", "With _asOf=<instant>, reads, searches, $everything, $lastn, $stats and $meta answer from what was known at that instant.");
        json.WriteStartArray("resource");
        // Parameters only carries what goes into operations and out of them (FHIR R4 parameters.html).
        foreach (var type in types.Where(type => type != "Parameters"))
            CapabilityOfType.Write(json, type, centre.Store.Parameters);
        json.WriteEndArray();
        WriteInteractions(json, ["transaction", "batch", "search-system", "history-system"]);
        CapabilityOfType.WriteSearches(json, CommonSearches(centre.Store.Parameters));
        CapabilityOfType.WriteOperations(json, BuiltOperations.All.Where(operation => operation.Addresses.Any(address => address.StartsWith("/$", StringComparison.Ordinal))));
        WriteStrings(json, "compartment", FhirDefinitions.Compartments.Select(known => "http://hl7.org/fhir/CompartmentDefinition/" + known.Name.ToLowerInvariant()));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // What every type has beside its own: Basic has no parameter of these names for itself.
    private static IReadOnlyList<SearchLine> CommonSearches(SearchParameters known) =>
    [
        new("_type", "token", "Types to search at system level, by comma."),
        .. known.Of("Basic").Where(parameter => parameter.Code.StartsWith('_') && parameter.Expression.Length > 0).Select(CapabilityOfType.Line),
        .. CapabilityOfType.OfEvery,
    ];

    private static void WriteHead(Utf8JsonWriter json, string type, string baseUrl, DataCentre centre)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", type);
        json.WriteString("url", baseUrl + "/metadata");
        json.WriteString("version", Version);
        json.WriteString("name", "DatacenterOst");
        json.WriteString("title", "Datacenter Øst");
        json.WriteString("status", "active");
        json.WriteString("date", centre.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("kind", "instance");
        json.WriteStartObject("software");
        json.WriteString("name", "Datacenter Øst");
        json.WriteString("version", Version);
        json.WriteEndObject();
        json.WriteStartObject("implementation");
        json.WriteString("description", "Clinical data of many systems as one FHIR R4 API");
        json.WriteString("url", baseUrl);
        json.WriteEndObject();
    }

    // Terminology operations are not built; the code systems of the specification are known for validation and searches.
    private static void WriteTerminology(Utf8JsonWriter json, string baseUrl, DataCentre centre)
    {
        WriteHead(json, "TerminologyCapabilities", baseUrl, centre);
        json.WriteString("codeSearch", "explicit");
        json.WriteEndObject();
    }

    internal static void WriteInteractions(Utf8JsonWriter json, IEnumerable<string> codes)
    {
        json.WriteStartArray("interaction");
        foreach (var code in codes)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}

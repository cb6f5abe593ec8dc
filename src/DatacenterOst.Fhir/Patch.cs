using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Fhir.Patching;

namespace DatacenterOst.Fhir;

/// <summary>Changes a resource and gives a new one; the old one stays as it is. All operations are applied or none.</summary>
public static class Patch
{
    /// <summary>More operations than this in one patch are refused.</summary>
    public const int MaxOperations = 1000;

    /// <summary>
    /// FHIRPath Patch (FHIR R4, 3.1.0.8.2): a Parameters resource with the operations add, insert, delete, replace and move.
    /// Throws <see cref="FhirPatchException"/> where an operation cannot be applied or its result is no resource.
    /// </summary>
    public static Resource Apply(Resource resource, Resource parameters)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.TypeName != "Parameters") throw new FhirPatchException("A FHIRPath patch is a Parameters resource");
        var number = 0;
        foreach (var operation in parameters.Root.Children("parameter"))
        {
            if (operation["name"].AsString() != "operation") throw new FhirPatchException($"Parameter {number} is called '{operation["name"]}'; a patch has only 'operation'");
            if (++number > MaxOperations) throw new FhirPatchException($"The patch has more than {MaxOperations} operations");
            resource = new FhirPathOperation(operation, number).Apply(resource);
        }
        return resource;
    }

    /// <summary>JSON Patch (RFC 6902) on the resource's JSON. Throws <see cref="FhirPatchException"/>, also where the result is no resource.</summary>
    public static Resource ApplyJson(Resource resource, ReadOnlyMemory<byte> patch)
    {
        ArgumentNullException.ThrowIfNull(resource);
        try
        {
            var document = JsonNode.Parse(resource.Bytes.Span, documentOptions: new JsonDocumentOptions { MaxDepth = Resource.MaxDepth });
            var operations = JsonNode.Parse(patch.Span) as JsonArray ?? throw new FhirPatchException("A JSON patch is a list of operations");
            return Parse(JsonPatch.Apply(document, operations), "The patch");
        }
        catch (JsonException e)
        {
            throw new FhirPatchException("The patch is not JSON: " + e.Message, e);
        }
    }

    internal static Resource Parse(JsonNode? json, string what)
    {
        try
        {
            return Resource.ParseJson(JsonSerializer.SerializeToUtf8Bytes(json, Options));
        }
        catch (FhirFormatException e)
        {
            throw new FhirPatchException($"{what} leaves something that is no resource: {e.Message}", e);
        }
    }

    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2 * Resource.MaxDepth };
}

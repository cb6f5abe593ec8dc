using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;

namespace DatacenterOst.Server.Transactions;

/// <summary>
/// The patch of an entry: Parameters for FHIRPath Patch, or a Binary that holds a JSON Patch, since an entry can only carry resources
/// (FHIR R4 http.html#patch).
/// </summary>
public static class EntryPatch
{
    private const string JsonPatch = "application/json-patch+json";

    public static (ReadOnlyMemory<byte> Patch, bool IsJsonPatch) Of(EntryAsk entry)
    {
        if (entry.Resource.IsEmpty)
            throw entry.Because(ProblemKind.Invalid, "A PATCH has a resource: Parameters, or a Binary with a JSON Patch.", ".resource");
        var resource = Parse(entry);
        if (resource.TypeName != "Binary")
            return (entry.Resource, false);
        if (resource.Root["contentType"].AsString() != JsonPatch)
            throw entry.Because(ProblemKind.Invalid, $"A Binary that is a patch has the contentType {JsonPatch}.", ".resource.contentType");
        var data = resource.Root["data"].AsString() ?? "";
        var patch = new byte[data.Length];
        return Convert.TryFromBase64String(data, patch, out var length)
            ? (patch.AsMemory(0, length), true)
            : throw entry.Because(ProblemKind.Invalid, "The data of the Binary is not base64.", ".resource.data");
    }

    private static DatacenterOst.Fhir.Resource Parse(EntryAsk entry)
    {
        try
        {
            return FhirWriting.Parse(entry.Resource);
        }
        catch (Problem wrong)
        {
            throw entry.Because(wrong);
        }
    }
}

using System.Buffers;
using System.Text.Json.Nodes;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Store;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// <c>$meta</c>, <c>$meta-add</c>, <c>$meta-delete</c> (FHIR R4 resource-operations.html): profiles, tags and security labels of a
/// resource, of a type, of everything. A change makes a new version, so that the history says who was shown what.
/// </summary>
public static class MetaOperation
{
    /// <summary>Resources that are looked through for the labels of a type or of everything.</summary>
    private const int MaxResources = 20_000;

    /// <summary>How often a change begins again when another writer was first.</summary>
    private const int MaxAttempts = 10;

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        OperationParameters.Of(request).Require("meta", "_asOf");
        if (request.Id.Length == 0)
            return Of(await centre.TimeLimit.Within(token => Union(request, centre, token), cancellationToken));
        var stored = await ReadInteraction.Existing(request, centre, cancellationToken);
        return Of(MetaOf(ResourceJson.Bytes(stored)));
    }

    public static Task<FhirAnswer> Add(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
        => Change(request, centre, MetaLabels.Add, cancellationToken);

    public static Task<FhirAnswer> Delete(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
        => Change(request, centre, MetaLabels.Remove, cancellationToken);

    private static async Task<FhirAnswer> Change(FhirRequest request, DataCentre centre, Action<JsonObject, JsonObject> change, CancellationToken cancellationToken)
    {
        var asked = Asked(request);
        await using var alone = await centre.Writes.Alone([$"{request.KnownType()}/{request.Id}"], cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var current = await ReadInteraction.Existing(request with { Query = [] }, centre, cancellationToken);
            var meta = MetaOf(current.Body);
            change(meta, asked);
            var body = ResourceJson.WithMeta(current.Body, current.Type, current.Id, System.Text.Encoding.UTF8.GetBytes(meta.ToJsonString(MetaLabels.Writing)));
            var update = new ResourceChange(ChangeKind.Update, centre.Writing.Record(body), current.Version);
            try
            {
                var written = await centre.Writes.Write(FhirWriting.ProfileId, update, Caller.Loopback, cancellationToken);
                return Of(MetaOf(ResourceJson.Bytes(written.Resource))) with { About = written.Resource };
            }
            catch (Problem late) when (late.Kind == ProblemKind.PreconditionFailed && attempt < MaxAttempts)
            {
                // Another writer was first; labels are added to what is there now.
            }
        }
    }

    private static JsonObject Asked(FhirRequest request)
    {
        var meta = OperationParameters.Of(request).Require("meta-add and $meta-delete", "meta").Elements("meta").Select(parameter => parameter["value"]).FirstOrDefault(value => value.TypeName == "Meta");
        return meta.Exists
            ? JsonNode.Parse(meta.Utf8)!.AsObject()
            : throw new Problem(ProblemKind.Invalid, "Send Parameters with a parameter 'meta' that has a valueMeta.", where: "meta");
    }

    private static JsonObject MetaOf(ReadOnlyMemory<byte> body)
    {
        var meta = FhirWriting.Parse(body).Root["meta"];
        return meta.Exists ? JsonNode.Parse(meta.Utf8)!.AsObject() : [];
    }

    private static async Task<JsonObject> Union(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var all = new JsonObject();
        var looked = 0;
        var query = new SearchQuery
        {
            Types = request.Type.Length == 0 ? FhirDefinitions.ResourceTypes : [request.KnownType()],
            Count = ResourceSearch.MaxCount,
            Total = TotalMode.None,
            AsOf = ReadInteraction.AsOf(request),
        };
        do
        {
            var page = await centre.Search.Find(query, Caller.Loopback, cancellationToken);
            if ((looked += page.Rows.Count) > MaxResources)
                throw new Problem(ProblemKind.TooCostly, $"There are more than {MaxResources} resources; ask for the labels of one type, or of one resource.", where: "$meta");
            foreach (var row in page.Rows)
                MetaLabels.Add(all, MetaOf(row.Resource.Body));
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
        return all;
    }

    private static FhirAnswer Of(JsonObject meta)
    {
        // FHIR has no empty objects; a resource without labels has an answer without parameters.
        var parameters = new JsonObject { ["resourceType"] = "Parameters" };
        if (meta.Count > 0)
            parameters["parameter"] = new JsonArray(new JsonObject { ["name"] = "return", ["valueMeta"] = meta });
        var json = System.Text.Encoding.UTF8.GetBytes(parameters.ToJsonString(MetaLabels.Writing));
        return FhirAnswer.Of(json);
    }
}

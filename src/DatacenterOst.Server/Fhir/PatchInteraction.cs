using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// <c>PATCH Type/id</c> and <c>PATCH Type?condition</c> with JSON Patch or FHIRPath Patch (FHIR R4 http.html#patch). A patch says what to
/// change, not what it saw, so without If-Match it is applied again when another writer was first.
/// </summary>
public static class PatchInteraction
{
    /// <summary>How often it is applied again.</summary>
    private const int MaxAttempts = 10;

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var ignored = AskedParameters.Ignored(request);

        // Many patches of one resource take turns, or each would have to begin again for nearly every other.
        await using var alone = string.IsNullOrEmpty(request.IfMatch)
            ? await centre.Writes.Alone([$"{request.KnownType()}/{request.Id}"], cancellationToken)
            : null;
        return (await Write(request, centre, cancellationToken)) with { Ignored = ignored };
    }

    public static async Task<FhirAnswer> AnswerConditional(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var condition = Condition.Of(request.KnownType(), request.Query, centre);
        await using var alone = await centre.Writes.Alone([condition.Name], cancellationToken);
        var existing = await condition.FindOne(centre, cancellationToken)
            ?? throw new Problem(ProblemKind.NotFound, $"No {request.Type} meets the condition, so there is nothing to patch.", where: $"{request.Type}?{FhirRequest.Shown(condition.Text)}");
        return await Write(request with { Id = existing.Id }, centre, cancellationToken);
    }

    private static async Task<FhirAnswer> Write(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var ifMatch = request.IfMatch == "*" ? null : ETags.Version(request.IfMatch);
        for (var attempt = 1; ; attempt++)
        {
            var current = await ReadInteraction.Existing(request with { Query = [] }, centre, cancellationToken);
            if (ifMatch is { } asked && asked != current.Version)
                throw new Problem(ProblemKind.PreconditionFailed, $"The current version is {ETags.Of(current)}. Read it, and patch that.", where: "If-Match");
            var change = new ResourceChange(ChangeKind.Update, centre.Writing.Record(Apply(request, current)), current.Version);
            try
            {
                return Written.Answer(request, await centre.Writes.Write(FhirWriting.ProfileId, change, Caller.Loopback, cancellationToken));
            }
            catch (Problem late) when (late.Kind == ProblemKind.PreconditionFailed && ifMatch is null && attempt < MaxAttempts)
            {
                // Another writer was first; the patch is for what is there now.
            }
        }
    }

    /// <summary>The resource as the patch leaves it.</summary>
    /// <exception cref="Problem">Invalid where the patch is none; Unprocessable where it cannot be applied, or changes type or id.</exception>
    public static Resource Apply(FhirRequest request, StoredResource current)
    {
        var patched = Patched(request, FhirWriting.Parse(current.Body));
        return patched.TypeName == current.Type && patched.Id == current.Id
            ? patched
            : throw new Problem(ProblemKind.Unprocessable, "A patch cannot change the type or the id of a resource.", where: $"{current.Type}.id");
    }

    private static Resource Patched(FhirRequest request, Resource resource)
    {
        var isJsonPatch = request.IsJsonPatch || request.Body.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
        if (isJsonPatch)
            RequireJson(request.Body);
        var parameters = isJsonPatch ? null : FhirWriting.Parse(request.Body);
        if (parameters is { TypeName: not "Parameters" })
            throw new Problem(ProblemKind.Invalid, $"A FHIRPath patch is a Parameters resource; the body is {parameters.TypeName}. A JSON patch is sent as application/json-patch+json.", where: "resourceType");
        try
        {
            return parameters is null ? Patch.ApplyJson(resource, request.Body) : Patch.Apply(resource, parameters);
        }
        catch (FhirPatchException wrong)
        {
            throw new Problem(ProblemKind.Unprocessable, wrong.Message, where: "patch", inner: wrong);
        }
    }

    private static void RequireJson(ReadOnlyMemory<byte> patch)
    {
        try
        {
            using var document = JsonDocument.Parse(patch, new JsonDocumentOptions { MaxDepth = Resource.MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new Problem(ProblemKind.Invalid, "A JSON patch is a list of operations (RFC 6902).", where: "body");
        }
        catch (JsonException broken)
        {
            throw new Problem(ProblemKind.Invalid, "The patch is not JSON: " + broken.Message, where: "body", inner: broken);
        }
    }
}

using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Http;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// <c>DELETE Type/id</c> and <c>DELETE Type?condition</c> (FHIR R4 http.html#delete, #cdelete): a last version that says it is gone. What is
/// not there is as good as deleted; of those that meet a condition all are deleted, or none.
/// </summary>
public static class DeleteInteraction
{
    /// <summary>How often a delete without If-Match begins again when another writer was first.</summary>
    private const int MaxAttempts = 5;

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        var ignored = AskedParameters.Ignored(request);
        var version = request.IfMatch == "*" ? null : ETags.Version(request.IfMatch);
        for (var attempt = 1; ; attempt++)
        {
            var current = FhirRequest.IsId(request.Id) ? await centre.Resources.Read(type, request.Id, Caller.Loopback, cancellationToken) : null;
            if (current is null or { IsDeleted: true })
            {
                RequireThere(request);
                return Answered(request, current, "was not there; nothing was deleted") with { Ignored = ignored };
            }

            try
            {
                return (await Delete(request, current, version, centre, cancellationToken)) with { Ignored = ignored };
            }
            catch (Problem late) when (late.Kind is ProblemKind.NotFound or ProblemKind.Conflict && attempt < MaxAttempts)
            {
                // Another writer was first; what is there now decides.
            }
        }
    }

    public static async Task<FhirAnswer> AnswerConditional(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var condition = Condition.Of(request.KnownType(), request.Query, centre);
        var version = request.IfMatch == "*" ? null : ETags.Version(request.IfMatch);
        await using var alone = await centre.Writes.Alone([condition.Name], cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var found = await condition.FindAll(centre, cancellationToken);
            RequireOne(found, version);
            if (found is [])
                RequireThere(request);
            try
            {
                return found switch
                {
                    [] => Answered(request, null, "was not found by the condition; nothing was deleted"),
                    [var only] => await Delete(request with { Id = only.Id }, only, version, centre, cancellationToken),
                    _ => await DeleteAll(request, found, centre, cancellationToken),
                };
            }
            catch (Problem late) when (late.Kind is ProblemKind.NotFound or ProblemKind.Conflict && attempt < MaxAttempts)
            {
                // One of them was deleted meanwhile; what meets the condition now decides.
            }
        }
    }

    /// <exception cref="Problem">PreconditionFailed where a version is named, and the condition is met by several.</exception>
    public static void RequireOne(IReadOnlyList<StoredResource> found, int? version)
    {
        if (version is not null && found.Count > 1)
            throw new Problem(ProblemKind.PreconditionFailed, $"If-Match names a version of one resource, and {ResourceJson.Text(found.Count)} meet the condition. Make it narrower, or leave If-Match out.", where: "If-Match");
    }

    // If-Match: * asks for any version, but for one (RFC 9110, 13.1.1).
    private static void RequireThere(FhirRequest request)
    {
        if (request.IfMatch == "*")
            throw new Problem(ProblemKind.PreconditionFailed, "There is no such resource to delete; leave If-Match out where that does not matter.", where: "If-Match");
    }

    private static async Task<FhirAnswer> DeleteAll(FhirRequest request, StoredResource[] found, DataCentre centre, CancellationToken cancellationToken)
    {
        var changes = found.OrderBy(stored => stored.Id, StringComparer.Ordinal).Select(stored => new ResourceChange(ChangeKind.Delete, centre.Writing.Record(stored.Body))).ToList();
        await centre.Writes.WriteAll(FhirWriting.ProfileId, changes, Caller.Loopback, cancellationToken);
        return Answered(request, null, $"resources that meet the condition were deleted: {ResourceJson.Text(found.Length)}");
    }

    private static async Task<FhirAnswer> Delete(FhirRequest request, StoredResource current, int? version, DataCentre centre, CancellationToken cancellationToken)
    {
        var change = new ResourceChange(ChangeKind.Delete, centre.Writing.Record(current.Body), version);
        var written = await centre.Writes.Write(FhirWriting.ProfileId, change, Caller.Loopback, cancellationToken);
        return Answered(request, written.Resource, "was deleted");
    }

    private static FhirAnswer Answered(FhirRequest request, StoredResource? deleted, string what)
    {
        if (request.Prefer.Return != ReturnPreference.Outcome)
            return new FhirAnswer(StatusCodes.Status204NoContent) { About = deleted };
        var issue = new OutcomeIssue("information", "informational", $"{request.Type}{(request.Id.Length > 0 ? "/" + FhirRequest.Shown(request.Id) : "")} {what}.");
        return new FhirAnswer(StatusCodes.Status200OK) { About = deleted, Body = output => Outcome.Write(output, issue), IsOutcome = true };
    }
}

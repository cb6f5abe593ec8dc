using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// <c>PUT Type/id</c> and <c>PUT Type?condition</c> (FHIR R4 http.html#update, #cond-update): a new version, or the first under an id
/// that the client chose.
/// </summary>
public static class UpdateInteraction
{
    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        var ignored = AskedParameters.Ignored(request);
        if (!FhirRequest.IsId(request.Id))
            throw new Problem(ProblemKind.Invalid, "An id is 1 to 64 letters (A-Z, a-z), digits, '-' and '.'.", where: $"{type}.id");
        if (FhirWriting.IdOf(request.Body, type) is var id && id != request.Id)
            throw OtherId(type, id);
        var current = request.IfMatch == "*" || request.IfNoneMatch == "*"
            ? await centre.Resources.Read(type, request.Id, Caller.Loopback, cancellationToken)
            : null;
        var change = Change(request, centre.Writing.Record(request.Body), current is { IsDeleted: false } ? current : null);
        return Written.Answer(request, await Write(change, centre, cancellationToken)) with { Ignored = ignored };
    }

    public static async Task<FhirAnswer> AnswerConditional(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        var id = FhirWriting.IdOf(request.Body, type);
        var condition = Condition.Of(type, request.Query, centre);
        await using var alone = await centre.Writes.Alone([condition.Name], cancellationToken);
        var existing = await condition.FindOne(centre, cancellationToken);
        var target = Target(type, id, existing) ?? centre.Ids.Next();
        var change = Change(request, centre.Writing.Record(FhirWriting.WithId(request.Body, type, target)), existing);
        // What does not meet the condition is not replaced, even where the body has its id (FHIR R4 http.html#cond-update).
        return Written.Answer(request, await Write(existing is null ? change with { Kind = ChangeKind.Create } : change, centre, cancellationToken));
    }

    /// <summary>The id that a conditional update leads to: of what was found, else of the body; null for a new one.</summary>
    /// <exception cref="Problem">Invalid where the body has another id than what was found.</exception>
    public static string? Target(string type, string? id, StoredResource? existing)
    {
        if (existing is not null && id is not null && id != existing.Id)
            throw new Problem(ProblemKind.Invalid, "The condition is met by a resource with another id than the body has. Leave the id out, or update by id.", where: $"{type}.id");
        return existing?.Id ?? id;
    }

    public static Problem OtherId(string type, string? id)
        => new(ProblemKind.Invalid, $"The resource must carry the id of the address it is put to; it carries {(id is null ? "none" : "another")}.", where: $"{type}.id");

    private static ResourceChange Change(FhirRequest request, NormalRecord record, StoredResource? existing)
    {
        if (request.IfMatch == "*" && existing is null)
            throw new Problem(ProblemKind.PreconditionFailed, "There is no such resource to replace; leave If-Match out to create it.", where: "If-Match");
        if (request.IfNoneMatch != "*")
            return new ResourceChange(ChangeKind.Update, record, request.IfMatch == "*" ? existing!.Version : ETags.Version(request.IfMatch));
        return existing is null
            ? new ResourceChange(ChangeKind.Create, record)
            : throw new Problem(ProblemKind.PreconditionFailed, "There is such a resource already; leave If-None-Match out to replace it.", where: "If-None-Match");
    }

    private static Task<ResourceWritten> Write(ResourceChange change, DataCentre centre, CancellationToken cancellationToken)
        => centre.Writes.Write(FhirWriting.ProfileId, change, Caller.Loopback, cancellationToken);
}

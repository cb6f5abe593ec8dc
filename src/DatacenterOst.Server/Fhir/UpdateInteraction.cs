using DatacenterOst.Access;
using DatacenterOst.Clinical;
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
        if (!FhirRequest.IsId(request.Id))
            throw new Problem(ProblemKind.Invalid, "An id is 1 to 64 letters (A-Z, a-z), digits, '-' and '.'.", where: $"{type}.id");
        if (FhirWriting.IdOf(request.Body, type) is var id && id != request.Id)
            throw OtherId(type, id);
        var change = await Change(request, request.Body, centre, cancellationToken);
        return Written.Answer(request, await Write(change, centre, cancellationToken));
    }

    public static async Task<FhirAnswer> AnswerConditional(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        var id = FhirWriting.IdOf(request.Body, type);
        var condition = Condition.Of(type, request.Query, centre);
        await using var alone = await centre.Writes.Alone([condition.Name], cancellationToken);
        var existing = await condition.FindOne(centre, cancellationToken);
        var body = Targeted(request.Body, type, id, existing, centre);
        return Written.Answer(request, await Write(await Change(request, body, centre, cancellationToken), centre, cancellationToken));
    }

    /// <summary>The body under the id that a conditional update leads to: the one that was found, else the body's own, else a new one.</summary>
    /// <exception cref="Problem">Invalid where the body has another id than what was found.</exception>
    public static ReadOnlyMemory<byte> Targeted(ReadOnlyMemory<byte> body, string type, string? id, StoredResource? existing, DataCentre centre)
    {
        if (existing is not null && id is not null && id != existing.Id)
            throw new Problem(ProblemKind.Invalid, "The condition is met by a resource with another id than the body has. Leave the id out, or update by id.", where: $"{type}.id");
        return id is not null ? body : FhirWriting.WithId(body, type, existing?.Id ?? centre.Ids.Next());
    }

    public static Problem OtherId(string type, string? id)
        => new(ProblemKind.Invalid, $"The resource must carry the id of the address it is put to; it carries {(id is null ? "none" : "another")}.", where: $"{type}.id");

    private static async Task<ResourceChange> Change(FhirRequest request, ReadOnlyMemory<byte> body, DataCentre centre, CancellationToken cancellationToken)
    {
        var record = centre.Writing.Record(body);
        if (request.IfNoneMatch == "*")
            return new ResourceChange(ChangeKind.Create, record);
        if (request.IfMatch == "*")
        {
            var current = await ReadInteraction.Existing(request, centre, cancellationToken);
            return new ResourceChange(ChangeKind.Update, record, current.Version);
        }

        return new ResourceChange(ChangeKind.Update, record, ETags.Version(request.IfMatch));
    }

    private static Task<ResourceWritten> Write(ResourceChange change, DataCentre centre, CancellationToken cancellationToken)
        => centre.Writes.Write(FhirWriting.ProfileId, change, Caller.Loopback, cancellationToken);
}

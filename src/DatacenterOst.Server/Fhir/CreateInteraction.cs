using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary><c>POST Type</c> (FHIR R4 http.html#create): the server gives the id. With If-None-Exist only where nothing meets the condition.</summary>
public static class CreateInteraction
{
    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        var ignored = AskedParameters.Ignored(request);
        FhirWriting.IdOf(request.Body, type);
        if (request.IfNoneExist is null)
            return Written.Answer(request, await Create(request.Body, type, centre, cancellationToken)) with { Ignored = ignored };
        var condition = Condition.Of(type, request.IfNoneExist, "If-None-Exist", centre);
        await using var alone = await centre.Writes.Alone([condition.Name], cancellationToken);
        return await condition.FindOne(centre, cancellationToken) is { } existing
            ? Written.AlreadyThere(request, existing) with { Ignored = ignored }
            : Written.Answer(request, await Create(request.Body, type, centre, cancellationToken)) with { Ignored = ignored };
    }

    /// <summary>Stores the resource under a new id.</summary>
    /// <exception cref="Problem">Invalid where the body is not a resource of that type.</exception>
    public static Task<ResourceWritten> Create(ReadOnlyMemory<byte> body, string type, DataCentre centre, CancellationToken cancellationToken)
    {
        var record = centre.Writing.Record(FhirWriting.WithId(body, type, centre.Ids.Next()));
        return centre.Writes.Write(FhirWriting.ProfileId, new ResourceChange(ChangeKind.Create, record) { IsOfNewId = true }, Caller.Loopback, cancellationToken);
    }
}

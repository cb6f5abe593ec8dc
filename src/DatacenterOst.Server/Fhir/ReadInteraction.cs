using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary><c>GET Type/id</c>: the current version, or with <c>_asOf</c> the one that was known at an instant (FHIR R4 http.html#read).</summary>
public static class ReadInteraction
{
    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var ignored = AskedParameters.Ignored(request, "_asOf");
        var stored = await Existing(request, centre, cancellationToken);
        return Answer(request, stored) with { Ignored = ignored };
    }

    /// <summary>The resource, or 304 when the caller has it already.</summary>
    public static FhirAnswer Answer(FhirRequest request, StoredResource stored)
        => ETags.IsKnown(request, stored)
            ? new FhirAnswer(StatusCodes.Status304NotModified) { About = stored }
            : FhirAnswer.Of(StatusCodes.Status200OK, stored, Selection.Of(request));

    /// <exception cref="Problem">NotFound, or Gone where it was deleted.</exception>
    public static async Task<StoredResource> Existing(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        var stored = !FhirRequest.IsId(request.Id) ? null
            : AsOf(request) is { } known ? await centre.Resources.ReadAsOf(type, request.Id, known, Caller.Loopback, cancellationToken)
            : await centre.Resources.Read(type, request.Id, Caller.Loopback, cancellationToken);
        return stored switch
        {
            null => throw NotFound(request),
            { IsDeleted: true } => throw Gone(stored),
            _ => stored,
        };
    }

    /// <summary><c>_asOf</c>; null where it was not asked.</summary>
    /// <exception cref="Problem">Invalid where it is no instant.</exception>
    public static DateTimeOffset? AsOf(FhirRequest request)
    {
        if (request.Query.Count == 0 || request.Parameter("_asOf") is not { } text)
            return null;
        // A "+" of an offset that was not escaped has become a blank.
        return FhirDateTime.TryParse(text.Replace(' ', '+'), out var at)
            ? at.Low
            : throw new Problem(ProblemKind.Invalid, "_asOf is an instant with its zone, such as 2026-03-01T12:00:00Z; a + in a zone is sent as %2B.", where: "_asOf");
    }

    public static Problem NotFound(FhirRequest request)
        => request.Id.StartsWith('$')
            ? new(ProblemKind.NotFound, $"{request.Type} has no operation {FhirRequest.Shown(request.Id)} here; those that are built stand in /metadata.", where: FhirRequest.Shown(request.Id))
            : new(ProblemKind.NotFound, $"There is no {request.Type} with this id.", where: $"{request.Type}/{FhirRequest.Shown(request.Id)}");

    private static Problem Gone(StoredResource deleted)
        => new(
            ProblemKind.Gone,
            string.Create(CultureInfo.InvariantCulture, $"It was deleted; its versions are at {deleted.Type}/{deleted.Id}/_history."),
            where: $"{deleted.Type}/{deleted.Id}");
}

using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Fhir;

/// <summary><c>GET Type/id/_history/version</c> (FHIR R4 http.html#vread).</summary>
public static class VersionReadInteraction
{
    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var type = request.KnownType();
        var ignored = AskedParameters.Ignored(request);
        var stored = FhirRequest.IsId(request.Id) && int.TryParse(request.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? await centre.Resources.ReadVersion(type, request.Id, version, Caller.Loopback, cancellationToken)
            : null;
        var place = $"{type}/{FhirRequest.Shown(request.Id)}/_history/{FhirRequest.Shown(request.Version)}";
        return stored switch
        {
            null => throw new Problem(ProblemKind.NotFound, $"There is no such version of this {type}.", where: place),
            { IsDeleted: true } => throw new Problem(ProblemKind.Gone, "This version says that the resource was deleted; read the one before it.", where: place),
            _ => ReadInteraction.Answer(request, stored) with { Ignored = ignored },
        };
    }
}

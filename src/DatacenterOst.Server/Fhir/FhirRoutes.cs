using DatacenterOst.Server.Operations;
using DatacenterOst.Server.Transactions;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// Every address of the FHIR R4 API (http.html) and the interaction behind it. A type is a parameter of the route; one that
/// FHIR does not have is refused by the interaction, with its name.
/// </summary>
public static class FhirRoutes
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private static readonly string[] All = [.. Reading, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    public static void MapFhir(this WebApplication app)
    {
        var centre = app.Services.GetRequiredService<DataCentre>();
        var fhir = app.MapGroup("/fhir").ExcludeFromDescription();
        MapResources(fhir, centre);
        MapSearches(fhir, centre);
        MapHistory(fhir, centre);
        MapOperations(fhir, centre);
        fhir.MapMethods("/metadata", Reading, FhirHttp.Run(CapabilitiesInteraction.Answer, centre));
        RefuseOthers(fhir, "/metadata", Reading);
        fhir.MapPost("/", FhirHttp.RunWithBody(BundleInteraction.Answer, centre, FhirHttp.MaxBundleBytes));
    }

    private static void MapResources(RouteGroupBuilder fhir, DataCentre centre)
    {
        fhir.MapMethods("/{type}/{id}", Reading, FhirHttp.Run(ReadInteraction.Answer, centre));
        fhir.MapMethods("/{type}/{id}/_history/{version}", Reading, FhirHttp.Run(VersionReadInteraction.Answer, centre));
        fhir.MapPost("/{type}", FhirHttp.RunWithResource(CreateInteraction.Answer, centre));
        fhir.MapPut("/{type}/{id}", FhirHttp.RunWithResource(UpdateInteraction.Answer, centre));
        fhir.MapPut("/{type}", FhirHttp.RunWithResource(UpdateInteraction.AnswerConditional, centre));
        fhir.MapPatch("/{type}/{id}", FhirHttp.RunWithBody(PatchInteraction.Answer, centre, FhirHttp.MaxResourceBytes));
        fhir.MapPatch("/{type}", FhirHttp.RunWithBody(PatchInteraction.AnswerConditional, centre, FhirHttp.MaxResourceBytes));
        fhir.MapDelete("/{type}/{id}", FhirHttp.Run(DeleteInteraction.Answer, centre));
        fhir.MapDelete("/{type}", FhirHttp.Run(DeleteInteraction.AnswerConditional, centre));
    }

    private static void MapSearches(RouteGroupBuilder fhir, DataCentre centre)
    {
        foreach (var address in (string[])["/", "/{type}", "/{type}/{id}/{member}"])
        {
            var search = address.TrimEnd('/') + "/_search";
            fhir.MapMethods(address, Reading, FhirHttp.Run(SearchInteraction.Answer, centre));
            fhir.MapPost(search, FhirHttp.RunWithForm(SearchInteraction.Answer, centre));
            // Clients of HAPI can be told to search by GET at this address, too.
            fhir.MapMethods(search, Reading, FhirHttp.Run(SearchInteraction.Answer, centre));
            RefuseOthers(fhir, search, [.. Reading, HttpMethods.Post]);
        }
    }

    private static void MapHistory(RouteGroupBuilder fhir, DataCentre centre)
    {
        foreach (var address in (string[])["/_history", "/{type}/_history", "/{type}/{id}/_history"])
        {
            fhir.MapMethods(address, Reading, FhirHttp.Run(HistoryInteraction.Answer, centre));
            RefuseOthers(fhir, address, Reading);
        }
    }

    private static void MapOperations(RouteGroupBuilder fhir, DataCentre centre)
    {
        foreach (var operation in BuiltOperations.All)
        {
            foreach (var address in operation.Addresses)
            {
                string[] reading = operation.AffectsState ? [] : Reading;
                if (reading.Length > 0)
                    fhir.MapMethods(address, reading, FhirHttp.Run(operation.Interaction, centre));
                fhir.MapPost(address, FhirHttp.RunWithBody(operation.Interaction, centre, FhirHttp.MaxResourceBytes));
                RefuseOthers(fhir, address, [.. reading, HttpMethods.Post]);
            }
        }
    }

    // Where an address fits several routes, the methods of all of them count, and a DELETE of a history would be one of a resource.
    private static void RefuseOthers(RouteGroupBuilder fhir, string address, IReadOnlyList<string> allowed)
        => fhir.MapMethods(address, All.Except(allowed), http =>
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = string.Join(", ", allowed);
            return Task.CompletedTask;
        });
}

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

    public static void MapFhir(this WebApplication app)
    {
        var centre = app.Services.GetRequiredService<DataCentre>();
        var fhir = app.MapGroup("/fhir").ExcludeFromDescription();
        MapResources(fhir, centre);
        MapSearches(fhir, centre);
        MapHistory(fhir, centre);
        MapOperations(fhir, centre);
        fhir.MapMethods("/metadata", Reading, FhirHttp.Run(CapabilitiesInteraction.Answer, centre));
        fhir.MapPost("/", FhirHttp.RunWithBody(BundleInteraction.Answer, centre, FhirHttp.MaxBundleBytes));
    }

    private static void MapResources(RouteGroupBuilder fhir, DataCentre centre)
    {
        fhir.MapMethods("/{type}/{id}", Reading, FhirHttp.Run(ReadInteraction.Answer, centre));
        fhir.MapMethods("/{type}/{id}/_history/{version}", Reading, FhirHttp.Run(VersionReadInteraction.Answer, centre));
        fhir.MapPost("/{type}", FhirHttp.RunWithBody(CreateInteraction.Answer, centre, FhirHttp.MaxResourceBytes));
        fhir.MapPut("/{type}/{id}", FhirHttp.RunWithBody(UpdateInteraction.Answer, centre, FhirHttp.MaxResourceBytes));
        fhir.MapPut("/{type}", FhirHttp.RunWithBody(UpdateInteraction.AnswerConditional, centre, FhirHttp.MaxResourceBytes));
        fhir.MapPatch("/{type}/{id}", FhirHttp.RunWithBody(PatchInteraction.Answer, centre, FhirHttp.MaxResourceBytes));
        fhir.MapPatch("/{type}", FhirHttp.RunWithBody(PatchInteraction.AnswerConditional, centre, FhirHttp.MaxResourceBytes));
        fhir.MapDelete("/{type}/{id}", FhirHttp.Run(DeleteInteraction.Answer, centre));
        fhir.MapDelete("/{type}", FhirHttp.Run(DeleteInteraction.AnswerConditional, centre));
    }

    private static void MapSearches(RouteGroupBuilder fhir, DataCentre centre)
    {
        fhir.MapMethods("/", Reading, FhirHttp.Run(SearchInteraction.Answer, centre));
        fhir.MapPost("/_search", FhirHttp.RunWithForm(SearchInteraction.Answer, centre));
        fhir.MapMethods("/{type}", Reading, FhirHttp.Run(SearchInteraction.Answer, centre));
        fhir.MapPost("/{type}/_search", FhirHttp.RunWithForm(SearchInteraction.Answer, centre));
        fhir.MapMethods("/{type}/{id}/{member}", Reading, FhirHttp.Run(SearchInteraction.Answer, centre));
        fhir.MapPost("/{type}/{id}/{member}/_search", FhirHttp.RunWithForm(SearchInteraction.Answer, centre));
    }

    private static void MapHistory(RouteGroupBuilder fhir, DataCentre centre)
    {
        fhir.MapMethods("/_history", Reading, FhirHttp.Run(HistoryInteraction.Answer, centre));
        fhir.MapMethods("/{type}/_history", Reading, FhirHttp.Run(HistoryInteraction.Answer, centre));
        fhir.MapMethods("/{type}/{id}/_history", Reading, FhirHttp.Run(HistoryInteraction.Answer, centre));
    }

    private static void MapOperations(RouteGroupBuilder fhir, DataCentre centre)
    {
        foreach (var operation in BuiltOperations.All)
        {
            foreach (var address in operation.Addresses)
            {
                if (!operation.AffectsState)
                    fhir.MapGet(address, FhirHttp.Run(operation.Interaction, centre));
                fhir.MapPost(address, FhirHttp.RunWithBody(operation.Interaction, centre, FhirHttp.MaxResourceBytes));
            }
        }
    }
}

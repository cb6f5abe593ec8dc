using System.Text.Json.Nodes;
using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Server.Clients;
using DatacenterOst.Server.Models;
using DatacenterOst.Store;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Http;

/// <summary>The model and operations API, described at <c>/openapi/v1.json</c> and browsable at <c>/swagger</c>.</summary>
public static class ApiEndpoints
{
    public static void AddApiDescription(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options => options.SwaggerDoc("v1", new() { Title = "Datacenter Øst", Version = "v1" }));
    }

    public static void MapApi(this WebApplication app)
    {
        app.UseSwagger(options => options.RouteTemplate = "openapi/{documentName}.json");
        app.UseSwaggerUI(options => options.SwaggerEndpoint("/openapi/v1.json", "Datacenter Øst"));
        var api = app.MapGroup("/api").WithTags("operations");
        api.MapGet("/cds-services", CdsServices).WithSummary("CDS services that serve, and those that were refused with the reasons.");
        api.MapGet("/cds-services/{id}/examples", Examples).WithSummary("Example requests of a CDS service, as its content has them.");
        api.MapGet("/search-parameters", Parameters).WithSummary("Search parameters that were added, and how far what was stored before is indexed by them.");
        api.MapGet("/rejections", Rejected).WithSummary("How much of the input was not understood, by profile, reason and what is missing.");
        api.MapClients();
        api.MapModels();
    }

    private static IReadOnlyList<ParameterState> Parameters(DataCentre centre) => centre.Parameters.States;

    private static ServicesAnswer CdsServices(DataCentre centre) => new(
        [.. centre.CdsServices.All.Select(service => new ServiceAnswer(service.Id, [.. service.Hooks.Select(hook => hook.Name)], service.Title, service.Model.Value))],
        [.. centre.CdsServices.Refused.Select(refused => new RefusedAnswer(refused.Folder, refused.Reasons))]);

    private static IReadOnlyList<ExampleAnswer> Examples(string id, DataCentre centre) =>
        [.. ServiceExamples.Of(centre.Services.FolderOf(centre.CdsServices.Get(id))).Select(file => new ExampleAnswer(ServiceExamples.NameOf(file), JsonNode.Parse(File.ReadAllText(file))!))];

    private static async Task<IReadOnlyList<RejectionCount>> Rejected(DataCentre centre, CancellationToken cancellationToken)
        => await centre.Rejections.Count(new RejectionFilter(), Caller.Loopback, cancellationToken);

    public sealed record ServicesAnswer(IReadOnlyList<ServiceAnswer> Serving, IReadOnlyList<RefusedAnswer> Refused);

    public sealed record ServiceAnswer(string Id, IReadOnlyList<string> Hooks, string Title, string Model);

    public sealed record ExampleAnswer(string Name, JsonNode Request);

    public sealed record RefusedAnswer(string Folder, IReadOnlyList<string> Reasons);
}

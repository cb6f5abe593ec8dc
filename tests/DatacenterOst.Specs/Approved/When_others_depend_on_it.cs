using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Server.Clients;
using DatacenterOst.Specs.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DatacenterOst.Specs.Approved;

/// <summary>What stands between us and others changes only when somebody approves it.</summary>
public sealed class When_others_depend_on_it
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_capability_statement_is_as_approved()
    {
        await using var ost = await RunningServer.Start(null, Token);
        var statement = JsonNode.Parse(await ost.Http.GetStringAsync("/fhir/metadata", Token))!;
        ApprovedFile.Verify("capability-statement.txt", CapabilityText.Of(statement));
    }

    [Fact]
    public async Task discovery_is_as_approved()
    {
        await using var ost = await RunningServer.Start(null, Token);
        ApprovedFile.Verify("discovery.json", Alike(JsonNode.Parse(await ost.Http.GetStringAsync("/cds-services", Token))!, ost));
    }

    [Fact]
    public async Task openapi_is_as_approved()
    {
        await using var ost = await RunningServer.Start(null, Token);
        ApprovedFile.Verify("openapi.json", Alike(JsonNode.Parse(await ost.Http.GetStringAsync("/openapi/v1.json", Token))!, ost));
    }

    /// <summary>The guard decides by the address: the CDS service is for registered clients, everything else for this machine alone.</summary>
    [Fact]
    public async Task every_route_is_listed_with_who_may_use_it()
    {
        await using var ost = await RunningServer.Start(null, Token);
        var routes = ost.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(route => Methods(route).Select(method => $"{route.RoutePattern.RawText,-45} {method,-8} {Policy(route)}"))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(routes.Count > 10, "The routes were not found.");
        ApprovedFile.Verify("routes.txt", string.Join('\n', routes));
    }

    private static string Alike(JsonNode json, RunningServer ost) => json.ToJsonString(Readable).Replace(ost.Address, "http://*", StringComparison.Ordinal);

    private static IEnumerable<string> Methods(RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["any"];

    private static string Policy(RouteEndpoint route)
        => Reach.IsService(new DefaultHttpContext { Request = { Path = route.RoutePattern.RawText! } }) ? "clients" : "this machine";
}

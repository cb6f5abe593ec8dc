using System.Text.Json.Nodes;
using DatacenterOst.Cards;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>Calls that leave something to be fetched.</summary>
public static class EhrCalls
{
    public const string Scope = "patient/Patient.read patient/Observation.read";

    public static Task<RunningServer> ServerFor(FakeEhr ehr, CancellationToken cancellationToken) =>
        RunningServer.Start(null, cancellationToken, start: ServerStart.For(ClientProfile.Loopback with { FhirServers = [ehr.Base] }));

    /// <summary>The example without these keys, with a server and a token to fetch them.</summary>
    public static JsonObject Without(Uri? fhirServer, string scope, params string[] keys)
    {
        var request = HookCalls.Example();
        foreach (var key in keys) request["prefetch"]!.AsObject().Remove(key);
        if (fhirServer is null) return request;
        request["fhirServer"] = fhirServer.AbsoluteUri;
        request["fhirAuthorization"] = new JsonObject
        {
            ["access_token"] = "opaque-token",
            ["token_type"] = "Bearer",
            ["expires_in"] = 300,
            ["scope"] = scope,
            ["subject"] = "dost",
            ["patient"] = "aki-1",
        };
        return request;
    }

    public static Task<HookReply> Post(RunningServer ost, JsonObject request, CancellationToken cancellationToken) =>
        HookCalls.Post(ost, HookCalls.Aki, request.ToJsonString(), cancellationToken);
}

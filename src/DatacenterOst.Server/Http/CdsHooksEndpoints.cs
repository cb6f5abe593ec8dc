using DatacenterOst.Cards;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Server.Clients;

namespace DatacenterOst.Server.Http;

/// <summary>CDS Hooks 2.0.1 over HTTP: discovery and the call of a service. What a card says is decided in Cards.</summary>
public static class CdsHooksEndpoints
{
    private const string Json = "application/json; charset=utf-8";

    public static void MapCdsHooks(this IEndpointRouteBuilder app)
    {
        var services = app.MapGroup("/cds-services").ExcludeFromDescription();
        services.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], Discover);
        services.MapMethods("/", [HttpMethods.Options], (HttpContext http) => Allow(http, "GET, HEAD, OPTIONS"));
        services.MapPost("/{id}", Call);
        services.MapMethods("/{id}", [HttpMethods.Options], (HttpContext http) => Allow(http, "POST, OPTIONS"));
    }

    // A client that may call some of the services hears of those.
    private static Task Discover(HttpContext http, DataCentre centre)
    {
        var call = ClientCall.Of(http);
        var profile = call.ProfileFor(centre.Settings.Client).Profile;
        return Write(http, call.Caller.Client is { Services.Count: > 0 }
            ? centre.CdsServices.DiscoveryOf(service => call.MayCall(service.Id), profile)
            : centre.CdsServices.DiscoveryFor(profile));
    }

    // What a browser asks before it calls is answered by CORS; this is for whoever asks without an Origin.
    private static void Allow(HttpContext http, string methods)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.Allow = methods;
    }

    private static async Task Call(HttpContext http, string id, DataCentre centre, ILogger<HookAnswer> log)
    {
        var began = centre.Time.GetTimestamp();
        var call = ClientCall.Of(http);
        var service = centre.CdsServices.Get(call.MayCall(id) ? id : "");
        RequestBody.RequireJson(http.Request);
        var body = await RequestBody.Read(http.Request, HookRequest.MaxBytes, http.RequestAborted);
        var client = call.ProfileFor(centre.Settings.Client);
        var request = HookRequest.Parse(body, client.Rules);
        var language = AcceptLanguage.Choose(http.Request.Headers.AcceptLanguage, client.Language ?? service.Language);
        var answer = await centre.Answers.Answer(service, request, language, client, call.Caller with { Person = request.Context.UserId }, http.RequestAborted);
        Tell(log, answer);
        http.Response.Headers.CacheControl = "no-store";
        await Write(http, answer.Bytes);
        if (answer.Inputs is not null) ModelMeters.Scored(answer.Estimate, answer.Silences.Any(silence => silence.Reason == SilenceReasons.SilentPhase) ? "silent" : "shown", centre.Time.GetElapsedTime(began));
        centre.SilentScoring.Offer(service, answer);
    }

    private static void Tell(ILogger log, HookAnswer answer)
    {
        log.HookAnswered(answer.Service, answer.Cards.Count, answer.Estimate.Model.Value, answer.Estimate.Version);
        foreach (var silence in answer.Silences)
            log.HookSilent(answer.Service, silence.Reason, silence.Subject);
    }

    private static Task Write(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = Json;
        http.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.BodyWriter.WriteAsync(body, http.RequestAborted).AsTask();
    }
}

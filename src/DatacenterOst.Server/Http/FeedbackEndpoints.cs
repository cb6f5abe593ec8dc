using DatacenterOst.Cards;
using DatacenterOst.Cards.Records;
using DatacenterOst.Server.Clients;

namespace DatacenterOst.Server.Http;

/// <summary>CDS Hooks 2.0.1 Feedback over HTTP. Who may call is decided before it gets here, as for the service itself.</summary>
public static class FeedbackEndpoints
{
    public static void MapCdsFeedback(this IEndpointRouteBuilder app)
    {
        var feedback = app.MapGroup("/cds-services/{id}/feedback").ExcludeFromDescription();
        feedback.MapPost("", Take);
        feedback.MapMethods("", [HttpMethods.Options], Allow);
    }

    private static async Task<FeedbackAnswer> Take(HttpContext http, string id, DataCentre centre)
    {
        var call = ClientCall.Of(http);
        var service = centre.CdsServices.Get(call.MayCall(id) ? id : "");
        RequestBody.RequireJson(http.Request);
        var body = await RequestBody.Read(http.Request, FeedbackRequest.MaxBytes, http.RequestAborted);
        var taken = await centre.Feedback.Take(service, FeedbackRequest.Parse(body), call.Caller, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return new FeedbackAnswer(taken.Stored, taken.Known, taken.Flags.Count == 0 ? null : taken.Flags);
    }

    private static void Allow(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.Allow = "POST, OPTIONS";
    }

    /// <param name="Stored">Items that are new here.</param>
    /// <param name="Known">Items that were stored before.</param>
    /// <param name="Flags">What is odd about items that were stored all the same; left out where nothing is.</param>
    private sealed record FeedbackAnswer(
        int Stored, int Known, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FeedbackFlag>? Flags);
}

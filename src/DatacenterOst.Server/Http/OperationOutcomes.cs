using System.Diagnostics;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>
/// The only translation from a <see cref="Problem"/> to HTTP in the code base (FHIR R4 OperationOutcome, http.html#2.21.0.4).
/// A bug becomes 500 with a trace id and no detail; a client that went away gets nothing.
/// </summary>
public static class OperationOutcomes
{
    public const string FhirJson = "application/fhir+json; charset=utf-8";

    /// <summary>Outermost of all: nothing below it has a <c>try</c>.</summary>
    public static async Task Guard(HttpContext http, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(http);
        }
        catch (Problem problem) when (!http.Response.HasStarted)
        {
            await Write(http, problem);
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            var kind = refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemKind.TooLarge : ProblemKind.Invalid;
            await Write(http, new Problem(kind, "The request could not be read: " + refused.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client closed the connection; there is nobody to answer.
        }
        catch (Exception bug) when (!http.Response.HasStarted)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
            log.RequestFailed(trace, bug);
            await Write(http, StatusCodes.Status500InternalServerError, "exception", "The server failed. Trace id: " + trace, null);
        }
    }

    /// <summary>A route that is not there, or not with that method, says so as an OperationOutcome too.</summary>
    public static async Task SayWhatIsMissing(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response.HasStarted || http.Response.ContentLength is not null || http.Response.ContentType is not null)
            return;
        if (http.Response.StatusCode == StatusCodes.Status404NotFound)
            await Write(http, http.Response.StatusCode, "not-found", "There is nothing at this address.", null);
        else if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Write(http, http.Response.StatusCode, "not-supported", $"{http.Request.Method} is not possible here; allowed: {http.Response.Headers.Allow}.", null);
    }

    public static Task Write(HttpContext http, Problem problem)
    {
        var (status, code) = Http(problem.Kind);
        if (problem.Kind == ProblemKind.Unavailable)
            http.Response.Headers.RetryAfter = "5";
        return Write(http, status, code, problem.Message, problem.Where);
    }

    private static (int Status, string IssueCode) Http(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => (400, "invalid"),
        ProblemKind.Forbidden => (403, "forbidden"),
        ProblemKind.NotFound => (404, "not-found"),   // also what a caller without access sees
        ProblemKind.Conflict => (409, "conflict"),
        ProblemKind.PreconditionFailed => (412, "conflict"),
        ProblemKind.TooLarge => (413, "too-long"),
        ProblemKind.Unsupported => (415, "not-supported"),
        ProblemKind.TooCostly => (422, "too-costly"),
        ProblemKind.Unavailable => (503, "transient"),
        _ => throw new UnreachableException(),
    };

    private static async Task Write(HttpContext http, int status, string code, string message, string? where)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = FhirJson;
        http.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("resourceType", "OperationOutcome");
        json.WriteStartArray("issue");
        json.WriteStartObject();
        json.WriteString("severity", "error");
        json.WriteString("code", code);
        json.WriteString("diagnostics", message);
        if (where is not null)
        {
            json.WriteStartArray("expression");
            json.WriteStringValue(where);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

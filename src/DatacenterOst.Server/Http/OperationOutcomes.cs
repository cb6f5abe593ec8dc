using System.Data.Common;
using System.Diagnostics;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using Microsoft.Net.Http.Headers;

namespace DatacenterOst.Server.Http;

/// <summary>
/// The only translation from a <see cref="Problem"/> to HTTP in the code base (FHIR R4 OperationOutcome, http.html#2.21.0.4).
/// A bug becomes 500 with a trace id and no detail; a client that went away gets nothing.
/// </summary>
public static class OperationOutcomes
{
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
        catch (BadHttpRequestException late) when (!http.Response.HasStarted && late.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            await Write(http, late.StatusCode, "timeout", "The body came too slowly. Send it again.");
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
        catch (DbException away) when (!http.Response.HasStarted && away.IsTransient)
        {
            // The database is restarting or cannot be reached. What was acknowledged is kept, and what was not may be sent again.
            log.StoreAway(BugReport.Of(away));
            await Write(http, new Problem(ProblemKind.Unavailable, "The store cannot be reached at the moment. Ask again."));
        }
        catch (Exception bug)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
            log.RequestFailed(trace, BugReport.Of(bug));
            if (http.Response.HasStarted)
                http.Abort();   // half an answer must not look like a whole one
            else
                await Write(http, StatusCodes.Status500InternalServerError, "exception", "The server failed. Trace id: " + trace);
        }
    }

    /// <summary>A route that is not there, or not with that method, says so as an OperationOutcome too.</summary>
    public static async Task SayWhatIsMissing(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response.HasStarted || http.Response.ContentLength is not null || http.Response.ContentType is not null)
            return;
        if (http.Response.StatusCode == StatusCodes.Status404NotFound)
            await Write(http, http.Response.StatusCode, "not-found", "There is nothing at this address.");
        else if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Write(http, http.Response.StatusCode, "not-supported", $"{http.Request.Method} is not possible here; allowed: {http.Response.Headers.Allow}.");
    }

    public static Task Write(HttpContext http, Problem problem)
    {
        var (status, issue) = Outcome.Of(problem);
        if (problem.Kind == ProblemKind.Unavailable)
            http.Response.Headers.RetryAfter = "5";
        else if (problem.Kind == ProblemKind.TooMany)
            http.Response.Headers.RetryAfter = "1";
        return Write(http, status, issue);
    }

    private static Task Write(HttpContext http, int status, string code, string message)
        => Write(http, status, new OutcomeIssue("error", code, message));

    private static Task Write(HttpContext http, int status, OutcomeIssue issue)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        // What was said about a resource before the mistake was found is no longer true of this answer.
        http.Response.Headers.Remove(HeaderNames.ETag);
        http.Response.Headers.Remove(HeaderNames.LastModified);
        return FhirHttp.Write(http, MediaTypes.ForError(http.Request), output => Outcome.Write(output, issue));
    }
}

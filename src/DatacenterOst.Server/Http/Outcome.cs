using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>One issue of an OperationOutcome, in FHIR's words.</summary>
/// <param name="Expression">The place in the resource or the request; null where there is none.</param>
public sealed record OutcomeIssue(string Severity, string Code, string Diagnostics, string? Expression = null);

/// <summary>OperationOutcome (FHIR R4) as JSON, and what a <see cref="Problem"/> is in HTTP and FHIR.</summary>
public static class Outcome
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static (int Status, OutcomeIssue Issue) Of(Problem problem)
    {
        var (status, code) = Http(problem.Kind);
        return (status, new OutcomeIssue("error", code, problem.Message, problem.Where));
    }

    public static void Write(IBufferWriter<byte> output, params IReadOnlyList<OutcomeIssue> issues)
    {
        using var json = new Utf8JsonWriter(output, Writing);
        json.WriteStartObject();
        json.WriteString("resourceType", "OperationOutcome");
        json.WriteStartArray("issue");
        foreach (var issue in issues)
        {
            json.WriteStartObject();
            json.WriteString("severity", issue.Severity);
            json.WriteString("code", issue.Code);
            json.WriteString("diagnostics", issue.Diagnostics);
            if (issue.Expression is { Length: > 0 } expression)
            {
                json.WriteStartArray("expression");
                json.WriteStringValue(expression);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (int Status, string IssueCode) Http(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => (400, "invalid"),
        ProblemKind.Forbidden => (403, "forbidden"),
        ProblemKind.NotFound => (404, "not-found"),   // also what a caller without access sees
        ProblemKind.NotAcceptable => (406, "not-supported"),
        ProblemKind.Conflict => (409, "conflict"),
        ProblemKind.Gone => (410, "deleted"),
        ProblemKind.PreconditionFailed => (412, "conflict"),
        ProblemKind.Ambiguous => (412, "multiple-matches"),
        ProblemKind.TooLarge => (413, "too-long"),
        ProblemKind.Unsupported => (415, "not-supported"),
        ProblemKind.TooCostly => (422, "too-costly"),
        ProblemKind.Unprocessable => (422, "processing"),
        ProblemKind.TooMany => (429, "throttled"),
        ProblemKind.Unavailable => (503, "transient"),
        _ => throw new UnreachableException(),
    };
}

using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Http;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary>How a resource leaves over HTTP: media type, ETag, Last-Modified, Location (FHIR R4 http.html#2.21.0.5).</summary>
public static class FhirAnswers
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Base(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}/fhir";

    public static Task Write(HttpContext http, int status, StoredResource stored)
    {
        var version = stored.Version.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.ETag = $"W/\"{version}\"";
        http.Response.Headers.LastModified = stored.StoredAt.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);
        if (status == StatusCodes.Status201Created)
            http.Response.Headers.Location = $"{Base(http)}/{stored.Type}/{stored.Id}/_history/{version}";
        return Write(http, status, json => ResourceJson.Write(json, stored));
    }

    public static async Task Write(HttpContext http, int status, Action<Utf8JsonWriter> write)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = OperationOutcomes.FhirJson;
        http.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, Writing);
        write(json);
    }

    /// <summary>The version of <c>If-Match: W/"3"</c>; null when the header is not there.</summary>
    public static int? IfMatch(HttpRequest request)
    {
        var header = request.Headers.IfMatch.ToString();
        if (header.Length == 0)
            return null;
        var version = header.StartsWith("W/", StringComparison.Ordinal) ? header[2..] : header;
        return int.TryParse(version.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new Problem(ProblemKind.Invalid, "If-Match must be the ETag of a version, such as W/\"3\".", where: "If-Match");
    }
}

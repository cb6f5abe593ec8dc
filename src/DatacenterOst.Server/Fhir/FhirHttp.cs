using System.Buffers;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace DatacenterOst.Server.Fhir;

/// <summary>Between HTTP and the interactions: reads a request, writes an answer. The interactions know nothing of HTTP.</summary>
public static class FhirHttp
{
    /// <summary>One resource; Binary and large questionnaires fit, a file does not.</summary>
    public const int MaxResourceBytes = 5 * 1024 * 1024;

    /// <summary>A bundle of a batch or a transaction.</summary>
    public const int MaxBundleBytes = 64 * 1024 * 1024;

    /// <summary>The parameters of a search by POST.</summary>
    private const int MaxFormBytes = 256 * 1024;

    private static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Base(HttpRequest request) => $"{request.Scheme}://{request.Host}/fhir";

    /// <summary>An interaction without a body.</summary>
    public static RequestDelegate Run(Interaction interaction, DataCentre centre) => async http =>
    {
        var form = MediaTypes.Negotiate(http.Request);
        await Write(http, form, await interaction(Read(http), centre, http.RequestAborted));
    };

    /// <summary>An interaction with a resource, a bundle or a patch.</summary>
    public static RequestDelegate RunWithBody(Interaction interaction, DataCentre centre, int maxBytes) => async http =>
    {
        var form = MediaTypes.Negotiate(http.Request);
        var kind = KindOf(http.Request);
        var body = WithoutMark(await RequestBody.Read(http.Request, maxBytes, http.RequestAborted));
        if (kind == BodyKind.Xml && !body.IsEmpty)
            body = FhirWriting.ParseXml(body).Source;
        var request = Read(http) with { Body = body, IsJsonPatch = kind == BodyKind.JsonPatch };
        await Write(http, form, await interaction(request, centre, http.RequestAborted));
    };

    /// <summary>An interaction that stores the resource of the body; that of a Binary may be what it holds.</summary>
    public static RequestDelegate RunWithResource(Interaction interaction, DataCentre centre)
    {
        var run = RunWithBody(interaction, centre, MaxResourceBytes);
        return async http =>
        {
            if (!RawBinary.IsAddressed(http.Request))
            {
                await run(http);
                return;
            }

            var body = await RequestBody.Read(http.Request, MaxResourceBytes, http.RequestAborted);
            var form = MediaTypes.Negotiate(http.Request);
            var request = Read(http) with { Body = RawBinary.Resource(http.Request, body) };
            await Write(http, form, await interaction(request, centre, http.RequestAborted));
        };
    }

    /// <summary>A search by POST: the parameters of the form stand beside those of the address.</summary>
    public static RequestDelegate RunWithForm(Interaction interaction, DataCentre centre) => async http =>
    {
        var kind = string.IsNullOrEmpty(http.Request.ContentType) ? BodyKind.Form : MediaTypes.KindOf(http.Request.ContentType);
        if (kind != BodyKind.Form)
            throw new Problem(ProblemKind.Unsupported, "A search by POST is a form: send Content-Type: application/x-www-form-urlencoded.", where: "Content-Type");
        var body = await RequestBody.Read(http.Request, MaxFormBytes, http.RequestAborted);
        var fields = Decode(System.Text.Encoding.UTF8.GetString(body.Span));
        http.Features.Set(new ReadForm(fields));
        var form = MediaTypes.Negotiate(http.Request);
        var request = Read(http);
        request = request with { Query = [.. request.Query, .. fields] };
        await Write(http, form, await interaction(request, centre, http.RequestAborted));
    };

    /// <summary>Parameters of a query string in their order, decoded.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Decode(string? query)
    {
        if (string.IsNullOrEmpty(query) || query == "?")
            return [];
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(query))
            parameters.Add(KeyValuePair.Create(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        return parameters;
    }

    // Some Windows programs begin UTF-8 with a byte order mark, which JSON does not have.
    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body)
        => body.Span.StartsWith("\uFEFF"u8) ? body["\uFEFF"u8.Length..] : body;

    private static FhirRequest Read(HttpContext http)
    {
        var request = http.Request;
        var route = request.RouteValues;
        var headers = request.Headers;
        return new FhirRequest
        {
            Method = request.Method,
            Base = Base(request),
            Type = route["type"] as string ?? "",
            Id = route["id"] as string ?? "",
            Version = route["version"] as string ?? "",
            Member = route["member"] as string ?? "",
            Query = Decode(request.QueryString.Value),
            IfMatch = headers.IfMatch,
            IfNoneMatch = headers.IfNoneMatch,
            IfModifiedSince = headers.IfModifiedSince,
            IfNoneExist = headers["If-None-Exist"],
            Prefer = Preference.Parse(headers["Prefer"]),
        };
    }

    private static BodyKind KindOf(HttpRequest request)
    {
        var kind = MediaTypes.KindOf(request.ContentType);
        var takesPatch = HttpMethods.IsPatch(request.Method);
        if (kind is BodyKind.Json or BodyKind.Xml || (takesPatch && kind == BodyKind.JsonPatch))
            return kind;
        throw new Problem(
            ProblemKind.Unsupported,
            "The body must be FHIR R4: send Content-Type: application/fhir+json or application/fhir+xml" + (takesPatch ? ", or application/json-patch+json." : "."),
            where: "Content-Type");
    }

    private static Task Write(HttpContext http, AnswerForm form, FhirAnswer answer)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        response.Headers.CacheControl = "no-store";
        if (answer.About is { } about)
        {
            response.Headers.ETag = ETags.Of(about);
            response.Headers.LastModified = ETags.Date(about);
            if (answer.HasLocation)
                response.Headers.Location = answer.Location(Base(http.Request));
        }

        if (answer.Ignored.Count > 0)
            response.Headers.Warning = Warning(answer.Ignored);
        return answer.Body is null ? Task.CompletedTask
            : answer is { Status: StatusCodes.Status200OK, About: { Type: RawBinary.Type } binary } && RawBinary.Of(http.Request, binary) is { } raw ? raw.Write(http)
            : Write(http, form, answer.Body);
    }

    // RFC 7234, 5.5; of what the caller wrote only letters that a header may have.
    private static string Warning(IReadOnlyList<string> ignored)
    {
        var told = string.Concat(AskedParameters.Told(ignored).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or ',' or '_' or '-' or ':' or '.' or '$' ? letter : '?'));
        return $"199 - \"{told}\"";
    }

    /// <summary>Writes a body in the form that was asked for, with its length.</summary>
    public static async Task Write(HttpContext http, AnswerForm form, Action<IBufferWriter<byte>> body)
    {
        using var output = new PooledBytes();
        body(output);
        var bytes = form.IsXml ? Resource.ParseJson(output.Written).ToXml(form.IsPretty) : form.IsPretty ? Indented(output.Written) : output.Written;
        http.Response.ContentType = form.MediaType;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Indented(ReadOnlyMemory<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(json.Length * 2);
        using (var writer = new Utf8JsonWriter(output, Pretty))
            Resource.ParseJson(json).WriteJson(writer);
        return output.WrittenMemory;
    }
}

using System.Buffers;
using System.Text.Json;
using System.Xml;
using DatacenterOst.Clinical;
using DatacenterOst.Store;
using Microsoft.Net.Http.Headers;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// What a Binary holds, sent and answered in its own media type (FHIR R4 binary.html#rest). Who does not name a FHIR type in Accept or
/// <c>_format</c> gets the content itself, and what is not a Binary resource is taken as the content of one.
/// </summary>
internal sealed record RawBinary(string ContentType, string? SecurityContext, byte[] Content)
{
    public const string Type = "Binary";

    private const string Header = "X-Security-Context";

    private const string Unknown = "application/octet-stream";

    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool IsAddressed(HttpRequest request) => request.RouteValues["type"] as string == Type;

    /// <summary>The body of a create or update as a Binary resource in JSON.</summary>
    public static ReadOnlyMemory<byte> Resource(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var kind = MediaTypes.KindOf(request.ContentType);
        if (kind == BodyKind.Json && (body.IsEmpty || IsResource(request, body)))
            return body;
        if (kind == BodyKind.Xml && IsXmlResource(body))
            return FhirWriting.ParseXml(body).Source;
        if (body.IsEmpty)
            throw new Problem(ProblemKind.Invalid, "The body is empty; send what the Binary is to hold.", where: "body");
        var contentType = string.IsNullOrWhiteSpace(request.ContentType) ? Unknown : request.ContentType;
        if (!MediaTypeHeaderValue.TryParse(contentType, out _))
            throw new Problem(ProblemKind.Unsupported, "The Content-Type must be a media type, such as image/png.", where: "Content-Type");
        var output = new ArrayBufferWriter<byte>((body.Length * 4 / 3) + 512);
        using (var json = new Utf8JsonWriter(output, Writing))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", Type);
            if (HttpMethods.IsPut(request.Method) && request.RouteValues["id"] is string id)
                json.WriteString("id", id);
            json.WriteString("contentType", contentType);
            if (request.Headers[Header].ToString() is { Length: > 0 } context)
            {
                json.WriteStartObject("securityContext");
                json.WriteString("reference", context);
                json.WriteEndObject();
            }

            json.WriteBase64String("data", body.Span);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>The content, where the caller wants that and not the resource; null for the resource.</summary>
    /// <exception cref="Problem">NotAcceptable where it is in neither form that the caller takes.</exception>
    public static RawBinary? Of(HttpRequest request, StoredResource stored)
    {
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!isRead || (request.QueryString.HasValue && request.Query.Keys.Any(name => name is "_format" or "_summary" or "_elements")))
            return null;
        var binary = FhirWriting.Parse(stored.Body).Root;
        var contentType = MediaTypeHeaderValue.TryParse(binary["contentType"].AsString(), out var media) ? media : new MediaTypeHeaderValue(Unknown);
        return IsWanted(request, contentType)
            ? new RawBinary(contentType.ToString(), binary["securityContext"]["reference"].AsString(), ContentOf(binary["data"].AsString() ?? ""))
            : null;
    }

    public Task Write(HttpContext http)
    {
        var response = http.Response;
        response.ContentType = ContentType;
        response.ContentLength = Content.Length;
        // A page that somebody stored here must not run beside the pages of this server.
        response.Headers.ContentDisposition = "attachment";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (SecurityContext is { Length: > 0 } context && context.All(letter => letter is > ' ' and < '\u007f'))
            response.Headers[Header] = context;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(Content, http.RequestAborted).AsTask();
    }

    private static bool IsWanted(HttpRequest request, MediaTypeHeaderValue contentType)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0 || !MediaTypeHeaderValue.TryParseList([accept], out var accepted))
            return true;
        var wanted = accepted.Where(media => media.Quality != 0).OrderByDescending(media => media.Quality ?? 1)
            .ThenBy(media => media.MatchesAllTypes ? 2 : media.MatchesAllSubTypes ? 1 : 0).ToList();
        foreach (var media in wanted)
        {
            if (IsFhir(media))
                return false;
            if (contentType.MediaType.Equals(media.MediaType, StringComparison.OrdinalIgnoreCase) || contentType.IsSubsetOf(media))
                return true;
        }

        // Who takes JSON or XML of any kind, but not the content, can read the resource.
        return wanted.Exists(media => MediaTypes.IsXml(media.MediaType.ToString()) is not null)
            ? false
            : throw new Problem(ProblemKind.NotAcceptable, $"This Binary is {contentType.MediaType}; ask for that, or for application/fhir+json or application/fhir+xml.", where: "Accept");
    }

    private static bool IsFhir(MediaTypeHeaderValue media) => media.MediaType.Value?.ToUpperInvariant()
        is "APPLICATION/FHIR+JSON" or "APPLICATION/FHIR+XML" or "APPLICATION/JSON+FHIR" or "APPLICATION/XML+FHIR";

    private static byte[] ContentOf(string data)
    {
        var content = new byte[data.Length];
        return Convert.TryFromBase64String(data, content, out var length) ? content[..length] : [];
    }

    // What is no JSON at all, or FHIR's without a type, was meant as a resource, and the parser says what is wrong with it.
    private static bool IsResource(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        try
        {
            var type = ResourceJson.Key(body).Type;
            return type == Type || (type is null && request.ContentType?.Contains("fhir", StringComparison.OrdinalIgnoreCase) != false);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return true;
        }
    }

    private static bool IsXmlResource(ReadOnlyMemory<byte> body)
    {
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        try
        {
            return reader.MoveToContent() == XmlNodeType.Element && reader is { LocalName: Type, NamespaceURI: "http://hl7.org/fhir" };
        }
        catch (XmlException)
        {
            return true;
        }
    }
}

using DatacenterOst.Clinical;
using Microsoft.Net.Http.Headers;

namespace DatacenterOst.Server.Fhir;

/// <summary>The form of an answer.</summary>
/// <param name="IsXml">XML instead of JSON.</param>
/// <param name="IsPretty">With line breaks and indentation, for people.</param>
public readonly record struct AnswerForm(bool IsXml, bool IsPretty)
{
    public string MediaType => IsXml ? MediaTypes.FhirXml : MediaTypes.FhirJson;
}

/// <summary>The names of JSON and XML that FHIR clients use, old ones too (FHIR R4 http.html#mime-type, #parameters).</summary>
public static class MediaTypes
{
    public const string FhirJson = "application/fhir+json; charset=utf-8";

    public const string FhirXml = "application/fhir+xml; charset=utf-8";

    /// <summary>The only version of FHIR that is spoken here, as the fhirVersion parameter of a media type says it.</summary>
    private const string SpokenVersion = "4.0";

    /// <summary>The form of <c>_format</c>, else of Accept; JSON where the caller does not mind.</summary>
    /// <exception cref="Problem">NotAcceptable when it is neither JSON nor XML.</exception>
    public static AnswerForm Negotiate(HttpRequest request)
    {
        var hasQuery = request.QueryString.HasValue;
        var isPretty = hasQuery && request.Query["_pretty"] == "true";
        // A parameter of a form (POST _search) counts like one of the address.
        var format = hasQuery ? request.Query["_format"].ToString() : "";
        if (format.Length == 0 && request.HasFormContentType && request.HttpContext.Features.Get<ReadForm>() is { } form)
            format = form.Fields.FirstOrDefault(field => field.Key == "_format").Value ?? "";
        if (format.Length > 0)
            return new AnswerForm((SpeaksVersion(format) ? IsXml(format) : null) ?? throw Neither("_format"), isPretty);
        var accept = request.Headers.Accept.ToString();
        return accept.Length == 0 || accept is "*/*" or "application/fhir+json" or "application/json"
            ? new AnswerForm(false, isPretty)
            : new AnswerForm(Accepted(accept) ?? (RawBinary.IsAddressed(request) ? false : throw Neither("Accept")), isPretty);
    }

    /// <summary>The form for an error: the caller's, or JSON where that cannot be told.</summary>
    public static AnswerForm ForError(HttpRequest request)
    {
        var format = request.Query["_format"].ToString();
        return new AnswerForm(IsXml(format.Length > 0 ? format : request.Headers.Accept.ToString().Split(',')[0]) ?? false, false);
    }

    /// <summary>The kind of a body.</summary>
    public static BodyKind KindOf(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType))
            return BodyKind.Json;
        var media = contentType.Split(';')[0].Trim();
        if (media.Equals("application/json-patch+json", StringComparison.OrdinalIgnoreCase))
            return BodyKind.JsonPatch;
        if (media.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return BodyKind.Form;
        // A page is answered with JSON where one is asked for, and sends none.
        return media.Contains('/', StringComparison.Ordinal) && !media.EndsWith("html", StringComparison.OrdinalIgnoreCase) && SpeaksVersion(contentType) && IsXml(media) is { } isXml
            ? isXml ? BodyKind.Xml : BodyKind.Json
            : BodyKind.Other;
    }

    // Null where neither is wanted.
    private static bool? Accepted(string header)
    {
        if (!MediaTypeHeaderValue.TryParseList([header], out var accepted))
            return null;
        foreach (var media in accepted.OrderByDescending(media => media.Quality ?? 1))
        {
            if (media.Quality == 0 || !SpeaksVersion(media.ToString()))
                continue;
            if (media.MatchesAllTypes || media.MediaType == "application/*")
                return false;
            if (IsXml(media.MediaType.ToString()) is { } isXml)
                return isXml;
        }

        return null;
    }

    /// <summary>Null for what is neither. A "+" of an address that was not escaped has become a blank.</summary>
    public static bool? IsXml(string name) => name.Split(';')[0].Trim().ToUpperInvariant().Replace(' ', '+') switch
    {
        "JSON" or "APPLICATION/JSON" or "APPLICATION/FHIR+JSON" or "APPLICATION/JSON+FHIR" or "TEXT/JSON" => false,
        "HTML" or "TEXT/HTML" or "*/*" => false,
        "XML" or "APPLICATION/XML" or "APPLICATION/FHIR+XML" or "APPLICATION/XML+FHIR" or "TEXT/XML" => true,
        _ => null,
    };

    private static bool SpeaksVersion(string mediaType)
    {
        var at = mediaType.IndexOf("fhirVersion=", StringComparison.OrdinalIgnoreCase);
        return at < 0 || mediaType.AsSpan(at + "fhirVersion=".Length).TrimStart('"').StartsWith(SpokenVersion, StringComparison.Ordinal);
    }

    private static Problem Neither(string where)
        => new(ProblemKind.NotAcceptable, "Answers are FHIR R4 (4.0) as JSON or XML: ask for application/fhir+json or application/fhir+xml.", where: where);
}

/// <summary>What a body is, by its Content-Type.</summary>
public enum BodyKind
{
    Json,
    Xml,
    JsonPatch,
    Form,
    Other,
}

/// <summary>The fields of a form, kept with the request that they came in.</summary>
public sealed record ReadForm(IReadOnlyList<KeyValuePair<string, string>> Fields);

using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Operations;

namespace DatacenterOst.Server.Transactions;

/// <summary>The address of an entry's request: relative to the base, or absolute and on this server (FHIR R4 bundle.html, entry.request.url).</summary>
public sealed record EntryTarget(IReadOnlyList<string> Segments, IReadOnlyList<KeyValuePair<string, string>> Query)
{
    public string Type => Segments.Count > 0 ? Segments[0] : "";

    public string Id => Segments.Count > 1 ? Segments[1] : "";

    public static EntryTarget Of(EntryAsk entry, string baseUrl)
    {
        var url = entry.Url;
        if (entry.Method.Length == 0)
            throw entry.Because(ProblemKind.Invalid, "An entry of a batch or transaction has a request with a method.", ".request.method");
        if (url.StartsWith(baseUrl, StringComparison.Ordinal))
            url = url[baseUrl.Length..];
        else if (url.Contains("://", StringComparison.Ordinal) && !url.Contains('?', StringComparison.Ordinal))
            throw entry.Because(ProblemKind.Invalid, "The address is on another server; write it relative to this one: Type/id.", ".request.url");
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? url : url[..mark];
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToList();
        return new EntryTarget(segments, FhirHttp.Decode(mark < 0 ? null : url[(mark + 1)..]));
    }

    /// <summary>The interaction that the entry asks for, and the request for it.</summary>
    /// <exception cref="Problem">Invalid where there is no such interaction.</exception>
    public (Interaction Interaction, FhirRequest Request) Route(EntryAsk entry, FhirRequest bundle)
    {
        var request = RequestOf(entry, bundle);
        if (Segments.Count > 0 && Segments[^1].StartsWith('$') && entry.Method is "GET" or "POST")
            return (OperationAt(entry), request with { Member = "" });
        var interaction = (entry.Method, Segments) switch
        {
            ("GET" or "HEAD", ["metadata"]) => CapabilitiesInteraction.Answer,
            ("GET" or "HEAD", [.., "_history"]) when Segments.Count <= 3 => HistoryInteraction.Answer,
            ("GET" or "HEAD", [_, _, "_history", _]) => VersionReadInteraction.Answer,
            ("GET" or "HEAD", [_, _]) => ReadInteraction.Answer,
            ("GET" or "HEAD", [] or [_] or [_, _, _]) => SearchInteraction.Answer,
            ("POST", [_]) => CreateInteraction.Answer,
            ("PUT", [_, _]) => UpdateInteraction.Answer,
            ("PUT", [_]) => UpdateInteraction.AnswerConditional,
            ("PATCH", [_, _]) => PatchInteraction.Answer,
            ("PATCH", [_]) => PatchInteraction.AnswerConditional,
            ("DELETE", [_, _]) => DeleteInteraction.Answer,
            ("DELETE", [_]) => DeleteInteraction.AnswerConditional,
            _ => (Interaction?)null,
        };
        return interaction is null
            ? throw entry.Because(ProblemKind.Invalid, $"There is no interaction {FhirRequest.Shown(entry.Method)} {FhirRequest.Shown(entry.Url)}.", ".request")
            : (interaction, request);
    }

    private FhirRequest RequestOf(EntryAsk entry, FhirRequest bundle)
    {
        var isHistory = Segments.Contains("_history");
        var isSystem = Segments is ["_history"] or ["metadata"] || Type.StartsWith('$');
        var (patch, isJsonPatch) = entry.Method == "PATCH" ? EntryPatch.Of(entry) : (entry.Resource, false);
        return new FhirRequest
        {
            Method = entry.Method,
            Base = bundle.Base,
            Type = isSystem ? "" : Type,
            // A type's history and a type's operations stand where an id would.
            Id = (isHistory && Segments.Count == 2) || Id.StartsWith('$') ? "" : Id,
            Version = Segments.Count == 4 ? Segments[3] : "",
            Member = !isHistory && Segments.Count == 3 ? Segments[2] : "",
            Query = Query,
            Body = patch,
            IsJsonPatch = isJsonPatch,
            IfMatch = entry.IfMatch,
            IfNoneMatch = entry.IfNoneMatch,
            IfModifiedSince = entry.IfModifiedSince,
            IfNoneExist = entry.IfNoneExist,
            // A bundle's answer does not repeat what was sent unless it is asked to.
            Prefer = bundle.Prefer.Return == ReturnPreference.NotSaid ? bundle.Prefer with { Return = ReturnPreference.Minimal } : bundle.Prefer,
        };
    }

    private Interaction OperationAt(EntryAsk entry)
    {
        var operation = BuiltOperations.All.FirstOrDefault(built => "$" + built.Name == Segments[^1] && built.IsAt(Segments))
            ?? throw entry.Because(ProblemKind.Invalid, $"There is no operation {FhirRequest.Shown(entry.Url)}.", ".request.url");
        return operation.AffectsState && entry.Method == "GET"
            ? throw entry.Because(ProblemKind.Invalid, $"${operation.Name} changes data; call it by POST.", ".request.method")
            : operation.Interaction;
    }
}

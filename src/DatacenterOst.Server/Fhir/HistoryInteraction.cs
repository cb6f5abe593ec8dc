using System.Buffers;
using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Server.Http;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary><c>_history</c> of one resource, of a type and of everything, newest first (FHIR R4 http.html#history).</summary>
public static class HistoryInteraction
{
    private const int UsualCount = 50;

    private static readonly string[] Known = ["_since", "_at", "_count", "_cursor", "_type", "_sort"];

    /// <summary>What would leave entries out that are answered here, so that leaving it out in silence would be wrong.</summary>
    private static readonly string[] NotBuilt = ["_list"];

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var ignored = AskedParameters.Ignored(request, Known);
        var query = Query(request);
        var page = await centre.TimeLimit.Within(token => centre.History.Read(query, Caller.Loopback, token), cancellationToken);
        if (page.Rows.Count == 0 && request.Id.Length > 0 && query is { Since: null, At: null, Cursor: null })
            throw ReadInteraction.NotFound(request);
        var selection = Selection.Of(request);
        return FhirAnswer.Of(output => Write(output, request with { Query = [.. request.Query.Where(pair => !ignored.Contains(pair.Key))] }, page, selection)) with { Ignored = ignored };
    }

    private static HistoryQuery Query(FhirRequest request)
    {
        var type = request.Type.Length == 0 ? null : request.KnownType();
        if (request.Id.Length > 0 && !FhirRequest.IsId(request.Id))
            throw ReadInteraction.NotFound(request);
        foreach (var (name, _) in request.Query)
            if (NotBuilt.Contains(name))
                throw new Problem(ProblemKind.Invalid, $"A history is narrowed by _since, _at, _type and _count, not by '{FhirRequest.Shown(name)}'.", where: FhirRequest.Shown(name));
        if (request.Parameter("_sort") is not (null or "" or "-_lastUpdated"))
            throw new Problem(ProblemKind.Invalid, "A history comes newest first; _sort is -_lastUpdated, or left out.", where: "_sort");
        return new HistoryQuery(
            Types(request, type),
            request.Id.Length == 0 ? null : request.Id,
            Date(request, "_since")?.Low,
            Date(request, "_at") is { } at ? (at.Low, at.High) : null,
            Count(request, UsualCount, HistoryQuery.MaxCount),
            request.Parameter("_cursor"));
    }

    // _type chooses among the types of the whole system, as in a search.
    private static IReadOnlyList<string> Types(FhirRequest request, string? type)
    {
        var asked = request.Query.Where(pair => pair.Key == "_type")
            .SelectMany(pair => pair.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().ToList();
        if (asked.FirstOrDefault(name => !FhirDefinitions.IsResourceType(name) || (type is not null && name != type)) is { } wrong)
            throw new Problem(ProblemKind.Invalid, type is null ? $"FHIR R4 has no resource type '{FhirRequest.Shown(wrong)}'." : $"This is the history of {type} alone.", where: "_type");
        return asked.Count > 0 ? asked : type is null ? FhirDefinitions.ResourceTypes : [type];
    }

    /// <summary><c>_count</c>, at most the most of a page.</summary>
    public static int Count(FhirRequest request, int usual, int most)
    {
        if (request.Parameter("_count") is not { } text)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? Math.Min(count, most)
            : throw new Problem(ProblemKind.Invalid, $"_count is a whole number from 1 to {most}.", where: "_count");
    }

    /// <summary>A date or instant among the parameters; null where it is not given.</summary>
    public static FhirDateTime? Date(FhirRequest request, string name)
    {
        if (request.Parameter(name) is not { } text)
            return null;
        return FhirDateTime.TryParse(text.Replace(' ', '+'), out var date)
            ? date
            : throw new Problem(ProblemKind.Invalid, $"{name} is a date or an instant, such as 2026-03-01 or 2026-03-01T12:00:00Z; a + in a zone is sent as %2B.", where: name);
    }

    private static void Write(IBufferWriter<byte> output, FhirRequest request, Page<StoredResource> page, Selection selection)
    {
        output.Write("{\"resourceType\":\"Bundle\",\"type\":\"history\""u8);
        if (page.Total is { } total)
        {
            output.Write(",\"total\":"u8);
            output.Number(total);
        }

        var here = request with { Member = "_history" };
        var isCount = selection.Mode == SummaryMode.Count;
        output.Links(
            SearchBundle.Address(here, request.Query),
            page.Next is null || isCount ? null : SearchBundle.Address(here, SearchBundle.Continued(request.Query, page.Next)));
        var before = ",\"entry\":["u8;
        foreach (var stored in isCount ? [] : page.Rows)
        {
            output.Write(before);
            before = ","u8;
            WriteEntry(output, request.Base, stored, selection);
        }

        output.Write(page.Rows.Count > 0 && !isCount ? "]}"u8 : "}"u8);
    }

    private static void WriteEntry(IBufferWriter<byte> output, string baseUrl, StoredResource stored, Selection selection)
    {
        var address = $"{stored.Type}/{stored.Id}";
        output.Write("{\"fullUrl\":"u8);
        output.Text($"{baseUrl}/{address}");
        if (!stored.IsDeleted)
        {
            output.Write(",\"resource\":"u8);
            ResourceSubset.Write(output, stored, selection);
        }

        // Whether the first version was made by POST is told by its id, which then is one of the server's own.
        var isPost = stored.Version == 1 && NewIds.IsGiven(stored.Id);
        output.Write(",\"request\":{\"method\":"u8);
        output.Text(stored.IsDeleted ? "DELETE" : isPost ? "POST" : "PUT");
        output.Write(",\"url\":"u8);
        output.Text(isPost && !stored.IsDeleted ? stored.Type : address);
        output.Write("},\"response\":{\"status\":"u8);
        output.Text(stored.IsDeleted ? "204" : stored.IsCreated ? "201" : "200");
        output.Write(",\"etag\":"u8);
        output.Text(ETags.Of(stored));
        output.Write(",\"lastModified\":"u8);
        output.Text(ResourceJson.Instant(stored.StoredAt));
        output.Write("}}"u8);
    }
}

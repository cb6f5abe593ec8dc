using System.Buffers;
using System.Text;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Server.Http;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// A page of a search as a Bundle (FHIR R4 bundle.html#searchset): resources are copied as they are stored, what was left out of the
/// search stands as an entry with mode outcome, and the self link shows only what was used.
/// </summary>
public static class SearchBundle
{
    public static void Write(IBufferWriter<byte> output, FhirRequest request, SearchQuery query, FoundPage page)
    {
        output.Write("{\"resourceType\":\"Bundle\",\"type\":\"searchset\""u8);
        if (page.Total is { } total)
        {
            output.Write(",\"total\":"u8);
            output.Number(total);
        }

        WriteLinks(output, request, query, page.Next);
        var selection = new Selection(query.Summary, query.Elements);
        var rows = query.Summary == SummaryMode.Count ? [] : page.Rows;
        if (rows.Count + query.Ignored.Count > 0)
            WriteEntries(output, request.Base, rows, selection, query.Ignored);
        output.Write("}"u8);
    }

    private static void WriteEntries(
        IBufferWriter<byte> output, string baseUrl, IReadOnlyList<FoundResource> rows, Selection selection, IReadOnlyList<IgnoredParameter> ignored)
    {
        var before = ",\"entry\":["u8;
        foreach (var row in rows)
        {
            output.Write(before);
            before = ","u8;
            output.Write("{\"fullUrl\":"u8);
            output.Text($"{baseUrl}/{row.Resource.Type}/{row.Resource.Id}");
            output.Write(",\"resource\":"u8);
            // What was included is shown whole: _elements and _summary are about the matches.
            ResourceSubset.Write(output, row.Resource, row.As == FoundAs.Include ? Selection.Whole : selection);
            output.Write(row.As == FoundAs.Match ? ",\"search\":{\"mode\":\"match\"}}"u8 : ",\"search\":{\"mode\":\"include\"}}"u8);
        }

        if (ignored.Count > 0)
        {
            output.Write(before);
            output.Write("{\"resource\":"u8);
            Outcome.Write(output, [.. ignored.Select(Warning)]);
            output.Write(",\"search\":{\"mode\":\"outcome\"}}"u8);
        }

        output.Write("]"u8);
    }

    private static OutcomeIssue Warning(IgnoredParameter ignored)
        => new("warning", "not-supported", $"'{FhirRequest.Shown(ignored.Name)}' was left out of the search: {ignored.Reason}", FhirRequest.Shown(ignored.Name));

    private static void WriteLinks(IBufferWriter<byte> output, FhirRequest request, SearchQuery query, string? next)
    {
        var ignored = query.Ignored.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var used = request.Query.Where(pair => !ignored.Contains(pair.Key)).ToList();
        output.Links(Address(request, used), next is null ? null : Address(request, Continued(used, next)));
    }

    /// <summary>The parameters of the page after this one.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Continued(IEnumerable<KeyValuePair<string, string>> parameters, string cursor)
        => parameters.Where(pair => pair.Key != "_cursor").Append(KeyValuePair.Create("_cursor", cursor));

    /// <summary>The address of the request with these parameters; a search by POST has the address of the same one by GET.</summary>
    public static string Address(FhirRequest request, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var url = new StringBuilder(request.Base);
        foreach (var part in new[] { request.Type, request.Id, request.Member })
            if (part.Length > 0)
                url.Append('/').Append(Uri.EscapeDataString(part).Replace("%24", "$", StringComparison.Ordinal).Replace("%2A", "*", StringComparison.Ordinal));
        var before = '?';
        foreach (var (name, value) in parameters)
        {
            // Colons, commas, slashes and bars are part of most search values and stay readable.
            url.Append(before).Append(Uri.EscapeDataString(name).Replace("%3A", ":", StringComparison.Ordinal)).Append('=').Append(Escaped(value));
            before = '&';
        }

        return url.ToString();
    }

    private static string Escaped(string value) => new StringBuilder(Uri.EscapeDataString(value))
        .Replace("%3A", ":").Replace("%2C", ",").Replace("%2F", "/").ToString();
}

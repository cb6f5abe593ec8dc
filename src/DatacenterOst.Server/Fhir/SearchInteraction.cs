using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Server.Http;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Fhir;

/// <summary>Search at type, system and compartment level, by GET and by POST (FHIR R4 http.html#search).</summary>
public static class SearchInteraction
{
    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var query = SearchAsk.Parse(Types(request), request.Query, centre, request.Base);
        if (request.Member.Length > 0)
            query = SearchAsk.Within(query, request.Type, request.Id, centre);
        RequireKnown(request, query);
        var page = await centre.TimeLimit.Within(token => centre.Search.Find(query, Caller.Loopback, token), cancellationToken);
        return Answer(request, query, page);
    }

    /// <summary>The page as a Bundle of type searchset.</summary>
    public static FhirAnswer Answer(FhirRequest request, SearchQuery query, FoundPage page)
        => FhirAnswer.Of(output => SearchBundle.Write(output, request, query, page));

    /// <summary>What is searched, by the address: one type, a compartment, or everything; <c>_type</c> chooses among them.</summary>
    private static IReadOnlyList<string> Types(FhirRequest request)
        => request.Type.Length == 0 ? FhirDefinitions.ResourceTypes
            : request.Member.Length == 0 ? [request.KnownType()]
            : SearchAsk.TypesOf(request.KnownType(), request.Member);

    // Under handling=strict a search that cannot be answered as it was asked is not answered (FHIR R4 search.html#errors).
    private static void RequireKnown(FhirRequest request, SearchQuery query)
    {
        if (request.Prefer.IsStrict && query.Ignored.Count > 0)
            throw new Problem(
                ProblemKind.Invalid,
                string.Join(" ", query.Ignored.Select(ignored => $"'{FhirRequest.Shown(ignored.Name)}': {ignored.Reason}")),
                where: FhirRequest.Shown(query.Ignored[0].Name));
    }
}

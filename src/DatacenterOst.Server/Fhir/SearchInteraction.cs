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
        var (types, within) = Scope(request);
        var query = SearchAsk.Parse(types, request.Query, centre);
        query = query with { Criteria = [.. within.Where(criterion => criterion is not CompartmentCriterion { } only || query.Types.Contains(only.Type)), .. query.Criteria] };
        RequireKnown(request, query);
        var page = await TimeLimit.Within(token => centre.Search.Find(query, Caller.Loopback, token), cancellationToken);
        return Answer(request, query, page);
    }

    /// <summary>The page as a Bundle of type searchset.</summary>
    public static FhirAnswer Answer(FhirRequest request, SearchQuery query, FoundPage page)
        => FhirAnswer.Of(output => SearchBundle.Write(output, request, query, page));

    /// <summary>What is searched, by the address: one type, the types of <c>_type</c>, all, or a compartment.</summary>
    private static (IReadOnlyList<string> Types, IReadOnlyList<Criterion> Within) Scope(FhirRequest request)
    {
        if (request.Type.Length == 0)
            return (SystemTypes(request), []);
        if (request.Member.Length == 0)
            return ([request.KnownType()], []);
        var (types, within) = SearchAsk.Compartment(request.KnownType(), request.Id, request.Member);
        if (request.Member != "*" || request.Parameter("_type") is not { Length: > 0 })
            return (types, within);
        var asked = SystemTypes(request);
        return ([.. types.Where(asked.Contains)], [.. within.Cast<CompartmentCriterion>().Where(criterion => asked.Contains(criterion.Type))]);
    }

    private static IReadOnlyList<string> SystemTypes(FhirRequest request)
    {
        var asked = request.Parameter("_type")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        foreach (var type in asked)
            if (!FhirDefinitions.IsResourceType(type))
                throw new Problem(ProblemKind.Invalid, $"FHIR R4 has no resource type '{FhirRequest.Shown(type)}'.", where: "_type");
        return asked.Length > 0 ? [.. asked.Distinct()] : FhirDefinitions.ResourceTypes;
    }

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

using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// <c>Observation/$lastn</c> (FHIR R4 observation-operation-lastn.html): the newest observations of each code. The other parameters are
/// those of a search of Observation.
/// </summary>
public static class LastnOperation
{
    /// <summary>Observations that are looked through; a patient in intensive care has some thousands a day.</summary>
    private const int MaxObservations = 50_000;

    /// <summary>The most of one code that are returned.</summary>
    private const int MaxOfCode = 1_000;

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        request = request with { Type = "Observation", Member = "$lastn", Query = OperationParameters.Of(request).AsQuery() };
        var max = Max(request);
        // Its own order is part of what it means.
        var parameters = request.Query.Where(pair => pair.Key is not ("max" or "_sort" or "_count" or "_cursor" or "_total")).Append(KeyValuePair.Create("_sort", "-date"));
        var query = SearchAsk.Parse(["Observation"], parameters, centre);
        if (query.Ignored is [var ignored, ..])
            throw new Problem(ProblemKind.Invalid, $"'{FhirRequest.Shown(ignored.Name)}': {ignored.Reason}", where: FhirRequest.Shown(ignored.Name));
        query = query with { Count = ResourceSearch.MaxCount, Total = TotalMode.None };
        var found = await centre.TimeLimit.Within(token => All(query, centre, token), cancellationToken);
        var newest = CodeGroups.Newest([.. found.Where(row => row.As == FoundAs.Match).Select(row => row.Resource)], max);
        var included = found.Where(row => row.As == FoundAs.Include).DistinctBy(row => (row.Resource.Type, row.Resource.Id));
        var rows = newest.Select(stored => new FoundResource(stored, FoundAs.Match)).Concat(included).ToList();
        return SearchInteraction.Answer(request, query, new FoundPage(rows, null, newest.Count));
    }

    private static async Task<List<FoundResource>> All(SearchQuery query, DataCentre centre, CancellationToken cancellationToken)
    {
        var all = new List<FoundResource>();
        do
        {
            var page = await centre.Search.Find(query, Caller.Loopback, cancellationToken);
            all.AddRange(page.Rows);
            if (all.Count > MaxObservations)
                throw new Problem(ProblemKind.TooCostly, $"More than {MaxObservations} observations fit. Name a patient, and a category or codes.", where: "$lastn");
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
        return all;
    }

    private static int Max(FhirRequest request)
    {
        if (request.Parameter("max") is not { } text)
            return 1;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var max) && max is > 0 and <= MaxOfCode
            ? max
            : throw new Problem(ProblemKind.Invalid, $"max is a whole number from 1 to {MaxOfCode}.", where: "max");
    }
}

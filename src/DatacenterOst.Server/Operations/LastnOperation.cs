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
    /// <summary>The most of one code that are returned.</summary>
    private const int MaxOfCode = 1_000;

    private static readonly string[] OwnShape = ["_sort", "_count", "_cursor", "_total"];

    public static async Task<FhirAnswer> Answer(FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        request = request with { Type = "Observation", Member = "$lastn", Query = OperationParameters.Of(request).AsQuery() };
        var max = Max(request);
        // Its own order is part of what it means.
        var parameters = request.Query.Where(pair => pair.Key != "max" && !OwnShape.Contains(pair.Key)).Append(KeyValuePair.Create("_sort", "-date"));
        var query = SearchAsk.Parse(["Observation"], parameters, centre);
        if (query.Ignored is [var ignored, ..])
            throw new Problem(ProblemKind.Invalid, $"'{FhirRequest.Shown(ignored.Name)}': {ignored.Reason}", where: FhirRequest.Shown(ignored.Name));
        var page = await centre.TimeLimit.Within(token => centre.Search.Newest(query, max, Caller.Loopback, token), cancellationToken);
        return SearchInteraction.Answer(request, query with { Ignored = Unused(request) }, page);
    }

    // Programs that search send these with everything; they are left out, and the answer says so.
    private static List<IgnoredParameter> Unused(FhirRequest request)
    {
        var unused = request.Query.Select(pair => pair.Key).Where(OwnShape.Contains).Distinct()
            .Select(name => new IgnoredParameter(name, "The newest of each code come on one page, newest first; say how many of each with max")).ToList();
        return unused.Count > 0 && request.Prefer.IsStrict
            ? throw new Problem(ProblemKind.Invalid, $"'{unused[0].Name}': {unused[0].Reason}", where: unused[0].Name)
            : unused;
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

using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Store;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Fhir;

/// <summary>
/// The condition of a conditional create, update, patch or delete, or of a reference in a transaction (FHIR R4 http.html#ccreate). A
/// parameter that is not known is refused here: ignoring it would change or delete something else than was meant.
/// </summary>
public sealed class Condition
{
    /// <summary>Resources that a conditional delete takes away at once; a page of a search, so that one look finds them all.</summary>
    public const int MaxMatches = ResourceSearch.MaxCount;

    private readonly SearchQuery query;

    private Condition(string type, string text, SearchQuery query) => (Type, Text, this.query) = (type, text, query);

    public string Type { get; }

    /// <summary>The parameters, sorted, so that the same condition is always the same text.</summary>
    public string Text { get; }

    /// <summary>Who decides about this condition locks it under this name.</summary>
    public string Name => $"{Type}?{Text}";

    /// <param name="criteria">As in a search, with or without the ? before it.</param>
    /// <param name="where">Header or element that it came in.</param>
    public static Condition Of(string type, string criteria, string where, DataCentre centre)
    {
        // Some clients send the whole address in If-None-Exist.
        var mark = criteria.IndexOf('?', StringComparison.Ordinal);
        var parameters = FhirHttp.Decode(mark < 0 ? criteria : criteria[(mark + 1)..]);
        return Of(type, parameters, where, centre);
    }

    public static Condition Of(string type, IReadOnlyList<KeyValuePair<string, string>> parameters, DataCentre centre)
        => Of(type, parameters, type, centre);

    private static Condition Of(string type, IReadOnlyList<KeyValuePair<string, string>> parameters, string where, DataCentre centre)
    {
        var criteria = parameters.Where(pair => pair.Key is not ("_format" or "_pretty")).ToList();
        var query = SearchAsk.Parse([type], criteria, centre);
        if (query.Ignored is [var ignored, ..])
            throw new Problem(ProblemKind.Invalid, $"'{FhirRequest.Shown(ignored.Name)}' cannot be a condition here: {ignored.Reason}", where: where);
        if (query.Criteria.Count == 0)
            throw new Problem(ProblemKind.PreconditionFailed, "A condition needs at least one search parameter, or it would be met by everything.", where: where);
        var text = string.Join('&', criteria.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
        return new Condition(type, text, query with { Cursor = null, Inclusions = [], Sort = [], Total = TotalMode.None, Summary = SummaryMode.False });
    }

    /// <summary>The one resource that meets the condition; null for none.</summary>
    /// <exception cref="Problem">Ambiguous for several.</exception>
    public async Task<StoredResource?> FindOne(DataCentre centre, CancellationToken cancellationToken)
        => (await Find(2, centre, cancellationToken)).Rows switch
        {
            [] => null,
            [var only] => only.Resource,
            _ => throw new Problem(ProblemKind.Ambiguous, $"Several {Type} resources meet the condition. Make it narrower, or name one by its id.", where: Place),
        };

    /// <summary>All that meet the condition, at most <see cref="MaxMatches"/>.</summary>
    /// <exception cref="Problem">TooCostly for more.</exception>
    public async Task<StoredResource[]> FindAll(DataCentre centre, CancellationToken cancellationToken)
    {
        var page = await Find(MaxMatches, centre, cancellationToken);
        return page.Next is null
            ? [.. page.Rows.Select(row => row.Resource)]
            : throw new Problem(ProblemKind.TooCostly, $"More than {MaxMatches} {Type} resources meet the condition, and nothing was done. Make it narrower, and go in several steps.", where: Place);
    }

    private string Place => $"{Type}?{FhirRequest.Shown(Text)}";

    private Task<FoundPage> Find(int most, DataCentre centre, CancellationToken cancellationToken)
        => centre.TimeLimit.Within(token => centre.Search.Find(query with { Count = most }, Caller.Loopback, token), cancellationToken);
}

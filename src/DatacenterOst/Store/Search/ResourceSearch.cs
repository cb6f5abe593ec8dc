using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>Why a resource stands in the answer (Bundle.entry.search.mode).</summary>
public enum FoundAs
{
    Match,
    Include,
}

/// <summary>A resource of the answer.</summary>
public sealed record FoundResource(StoredResource Resource, FoundAs As);

/// <summary>One page of a search.</summary>
/// <param name="Rows">Matches in their order, then what was included for them.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Total">All matches; null where they were not counted.</param>
public sealed record FoundPage(IReadOnlyList<FoundResource> Rows, string? Next, int? Total);

/// <summary>Finds resources by their search values: those that were received as such, and those made of results and patients of other sources.</summary>
public sealed class ResourceSearch(StoreDatabase database)
{
    /// <summary>The most matches of one page.</summary>
    public const int MaxCount = 1_000;

    /// <summary>Matches of a page where <c>_count</c> is not given.</summary>
    public const int UsualCount = 50;

    /// <summary>One page. All pages of a search look at the store as it was for the first.</summary>
    /// <exception cref="Problem">TooCostly when a limit is met; Invalid for a cursor that is not ours.</exception>
    public async Task<FoundPage> Find(SearchQuery query, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        var cursor = PageCursor.Parse(query.Cursor);
        var matches = new Matches(database, new SearchView(query.AsOf, cursor?.Stored), caller);
        if (await new Chains(matches, caller).Resolve(query, cancellationToken) is not { } resolved)
        {
            return new FoundPage([], null, 0);
        }

        if (query.Count == 0 || query.Summary == SummaryMode.Count)
        {
            return new FoundPage([], null, await matches.Count(resolved, cancellationToken));
        }

        var count = Math.Min(query.Count ?? UsualCount, MaxCount);
        var page = SearchOrder.Of(resolved) is { } order
            ? await matches.Page(resolved, order, cursor, count, cancellationToken)
            : await new SortedMatches(matches).Page(resolved, cursor, count, cancellationToken);
        var total = page.Total ?? (query.Total is TotalMode.Accurate or TotalMode.Estimate ? await matches.Count(resolved, cancellationToken) : null);
        return await Found(matches, query, page with { Total = total }, cancellationToken);
    }

    /// <summary>The newest Observations of each code among the matches, newest first (<c>$lastn</c>), and what is included for them.</summary>
    /// <param name="query">A search of Observation in descending order of date.</param>
    /// <param name="ofEach">How many of each code. Observations that share a coding, or share one with what shares one, are of one code.</param>
    /// <exception cref="Problem">TooCostly when a limit is met.</exception>
    public async Task<FoundPage> Newest(SearchQuery query, int ofEach, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        var matches = new Matches(database, new SearchView(query.AsOf, null), caller);
        var newest = await new Chains(matches, caller).Resolve(query, cancellationToken) is { } resolved
            ? await new NewestOfCodes(matches).Find(resolved, ofEach, cancellationToken)
            : [];
        return await Found(matches, query, new MatchPage(newest, null, newest.Count), cancellationToken);
    }

    private static async Task<FoundPage> Found(Matches matches, SearchQuery query, MatchPage page, CancellationToken cancellationToken)
    {
        var included = query.Inclusions.Count == 0 ? [] : await new Included(matches).Of(query, page.Rows, cancellationToken);
        return new FoundPage(
            [.. page.Rows.Select(row => new FoundResource(row, FoundAs.Match)), .. included.Select(row => new FoundResource(row, FoundAs.Include))],
            page.Next, page.Total);
    }
}

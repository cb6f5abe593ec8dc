using DatacenterOst.Access;
using DatacenterOst.Clinical;
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
/// <param name="Rows">Matches in their order, each page followed by what was included for it.</param>
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

    private readonly StoreDatabase database = database;

    /// <summary>One page. All pages of a search look at the store as it was for the first.</summary>
    /// <exception cref="Problem">TooCostly when a limit is met; Invalid for a cursor that is not ours.</exception>
    public Task<FoundPage> Find(SearchQuery query, Caller caller, CancellationToken cancellationToken) => throw new NotImplementedException();
}

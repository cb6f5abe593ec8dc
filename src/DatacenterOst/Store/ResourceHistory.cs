using DatacenterOst.Access;

namespace DatacenterOst.Store;

/// <summary>Versions of one resource, of a type or of everything, newest first.</summary>
/// <param name="Type">Null for everything.</param>
/// <param name="Id">Null for all of the type.</param>
/// <param name="Since"><c>_since</c>: versions stored at or after it.</param>
/// <param name="At"><c>_at</c>, an interval from before until: versions that were current at some time in it.</param>
/// <param name="Cursor">Next of the page before; null for the first page.</param>
public sealed record HistoryQuery(
    string? Type, string? Id, DateTimeOffset? Since, (DateTimeOffset From, DateTimeOffset Until)? At, int Count, string? Cursor)
{
    /// <summary>The most rows of one page.</summary>
    public const int MaxCount = 1_000;
}

/// <summary>Reads the versions that resources had.</summary>
public sealed class ResourceHistory(StoreDatabase database)
{
    private readonly StoreDatabase database = database;

    public Task<Page<StoredResource>> Read(HistoryQuery query, Caller caller, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}

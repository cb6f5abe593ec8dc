namespace DatacenterOst.Store;

/// <summary>A page of rows.</summary>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Total">All rows of the search; null where that was not counted.</param>
public sealed record Page<T>(IReadOnlyList<T> Rows, string? Next, int? Total);

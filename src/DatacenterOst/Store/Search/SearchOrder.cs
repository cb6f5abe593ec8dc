using System.Globalization;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>An order in which an index gives the matches, so that a page needs no sorting.</summary>
/// <param name="By">Columns of the resource, each descending or all ascending.</param>
internal sealed record SearchOrder(OrderedBy By, SortDirection Direction)
{
    /// <summary>
    /// Newest first where nothing was asked: by the date that the resource is about within one patient, else by when it was stored.
    /// Null for an order that no index has.
    /// </summary>
    public static SearchOrder? Of(ResolvedQuery query)
    {
        var hasDates = query.Patient is not null && query.Types is [var type] && PrincipalDates.Of(type) is not null;
        return query.Sort switch
        {
            [] => new SearchOrder(hasDates ? OrderedBy.Date : OrderedBy.Stored, SortDirection.Descending),
            [{ Parameter.Code: "_lastUpdated" } key] => new SearchOrder(OrderedBy.Stored, key.Direction),
            [var key] when hasDates && PrincipalDates.Is(query.Types[0], key.Parameter) => new SearchOrder(OrderedBy.Date, key.Direction),
            _ => null,
        };
    }

    public string Sql => (By, Direction) switch
    {
        (OrderedBy.Date, SortDirection.Descending) => "r.dated_from desc, r.stored_at desc",
        (OrderedBy.Date, _) => "r.dated_from, r.stored_at",
        (_, SortDirection.Descending) => "r.stored_at desc",
        _ => "r.stored_at",
    };

    /// <summary>The condition that a row comes after the last one of the page before.</summary>
    public string After(SearchPlace last, SearchStatement statement)
    {
        var comparison = Direction == SortDirection.Descending ? "<" : ">";
        var stored = statement.Name(last.StoredAt);
        return By == OrderedBy.Date
            ? $"(r.dated_from, r.stored_at) {comparison} ({statement.Name(last.DatedFrom)}, {stored})"
            : $"r.stored_at {comparison} {stored}";
    }
}

internal enum OrderedBy
{
    Stored,
    Date,
}

/// <summary>Where a row stands in its order.</summary>
internal readonly record struct SearchPlace(long DatedFrom, long StoredAt)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StoredAt}");
}

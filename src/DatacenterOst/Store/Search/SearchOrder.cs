using System.Globalization;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>An order that SQL gives the matches in: that of an index, or by a column of the row.</summary>
/// <param name="By">Columns of the resource, each descending or all ascending.</param>
internal sealed record SearchOrder(OrderedBy By, SortDirection Direction)
{
    /// <summary>
    /// Newest first where nothing was asked: by the date that the resource is about within one patient, else by when it was stored.
    /// Null for an order that no column has.
    /// </summary>
    public static SearchOrder? Of(ResolvedQuery query)
    {
        var hasDates = query.Types is [var type] && PrincipalDates.Of(type) is not null;
        var isOfOne = hasDates && query.Patient is not null;
        var stored = query.Criteria.OfType<CompartmentCriterion>().Any() ? OrderedBy.StoredOfOne : OrderedBy.Stored;
        return query.Sort switch
        {
            [] => new SearchOrder(isOfOne ? OrderedBy.Date : stored, SortDirection.Descending),
            [{ Parameter.Code: "_lastUpdated" } key] => new SearchOrder(stored, key.Direction),
            [var key] when hasDates && PrincipalDates.Is(query.Types[0], key.Parameter) => new SearchOrder(isOfOne ? OrderedBy.Date : OrderedBy.DateOfAll, key.Direction),
            _ => null,
        };
    }

    /// <summary>What the rows are ordered by before StoredAt.</summary>
    public string Key => (By, Direction) switch
    {
        (OrderedBy.DateOfAll, SortDirection.Descending) => "r.dated_to",

        // What has no date comes last both ways. No index has this order over all patients: the newest rows are picked while the
        // matches are gone through, without any being opened.
        (OrderedBy.DateOfAll, _) => "case when r.dated_from < -9223372036854775807 then 9223372036854775807 else r.dated_from end",
        _ => "r.dated_from",
    };

    /// <summary>Whether rows come so from an index; else all that fit are put in order, and what belongs to a row is fetched for the first of them alone.</summary>
    public bool IsOfIndex => By is OrderedBy.Stored or OrderedBy.Date;

    // A planner knows how many have a term on average, and not that the record of one is all in one place: by the order of all it would look
    // through everybody's to find it.
    private string StoredAt => By == OrderedBy.StoredOfOne ? "(r.stored_at + 0)" : "r.stored_at";

    public string Sql => (By, Direction) switch
    {
        (OrderedBy.Stored or OrderedBy.StoredOfOne, SortDirection.Descending) => $"{StoredAt} desc",
        (OrderedBy.Stored or OrderedBy.StoredOfOne, _) => StoredAt,
        (_, SortDirection.Descending) => $"{Key} desc, r.stored_at desc",
        _ => $"{Key}, r.stored_at",
    };

    /// <summary>The condition that a row comes after the last one of the page before.</summary>
    public string After(SearchPlace last, SearchStatement statement)
    {
        var comparison = Direction == SortDirection.Descending ? "<" : ">";
        var stored = statement.Name(last.StoredAt);
        return By is OrderedBy.Stored or OrderedBy.StoredOfOne
            ? $"{StoredAt} {comparison} {stored}"
            : $"({Key}, r.stored_at) {comparison} ({statement.Name(last.Dated)}, {stored})";
    }
}

internal enum OrderedBy
{
    Stored,

    /// <summary>By when it was stored, within the compartment of one: the few are found first, and put in order then.</summary>
    StoredOfOne,

    /// <summary>By the principal date within one patient, which an index has.</summary>
    Date,

    /// <summary>By the principal date over all patients.</summary>
    DateOfAll,
}

/// <summary>Where a row stands in its order.</summary>
internal readonly record struct SearchPlace(long Dated, long StoredAt)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StoredAt}");
}

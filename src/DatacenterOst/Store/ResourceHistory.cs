using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Versions of one resource, of a type or of everything, newest first.</summary>
/// <param name="Types">At least one.</param>
/// <param name="Id">Of the one type; null for all of the types.</param>
/// <param name="Since"><c>_since</c>: versions stored at or after it.</param>
/// <param name="At"><c>_at</c>, an interval from before until: versions that were current at some time in it.</param>
/// <param name="Cursor">Next of the page before; null for the first page.</param>
public sealed record HistoryQuery(
    IReadOnlyList<string> Types, string? Id, DateTimeOffset? Since, (DateTimeOffset From, DateTimeOffset Until)? At, int Count, string? Cursor)
{
    /// <summary>The most rows of one page.</summary>
    public const int MaxCount = 1_000;
}

/// <summary>Reads the versions that resources had.</summary>
public sealed class ResourceHistory(StoreDatabase database)
{
    private const string Conditions = "r.stored_at >= @since and r.stored_at < @before and r.stored_at < @until and r.replaced_at > @from";

    /// <summary>One page. What is stored while pages are read comes before the first and changes none.</summary>
    public async Task<Page<StoredResource>> Read(HistoryQuery query, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        if (query.Count is < 1 or > HistoryQuery.MaxCount)
        {
            throw new Problem(ProblemKind.Invalid, $"_count is between 1 and {HistoryQuery.MaxCount}", where: "_count");
        }

        var text = query.Id is not null ? OfOne : OfTypes(query.Types.Select(ResourceTypes.Find));
        var rows = await database.Dialect.Query(text, command => Fill(command, query), InHistory, cancellationToken);
        var page = rows.Take(query.Count).ToList();
        var next = rows.Count > query.Count ? new PageCursor(page[^1].StoredAt, 0, page[^1].Id).ToString() : null;
        return new Page<StoredResource>(page, next, query.Cursor is null && next is null ? page.Count : null);
    }

    // What follows a deletion was created once more.
    private const string Columns =
        $"""
        {Resources.Columns}, (select p.deleted from resource p
            where p.patient_key = r.patient_key and p.type = r.type and p.id = r.id and p.version = r.version - 1)
        """;

    private const string OfOne =
        $"""
        select {Columns} from resource_location l
        join resource r on r.patient_key = l.patient_key and r.type = l.type and r.id = l.id
        {Resources.WithRaw} where l.type = @type and l.id = @id and {Conditions}
        order by r.version desc limit @limit
        """;

    // Each type has its own place in the index of time; the newest of each are enough to find the newest of all.
    private static string OfTypes(IEnumerable<short> types)
    {
        var each = types.Select(type => $"""
            select * from (select r.patient_key, r.type, r.id, r.version from resource r
            where r.type = {type} and {Conditions} order by r.stored_at desc limit @limit) t{(type < 0 ? "" : type)}
            """);
        return $"""
            select {Columns} from ({string.Join("\nunion all\n", each)}) n
            join resource r on r.patient_key = n.patient_key and r.type = n.type and r.id = n.id and r.version = n.version
            {Resources.WithRaw} order by r.stored_at desc, r.id limit @limit
            """;
    }

    private static StoredResource InHistory(DbDataReader row) => Resources.Stored(row) with { IsCreated = row.IsDBNull(12) || row.GetInt16(12) != 0 };

    private static void Fill(DbCommand command, HistoryQuery query)
    {
        var cursor = PageCursor.Parse(query.Cursor);
        if (query is { Types: [var type], Id: { } id })
        {
            command.With("@type", ResourceTypes.Find(type)).With("@id", id);
        }

        command.With("@since", query.Since is { } since ? Instants.Micros(since) : long.MinValue)
            .With("@before", cursor is null ? long.MaxValue : Instants.Micros(cursor.Stored))
            .With("@until", query.At is { } at ? Instants.Micros(at.Until) : long.MaxValue)
            .With("@from", query.At is { } interval ? Instants.Micros(interval.From) : long.MinValue)
            .With("@limit", query.Count + 1);
    }
}

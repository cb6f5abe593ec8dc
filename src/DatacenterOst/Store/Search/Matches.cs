using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>A resource that was found, and its place in the order.</summary>
/// <param name="Newest">StoredAt of the newest resource of the type, where it was asked for.</param>
internal sealed record Match(StoredResource Resource, SearchPlace Place, long? Newest);

/// <summary>Rows of a page.</summary>
internal sealed record MatchPage(IReadOnlyList<StoredResource> Rows, string? Next, int? Total);

/// <summary>Runs the SQL of searches at one moment of the store.</summary>
internal sealed class Matches(StoreDatabase database, SearchView view, Caller caller)
{
    /// <summary>Resources that one search looks into because the index alone cannot tell; a search that needs more is refused.</summary>
    public const int MaxLookedAt = 20_000;

    /// <summary>Rows that are read at a time where some of them will not do.</summary>
    private const int Together = 500;

    /// <summary>Rows of a page that shares its way to the store with others.</summary>
    private const int MaxShort = 101;

    public StoreDatabase Database { get; } = database;

    public SearchParameters Known { get; } = database.Parameters;

    public Caller Caller { get; } = caller;

    /// <summary>Whether the store is looked at as it is, and not as it was known or as it was for the first page.</summary>
    public bool IsNow => view is { Known: null, Stored: null };

    /// <summary>The same moment of the store without <c>_asOf</c>: definitions hold whatever the record was then.</summary>
    public Matches Definitions => new(Database, view with { Known = null }, Caller);

    /// <summary>The store as it was at a moment, so that what is written meanwhile is not seen by half.</summary>
    public Matches At(DateTimeOffset seen) => new(Database, view with { Stored = seen }, Caller);

    public async Task<MatchPage> Page(ResolvedQuery query, SearchOrder order, PageCursor? cursor, int count, CancellationToken cancellationToken)
    {
        var rows = new List<Match>();
        await foreach (var match in InOrder(query, order, cursor is null ? null : new SearchPlace(cursor.At, long.Parse(cursor.Id, System.Globalization.CultureInfo.InvariantCulture)), count + 1, cancellationToken))
        {
            rows.Add(match);
            if (rows.Count > count)
            {
                break;
            }
        }

        var page = rows.Take(count).Select(match => match.Resource).ToList();
        if (rows.Count <= count)
        {
            return new MatchPage(page, null, cursor is null ? page.Count : null);
        }

        var last = rows[count - 1].Place;
        var seen = rows[0].Newest is { } newest ? Later(newest) : await Seen(query, cancellationToken);
        return new MatchPage(page, new PageCursor(seen, last.Dated, last.ToString()).ToString(), null);
    }

    private DateTimeOffset Later(long newest) =>
        Instants.From(Math.Max(newest, Instants.Micros(Database.Time.GetUtcNow())));

    /// <summary>The moment that all pages look at: the first sees everything, also what a node whose clock is ahead has stored.</summary>
    public async Task<DateTimeOffset> Seen(ResolvedQuery query, CancellationToken cancellationToken)
    {
        var seen = view.Stored ?? Database.Time.GetUtcNow();
        if (view.Stored is not null) return seen;

        // Of each type by itself, which is a look at the end of an index.
        var ofEach = query.Types.Select(type => $"select max(stored_at) as stored from resource where type = {ResourceTypes.Find(type)}");
        var newest = await Database.Dialect.Query(
            $"select max(each.stored) from ({string.Join(" union all ", ofEach)}) as each", _ => { }, row => row.LongOrNull(0), cancellationToken);
        return newest[0] is { } last && Instants.From(last) > seen ? Instants.From(last) : seen;
    }

    /// <summary>The matches one after the other, from after a place on.</summary>
    /// <param name="expected">How many will be wanted; more come, too.</param>
    public async IAsyncEnumerable<Match> InOrder(
        ResolvedQuery query, SearchOrder order, SearchPlace? after, int expected,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lookedAt = 0;
        while (true)
        {
            var statement = new SearchStatement(Database.Dialect, Known);
            query.Write(statement, view);
            if (after is { } last)
            {
                statement.Add(order.After(last, statement));
            }

            var limit = statement.Open.Count == 0 ? Math.Min(expected, Together * 2) : Together;
            var rows = await Rows(query, statement, order, limit, cancellationToken);
            foreach (var row in rows)
            {
                if (statement.Open.Count == 0 || IsMet(statement.Open, row.Resource))
                {
                    yield return row;
                }
            }

            if (rows.Count < limit)
            {
                yield break;
            }

            after = rows[^1].Place;
            lookedAt += statement.Open.Count == 0 ? 0 : rows.Count;
            if (lookedAt >= MaxLookedAt)
            {
                throw new Problem(
                    ProblemKind.TooCostly, $"more than {MaxLookedAt} resources would have to be looked into; narrow the search by a patient, a code or a date", where: query.Types[0]);
            }
        }
    }

    /// <summary>How many there are.</summary>
    public async Task<int> Count(ResolvedQuery query, CancellationToken cancellationToken)
    {
        var statement = new SearchStatement(Database.Dialect, Known);
        query.Write(statement, view);
        if (statement.Open.Count == 0)
        {
            var found = await Database.Dialect.Query(
                $"select count(*) from resource r where {statement.Where}", statement.Fill, row => row.GetInt64(0), cancellationToken);
            return (int)found[0];
        }

        var count = 0;
        await foreach (var _ in InOrder(query, new SearchOrder(OrderedBy.Stored, SortDirection.Descending), null, Together, cancellationToken))
        {
            count++;
        }

        return count;
    }

    /// <summary>Ids of the matches and whose they are, at most so many.</summary>
    public async Task<List<StoredResource>> All(ResolvedQuery query, int most, Func<Problem> tooMany, CancellationToken cancellationToken) =>
        await AtMost(query, most, cancellationToken) ?? throw tooMany();

    /// <summary>All matches; null where there are more than so many.</summary>
    public async Task<List<StoredResource>?> AtMost(ResolvedQuery query, int most, CancellationToken cancellationToken)
    {
        var all = new List<StoredResource>();
        await foreach (var match in InOrder(query, new SearchOrder(OrderedBy.Stored, SortDirection.Descending), null, most + 1, cancellationToken))
        {
            all.Add(match.Resource);
            if (all.Count > most)
            {
                return null;
            }
        }

        return all;
    }

    /// <summary>Whether SQL alone decides about the search, so that it may stand as a part of another.</summary>
    public bool TryWhere(ResolvedQuery query, SearchStatement statement, out string where)
    {
        var inner = new SearchStatement(statement);
        query.Write(inner, view);
        where = inner.Where;
        return inner.Open.Count == 0;
    }

    private Task<List<Match>> Rows(ResolvedQuery query, SearchStatement statement, SearchOrder order, int limit, CancellationToken cancellationToken)
    {
        var most = statement.Name(limit);

        // Asked with the first page: the next ones look at the store as it is now.
        var newest = view.Stored is null && query.Types.Count == 1
            ? $"(select max(a.stored_at) from resource a where a.type = {statement.Name(ResourceTypes.Find(query.Types[0]))})"
            : "cast(null as bigint)";
        var some = order.IsOfIndex
            ? $"""
            resource r {Resources.WithRaw}
            where {statement.Where}
            order by {order.Sql} limit {most}
            """
            : $"""
            (select r.* from resource r where {statement.Where} order by {order.Sql} limit {most}) r {Resources.WithRaw}
            order by {order.Sql}
            """;
        return Asked(IsShort(query, statement, order, limit), $"select {Resources.Columns}, {order.Key}, {newest} from {some}", statement, cancellationToken);
    }

    // A page of one patient's resources in the order of their index, or of their whole record: what is asked at every bedside.
    private bool IsShort(ResolvedQuery query, SearchStatement statement, SearchOrder order, int limit) =>
        view.Known is null && statement.Open.Count == 0 && limit <= MaxShort
        && (order.By == OrderedBy.StoredOfOne || (order.By == OrderedBy.Date && query.Patient is not null));

    private async Task<List<Match>> Asked(bool isShort, string text, SearchStatement statement, CancellationToken cancellationToken)
    {
        if (!isShort) return await Database.Dialect.Query(text, statement.Fill, Read, cancellationToken);
        var question = Question.Of(text, statement.Fill, Read, out var rows);
        await Database.Dialect.Ask([question], cancellationToken);
        return rows;
    }

    private static Match Read(DbDataReader row) => new(Resources.Stored(row), new SearchPlace(row.GetInt64(12), row.GetInt64(3)), row.LongOrNull(13));

    private bool IsMet(List<Criterion> open, StoredResource stored)
    {
        var resource = Resource.ParseJson(stored.Body);
        return open.TrueForAll(criterion => criterion.Matches(resource, Known));
    }
}

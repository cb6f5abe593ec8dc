using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>
/// Pages in an order that no index has: all matches are gone through, and those that come next after the page before are kept, so that
/// memory does not grow with the matches; the time of an answer limits how many can be gone through. Every page looks at the store as it
/// was for the first, so the order is the same each time.
/// </summary>
internal sealed class SortedMatches(Matches matches)
{
    /// <summary>Rows that are read at a time.</summary>
    private const int Together = 1_000;

    public async Task<MatchPage> Page(ResolvedQuery query, PageCursor? cursor, int count, CancellationToken cancellationToken)
    {
        var seen = await matches.Seen(query, cancellationToken);
        var before = cursor is null ? null : await LastOf(cursor, query, cancellationToken);
        var next = new SortedSet<Ranked>(Comparer<Ranked>.Create((one, other) => Compare(one, other, query.Sort)));
        var total = 0;
        await foreach (var match in matches.At(seen).InOrder(query, new SearchOrder(OrderedBy.Stored, SortDirection.Descending), null, Together, cancellationToken))
        {
            total++;
            var row = Rank(match.Resource, query.Sort);
            if (before is not null && Compare(row, before, query.Sort) <= 0)
            {
                continue;
            }

            next.Add(row);
            if (next.Count > count + 1)
            {
                next.Remove(next.Max!);
            }
        }

        var page = next.Take(count).Select(row => row.Stored).ToList();
        return new MatchPage(page, next.Count > count ? new PageCursor(seen, Instants.Micros(page[^1].StoredAt), "0").ToString() : null, total);
    }

    // A version is told by when it was stored, and is kept even when it is replaced while pages are read.
    private async Task<Ranked> LastOf(PageCursor cursor, ResolvedQuery query, CancellationToken cancellationToken)
    {
        var found = await matches.Database.Dialect.Query(
            $"""
            select {Resources.Columns} from resource r {Resources.WithRaw}
            where r.type in ({string.Join(", ", query.Types.Select(ResourceTypes.Find))}) and r.stored_at = @at
            """, command => command.With("@at", cursor.At), Resources.Stored, cancellationToken);
        return found is [var last]
            ? Rank(last, query.Sort)
            : throw new Problem(ProblemKind.Invalid, "the page cursor is not one that this server gave; start the search again", where: "cursor");
    }

    private Ranked Rank(StoredResource stored, IReadOnlyList<SortKey> sort) => new(stored, KeysOf(stored, sort));

    private IComparable?[] KeysOf(StoredResource stored, IReadOnlyList<SortKey> sort)
    {
        var resource = Resource.ParseJson(stored.Body);
        return [.. sort.Select(key => KeyOf(key, stored, resource))];
    }

    // Of several values the one that comes first in the direction asked.
    private IComparable? KeyOf(SortKey key, StoredResource stored, Resource resource)
    {
        if (key.Parameter.Code == "_lastUpdated")
        {
            return stored.StoredAt;
        }

        if (key.Parameter.Code == "_id")
        {
            return new Ordinal(stored.Id);
        }

        var isDescending = key.Direction == SortDirection.Descending;
        var values = (matches.Known.Find(stored.Type, key.Parameter.Code) ?? key.Parameter).ValuesOf(resource).Select(value => KeyOf(value, isDescending)).OfType<IComparable>();
        return isDescending ? values.Max() : values.Min();
    }

    private static IComparable? KeyOf(SearchValue value, bool isDescending) => value switch
    {
        StringValue text => new Ordinal(text.Folded),
        TokenValue token => token.Code is { } code ? new Ordinal(code) : null,
        DateValue date => isDescending ? date.High : date.Low,
        NumberValue number => number.Value,
        QuantityValue quantity => quantity.Canonical?.Value ?? quantity.Value ?? quantity.Low ?? quantity.High,
        ReferenceValue reference => new Ordinal(reference.Url ?? $"{reference.Type}/{reference.Id}"),
        UriValue uri => new Ordinal(uri.Uri),
        _ => null,
    };

    // Resources without a value come last, whichever the direction; equal ones in the order of their ids.
    private static int Compare(Ranked one, Ranked other, IReadOnlyList<SortKey> sort)
    {
        for (var place = 0; place < sort.Count; place++)
        {
            var (mine, its) = (one.Keys[place], other.Keys[place]);
            if (mine is null || its is null)
            {
                if (mine is null != its is null)
                {
                    return mine is null ? 1 : -1;
                }

                continue;
            }

            var order = mine.CompareTo(its);
            if (order != 0)
            {
                return sort[place].Direction == SortDirection.Descending ? -order : order;
            }
        }

        return string.CompareOrdinal($"{one.Stored.Type}/{one.Stored.Id}", $"{other.Stored.Type}/{other.Stored.Id}");
    }

    /// <summary>A match and what it is ordered by.</summary>
    private sealed record Ranked(StoredResource Stored, IComparable?[] Keys);

    /// <summary>A text in the order of its code units.</summary>
    private sealed record Ordinal(string Text) : IComparable
    {
        public int CompareTo(object? obj) => string.CompareOrdinal(Text, (obj as Ordinal)?.Text);
    }
}

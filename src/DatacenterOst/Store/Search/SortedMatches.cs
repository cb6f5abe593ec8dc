using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>
/// Pages in an order that no index has: all matches are read and sorted, within a limit. Since every page looks at the store as it was
/// for the first, the order is the same each time and a page is a number of rows further on.
/// </summary>
internal sealed class SortedMatches(Matches matches)
{
    /// <summary>Matches that are sorted; a search with more is refused.</summary>
    public const int MaxSorted = 10_000;

    public async Task<MatchPage> Page(ResolvedQuery query, PageCursor? cursor, int count, CancellationToken cancellationToken)
    {
        var all = await matches.All(query, MaxSorted, () => new Problem(
            ProblemKind.TooCostly, $"more than {MaxSorted} resources would have to be sorted; narrow the search, or sort by _lastUpdated", where: "_sort"), cancellationToken);
        var keyed = all.Select(stored => (Stored: stored, Keys: KeysOf(stored, query.Sort))).ToList();
        keyed.Sort((one, other) => Compare(one, other, query.Sort));
        var from = (int)(cursor?.At ?? 0);
        var page = keyed.Skip(from).Take(count).Select(one => one.Stored).ToList();
        var next = from + count < keyed.Count ? new PageCursor(matches.Seen(all), from + count, "0").ToString() : null;
        return new MatchPage(page, next, all.Count);
    }

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
    private static int Compare((StoredResource Stored, IComparable?[] Keys) one, (StoredResource Stored, IComparable?[] Keys) other, IReadOnlyList<SortKey> sort)
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

    /// <summary>A text in the order of its code units.</summary>
    private sealed record Ordinal(string Text) : IComparable
    {
        public int CompareTo(object? obj) => string.CompareOrdinal(Text, (obj as Ordinal)?.Text);
    }
}

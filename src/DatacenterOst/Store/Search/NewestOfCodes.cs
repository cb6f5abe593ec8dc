using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Search;

/// <summary>
/// The newest Observations of each code. Pages are read newest first, and each leaves out the codes that the ones before gave enough of, so
/// that of a record with a thousand heart rates few are opened.
/// </summary>
internal sealed class NewestOfCodes(Matches matches)
{
    /// <summary>Observations that one answer opens.</summary>
    private const int MaxOpened = 50_000;

    /// <summary>The first page mostly holds every code of a category.</summary>
    private const int First = 40;

    /// <summary>Observations of one patient that are read at a time, as many as share their way to the store.</summary>
    private const int Together = 100;

    /// <summary>The same of all patients, where each page goes through all that fit.</summary>
    private const int TogetherOfAll = 1_000;

    public async Task<IReadOnlyList<StoredResource>> Find(ResolvedQuery query, int ofEach, CancellationToken cancellationToken)
    {
        var order = SearchOrder.Of(query) ?? throw new ArgumentException("The newest have the order of time.", nameof(query));
        var code = matches.Known.Find("Observation", "code") ?? throw new InvalidOperationException("Observation has no search parameter code.");
        var groups = new CodeGroups(code, ofEach);
        var (seen, count) = (matches, query.Patient is null ? TogetherOfAll : First);
        for (PageCursor? cursor = null; ;)
        {
            var page = await seen.Page(query with { Without = groups.Full }, order, cursor, count, cancellationToken);
            foreach (var observation in page.Rows) groups.Add(observation);
            if (page.Next is null) return groups.Newest();
            if (groups.Count >= MaxOpened)
            {
                throw new Problem(
                    ProblemKind.TooCostly, $"More than {MaxOpened} observations would have to be looked into. Name a patient, and a category or codes.", where: "$lastn");
            }

            cursor = PageCursor.Parse(page.Next)!;
            (seen, count) = (matches.At(cursor.Stored), query.Patient is null ? TogetherOfAll : Together);
        }
    }
}

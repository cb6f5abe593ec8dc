using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Store;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// The profiles, value sets and code systems that are stored in the server, to validate with. They are read once and again when one
/// of them has changed, whoever changed it: the newest version of each type tells.
/// </summary>
public sealed class StoredProfiles(ResourceHistory history, ResourceSearch search)
{
    /// <summary>Definitions that are held; a national guide has a few hundred.</summary>
    private const int MaxDefinitions = 10_000;

    private static readonly string[] Types = ["StructureDefinition", "ValueSet", "CodeSystem"];

    // Replaced whole.
    private Snapshot current = new("", ProfileLibrary.Empty);

    /// <exception cref="Problem">TooCostly when there are more than are held.</exception>
    public async Task<ProfileLibrary> Current(CancellationToken cancellationToken)
    {
        var newest = await Newest(cancellationToken);
        var known = current;
        if (known.Newest == newest)
            return known.Library;
        var library = ProfileLibrary.Of(await Load(cancellationToken));
        current = new Snapshot(newest, library);
        return library;
    }

    private async Task<string> Newest(CancellationToken cancellationToken)
    {
        var marks = new List<string>();
        foreach (var type in Types)
        {
            var page = await history.Read(new HistoryQuery([type], null, null, null, 1, null), Caller.Product, cancellationToken);
            marks.AddRange(page.Rows.Select(row => $"{row.Type}/{row.Id}/{row.Version}/{ResourceJson.Instant(row.StoredAt)}"));
        }

        return string.Join(' ', marks);
    }

    private async Task<List<Resource>> Load(CancellationToken cancellationToken)
    {
        var definitions = new List<Resource>();
        foreach (var type in Types)
        {
            var query = new SearchQuery { Types = [type], Count = ResourceSearch.MaxCount, Total = TotalMode.None };
            do
            {
                var page = await search.Find(query, Caller.Product, cancellationToken);
                definitions.AddRange(page.Rows.Select(row => Resource.ParseJson(row.Resource.Body)));
                if (definitions.Count > MaxDefinitions)
                    throw new Problem(ProblemKind.TooCostly, $"More than {MaxDefinitions} definitions are stored; validation holds no more.");
                query = query with { Cursor = page.Next };
            }
            while (query.Cursor is not null);
        }

        return definitions;
    }

    private sealed record Snapshot(string Newest, ProfileLibrary Library);
}

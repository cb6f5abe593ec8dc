using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>A search parameter that somebody has added, and how far what was stored before it is indexed.</summary>
/// <param name="Resources">Resources that were looked at so far.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
public sealed record ParameterState(string Url, string Code, bool IsReady, long Resources, string? Problem);

/// <summary>
/// SearchParameter resources at work. What is written from now on is indexed by them at once; what was there before is indexed
/// beside the traffic, a piece at a time, and goes on where it was when it is interrupted. Only then is a parameter searched by.
/// </summary>
public sealed class CustomParameters(StoreDatabase database)
{
    /// <summary>Added parameters that are used; each costs time in every write.</summary>
    public const int MaxParameters = 200;

    private const string SettingPrefix = "index:";

    // A write that began before the parameter was known, here or on another node, is over by then.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, IndexProgress> known = new(StringComparer.Ordinal);
    private IReadOnlyList<SearchParameter> added = [];
    private IReadOnlyList<ParameterState> unusable = [];
    private long seen = -1;

    /// <summary>All added parameters and their states.</summary>
    public IReadOnlyList<ParameterState> States { get; private set; } = [];

    /// <summary>
    /// Reads the definitions when one has changed, and takes them into use. Called every second, also while <see cref="Index"/> is busy with another
    /// parameter: a node that heard of one late would write what nobody indexes.
    /// </summary>
    public async Task Refresh(CancellationToken cancellationToken)
    {
        var newest = await database.Dialect.Query(
            "select coalesce(max(stored_at), 0) from resource where type = @type", command => command.With("@type", ResourceTypes.NumberOf("SearchParameter")),
            row => row.GetInt64(0), cancellationToken);
        if (newest[0] != seen)
        {
            (added, unusable) = await ReadDefinitions(cancellationToken);
            await TakeIntoUse(cancellationToken);
            seen = newest[0];
        }
    }

    /// <summary>Indexes what was stored before the parameters came, until nothing is left.</summary>
    public async Task Index(CancellationToken cancellationToken)
    {
        foreach (var parameter in added)
        {
            var progress = await Progress(parameter, cancellationToken);
            if (!progress.IsDone)
            {
                await Index(parameter, progress, cancellationToken);
                await TakeIntoUse(cancellationToken);
            }
        }
    }

    private sealed record IndexProgress(long Began, int Type, long After, long Resources, bool IsDone);

    private async Task Index(SearchParameter parameter, IndexProgress progress, CancellationToken cancellationToken)
    {
        progress = await Pass(parameter, progress, long.MinValue, cancellationToken);
        await Task.Delay(Settling, database.Time, cancellationToken);
        var again = Instants.Micros(Instants.From(progress.Began) - Overlap);
        progress = await Pass(parameter, progress with { Type = 0, After = again }, again, cancellationToken);
        await using var transaction = await database.Dialect.Begin(cancellationToken);
        await Save(transaction, parameter, progress with { IsDone = true }, cancellationToken);
        await transaction.Commit(cancellationToken);
    }

    // Goes through the types from the one that it had come to, each from a moment on.
    private async Task<IndexProgress> Pass(SearchParameter parameter, IndexProgress progress, long from, CancellationToken cancellationToken)
    {
        var types = TypesOf(parameter);
        var pieces = new IndexPieces(database, parameter);
        for (var type = progress.Type; type < types.Count; type++)
        {
            progress = type == progress.Type ? progress : progress with { Type = type, After = from };
            while (await pieces.Next(types[type], progress.After, cancellationToken) is { Rows.Count: > 0 } piece)
            {
                progress = progress with { After = piece.Last, Resources = progress.Resources + piece.Rows.Count };
                await using var transaction = await database.Dialect.Begin(cancellationToken);
                await piece.Write(transaction, cancellationToken);
                await Save(transaction, parameter, progress, cancellationToken);
                await transaction.Commit(cancellationToken);
            }
        }

        return progress;
    }

    private async Task<(IReadOnlyList<SearchParameter> Usable, IReadOnlyList<ParameterState> Unusable)> ReadDefinitions(CancellationToken cancellationToken)
    {
        var usable = new Dictionary<string, SearchParameter>(StringComparer.Ordinal);
        var unusable = new List<ParameterState>();
        await foreach (var resource in Active(cancellationToken))
        {
            var (url, code) = (resource.Root["url"].AsString() ?? "", resource.Root["code"].AsString() ?? "");
            try
            {
                var parameter = SearchParameter.FromResource(resource);
                if (usable.ContainsKey(url) || usable.Count < MaxParameters)
                    usable[url] = parameter;
                else
                    unusable.Add(new ParameterState(url, code, false, 0, $"{MaxParameters} search parameters are in use already, the most there may be; retire one."));
            }
            catch (SearchException wrong)
            {
                unusable.Add(new ParameterState(url, code, false, 0, wrong.Message));
            }
        }

        return ([.. usable.Values], unusable);
    }

    // Only active ones are worked with. HL7's own 1,400, which some servers are filled with, are drafts.
    private async IAsyncEnumerable<Resource> Active([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var search = new ResourceSearch(database);
        var query = SearchQuery.Parse(["SearchParameter"], [new("status", "active"), new("_sort", "_lastUpdated")], SearchParameters.Standard) with { Count = ResourceSearch.MaxCount, Total = TotalMode.None };
        do
        {
            var page = await search.Find(query, Caller.Product, cancellationToken);
            foreach (var row in page.Rows) yield return Resource.ParseJson(row.Resource.Body);
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
    }

    private async Task TakeIntoUse(CancellationToken cancellationToken)
    {
        foreach (var parameter in added) known[NameOf(parameter)] = await Progress(parameter, cancellationToken);
        lock (gate)
        {
            // Those of now: another may have been added while the progress was read.
            var all = added.Select(parameter => (Parameter: parameter, Progress: known.GetValueOrDefault(NameOf(parameter)))).ToList();
            database.Use(SearchParameters.Standard.With(added), SearchParameters.Standard.With([.. all.Where(one => one.Progress is { IsDone: true }).Select(one => one.Parameter)]));
            States = [.. unusable, .. all.Select(one => new ParameterState(one.Parameter.Url, one.Parameter.Code, one.Progress is { IsDone: true }, one.Progress?.Resources ?? 0, null))];
        }
    }

    private static List<string> TypesOf(SearchParameter parameter) => parameter.Bases.Any(type => type is "Resource" or "DomainResource")
        ? [.. FhirDefinitions.ResourceTypes]
        : [.. parameter.Bases];

    // A changed definition is another index, which begins anew.
    private static string NameOf(SearchParameter parameter) =>
        SettingPrefix + new KeyText().Add(parameter.Url).Add(parameter.Expression).Add((long)parameter.Type).Add(string.Join(' ', parameter.Bases)).Hash().ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<IndexProgress> Progress(SearchParameter parameter, CancellationToken cancellationToken)
    {
        var found = await database.Dialect.Query(
            "select value from setting where name = @name", command => command.With("@name", NameOf(parameter)), row => row.Bytes(0), cancellationToken);
        return found.Count > 0
            ? JsonSerializer.Deserialize<IndexProgress>(found[0])!
            : new IndexProgress(Instants.Micros(database.Time.GetUtcNow()), 0, long.MinValue, 0, false);
    }

    private static Task Save(StoreTransaction transaction, SearchParameter parameter, IndexProgress progress, CancellationToken cancellationToken) =>
        transaction.Command(
            "insert into setting (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value",
            ("@name", NameOf(parameter)), ("@value", JsonSerializer.SerializeToUtf8Bytes(progress))).Execute(cancellationToken);
}

using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>What <c>_include</c> and <c>_revinclude</c> bring beside the matches of a page (FHIR R4, 3.1.1.5.4).</summary>
internal sealed class Included(Matches matches)
{
    /// <summary>Resources that are included on one page.</summary>
    public const int MaxIncluded = 1_000;

    /// <summary>References that are read by key; more are looked up together.</summary>
    private const int MaxByKey = 64;

    /// <summary>Times that <c>:iterate</c> goes on from what was included.</summary>
    private const int MaxRounds = 50;

    private readonly List<StoredResource> included = [];
    private readonly HashSet<(string Type, string Id)> there = [];

    public async Task<IReadOnlyList<StoredResource>> Of(SearchQuery query, IReadOnlyList<StoredResource> rows, CancellationToken cancellationToken)
    {
        there.UnionWith(rows.Select(row => (row.Type, row.Id)));
        var from = rows;
        for (var round = 0; round < MaxRounds && from.Count > 0; round++)
        {
            var added = new List<StoredResource>();
            foreach (var inclusion in query.Inclusions.Where(inclusion => round == 0 || inclusion.Iterates))
            {
                // What another inclusion of the same round has brought counts for one that iterates.
                var sources = inclusion.Iterates ? [.. from, .. added] : from;
                added.AddRange(inclusion.Kind == InclusionKind.Forward
                    ? await Forward(inclusion, sources, cancellationToken)
                    : await Reverse(inclusion, sources, cancellationToken));
            }

            included.AddRange(added);
            from = added;
        }

        return from.Count == 0
            ? included
            : throw new Problem(ProblemKind.TooCostly, $"What :iterate includes leads on for more than {MaxRounds} steps; include less, or follow the rest by searches of its own.", where: "_include");
    }

    private async Task<List<StoredResource>> Forward(Inclusion inclusion, IReadOnlyList<StoredResource> sources, CancellationToken cancellationToken)
    {
        var wanted = new HashSet<(string Type, string Id)>();
        foreach (var source in sources.Where(source => inclusion.Source is null || source.Type == inclusion.Source))
        {
            var resource = Resource.ParseJson(source.Body);
            var references = inclusion.Parameter is { } parameter ? References.Of(resource, parameter) : References.Of(resource, matches.Known);
            wanted.UnionWith(references.Where(reference => (inclusion.Target is null || reference.Type == inclusion.Target) && !there.Contains(reference)));
        }

        if (matches.IsNow && wanted.Count <= MaxByKey) return await ByKey(wanted, cancellationToken);

        var found = new List<StoredResource>();
        foreach (var type in wanted.GroupBy(reference => reference.Type))
        {
            Check(found.Count + type.Count());
            var ids = new ResolvedQuery([type.Key], [new IdCriterion([.. type.Select(reference => reference.Id)])], null, []);
            found.AddRange(await New(ids, cancellationToken));
        }

        return found;
    }

    // The few that most pages refer to are read like any other resource, in one way to the store.
    private async Task<List<StoredResource>> ByKey(HashSet<(string Type, string Id)> wanted, CancellationToken cancellationToken)
    {
        Check(wanted.Count);
        var read = await Task.WhenAll(wanted.Select(one => matches.Database.Dialect.Newest(one.Type, one.Id, cancellationToken)));
        return [.. read.OfType<StoredResource>().Where(found => !found.IsDeleted && there.Add((found.Type, found.Id)))];
    }

    private async Task<List<StoredResource>> Reverse(Inclusion inclusion, IReadOnlyList<StoredResource> targets, CancellationToken cancellationToken)
    {
        if (inclusion.Source is not { } source)
        {
            return [];
        }

        var parameters = inclusion.Parameter is { } one ? [one] : matches.Known.Of(source).Where(parameter => parameter.Type == SearchType.Reference);
        var wanted = targets.Where(target => inclusion.Target is null || target.Type == inclusion.Target).ToList();
        var terms = parameters.SelectMany(parameter => TermClauses.Kept(source, parameter, matches.Known)).Distinct()
            .SelectMany(parameter => wanted.Select(target => Terms.Reference(parameter, target.Type, target.Id))).ToList();
        return terms.Count == 0 ? [] : await New(new ResolvedQuery([source], [new ReferredCriterion(terms)], null, []), cancellationToken);
    }

    private async Task<List<StoredResource>> New(ResolvedQuery query, CancellationToken cancellationToken)
    {
        var found = await matches.All(query, MaxIncluded + there.Count, TooMany, cancellationToken);
        found.RemoveAll(resource => !there.Add((resource.Type, resource.Id)));
        Check(found.Count);
        return found;
    }

    private void Check(int more)
    {
        if (included.Count + more > MaxIncluded)
        {
            throw TooMany();
        }
    }

    private static Problem TooMany() => new(
        ProblemKind.TooCostly, $"more than {MaxIncluded} resources would be included on one page; ask for a smaller _count or include less", where: "_include");
}

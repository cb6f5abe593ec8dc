using System.Collections.Concurrent;
using System.Collections.Frozen;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Search;

/// <summary>A parameter compiled for one resource type.</summary>
internal sealed record CompiledSearch(SearchParameter Parameter, FhirPathExpression? Expression, CompiledComponent[] Components);

internal sealed record CompiledComponent(SearchParameter Parameter, FhirPathExpression Expression);

/// <summary>HL7's search parameters, loaded once; expressions are compiled when a type is first asked for.</summary>
internal sealed class SearchDefinitions
{
    private static readonly Lazy<SearchDefinitions> Loaded = new(() => new SearchDefinitions());
    private readonly ConcurrentDictionary<string, CompiledSearch[]> byType = new(StringComparer.Ordinal);

    private readonly FrozenSet<string> urls;

    private SearchDefinitions()
    {
        var rows = DefinitionFile.Rows("search-parameters.tsv").ToList();
        All = [.. rows.Select(row => new SearchParameter(row))];
        urls = All.Select(p => p.Url).ToFrozenSet(StringComparer.Ordinal);
        var byId = All.ToDictionary(p => p.Id, StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i][6].Length == 0) continue;
            All[i].Components = [.. rows[i][6].Split("||").Select(c => c.Split("=>")).Where(c => byId.ContainsKey(c[0])).Select(c => new SearchComponent(byId[c[0]], c[1]))];
        }
    }

    public static SearchDefinitions Current => Loaded.Value;
    public SearchParameter[] All { get; }

    public bool HasUrl(string url) => urls.Contains(url);

    public CompiledSearch[] Of(string resourceType) =>
        Structures.Current.Type(resourceType) is { IsResource: true } type ? byType.GetOrAdd(resourceType, static (_, given) => given.Self.Compile(given.Type), (Self: this, Type: type)) : [];

    private CompiledSearch[] Compile(TypeDefinition type)
    {
        var found = new Dictionary<string, CompiledSearch>(StringComparer.Ordinal);
        // Where two definitions share a name, the one of the type itself goes before those of extension profiles.
        foreach (var parameter in All.OrderBy(p => p.Id.Contains("-extensions-", StringComparison.Ordinal) || p.Id.Contains("-genetic-", StringComparison.Ordinal)))
        {
            if (parameter.IsFor(type) && !found.ContainsKey(parameter.Code)) found[parameter.Code] = parameter.CompileFor(type);
        }
        return [.. found.Values];
    }
}

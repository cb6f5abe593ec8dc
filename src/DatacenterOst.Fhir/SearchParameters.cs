using System.Collections.Concurrent;
using DatacenterOst.Fhir.Definitions;
using DatacenterOst.Fhir.Search;

namespace DatacenterOst.Fhir;

/// <summary>
/// The search parameters that are known at one time: HL7's, and those added by SearchParameter resources. An immutable snapshot;
/// expressions are compiled when a type is first asked for.
/// </summary>
public sealed class SearchParameters
{
    private readonly ConcurrentDictionary<string, TypeSearches> byType = new(StringComparer.Ordinal);
    private readonly SearchParameter[] custom;

    private SearchParameters(SearchParameter[] custom) => this.custom = custom;

    /// <summary>HL7's own parameters of R4.</summary>
    public static SearchParameters Standard { get; } = new([]);

    /// <summary>The parameters added to HL7's.</summary>
    public IReadOnlyList<SearchParameter> Custom => custom;

    /// <summary>
    /// A snapshot with more parameters. A parameter with the address of one that is there takes its place; HL7's own are never
    /// replaced, for compartments and access stand on them.
    /// </summary>
    public SearchParameters With(IEnumerable<SearchParameter> added)
    {
        ArgumentNullException.ThrowIfNull(added);
        var all = new Dictionary<string, SearchParameter>(StringComparer.Ordinal);
        foreach (var parameter in custom.Concat(added))
            if (parameter.IsCustom && !SearchDefinitions.Current.HasUrl(parameter.Url)) all[parameter.Url] = parameter;
        return new SearchParameters([.. all.Values]);
    }

    /// <summary>A snapshot without the parameters of these addresses; HL7's own stay.</summary>
    public SearchParameters Without(IEnumerable<string> urls)
    {
        var gone = urls.ToHashSet(StringComparer.Ordinal);
        return new SearchParameters([.. custom.Where(p => !gone.Contains(p.Url))]);
    }

    /// <summary>The parameter of that name for the type; null where there is none.</summary>
    public SearchParameter? Find(string resourceType, string code) => Searches(resourceType).ByCode.GetValueOrDefault(code)?.Parameter;

    /// <summary>All parameters of a resource type, its own and those of every resource; empty for an unknown type.</summary>
    public IReadOnlyList<SearchParameter> Of(string resourceType) => Searches(resourceType).Parameters;

    /// <summary>The parameter with that canonical address; null where there is none.</summary>
    public SearchParameter? FindByUrl(string url) => Array.Find(custom, p => p.Url == url) ?? Array.Find(SearchDefinitions.Current.All, p => p.Url == url);

    /// <summary>The values of all the resource's parameters, typed; one parameter may give many.</summary>
    public IReadOnlyList<SearchValue> Extract(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return SearchExtraction.Extract(resource, Searches(resource.TypeName).All);
    }

    /// <summary>
    /// The values that an index must keep: of all parameters but composites, whose components have them, and those that others are the parts of.
    /// </summary>
    public IReadOnlyList<SearchValue> ExtractAlone(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return SearchExtraction.Extract(resource, Searches(resource.TypeName).Alone);
    }

    /// <summary>
    /// The other parameters of the type that together have exactly this one's values, so that an index need not keep them twice; empty
    /// where it stands alone. combo-code of Observation is code and component-code; patient is subject where that is a Patient.
    /// </summary>
    public IReadOnlyList<SearchPart> PartsOf(string resourceType, SearchParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Searches(resourceType).Parts.GetValueOrDefault(parameter) ?? [];
    }

    /// <summary>The types that the parameter of this type may refer to: fewer than its targets where the expression narrows them. Empty where any.</summary>
    public IReadOnlyList<string> TargetsOf(string resourceType, SearchParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Searches(resourceType).ByCode.GetValueOrDefault(parameter.Code) is { Expression: { } expression } found && found.Parameter == parameter
            && SearchParts.OnlyTargets(expression) is { Count: > 0 } only ? only : parameter.Targets;
    }

    private TypeSearches Searches(string resourceType) =>
        byType.TryGetValue(resourceType, out var found) ? found
        : Structures.Current.Type(resourceType) is { IsResource: true } type ? byType.GetOrAdd(resourceType, new TypeSearches(Compile(type)))
        : TypeSearches.None;

    private CompiledSearch[] Compile(TypeDefinition type)
    {
        var all = SearchDefinitions.Current.Of(type.Name);
        if (custom.Length == 0) return all;
        var codes = all.Select(s => s.Parameter.Code).ToHashSet(StringComparer.Ordinal);
        var added = custom.Where(p => p.IsFor(type) && codes.Add(p.Code));
        return [.. all, .. added.Select(p => p.CompileFor(type))];
    }
}

namespace DatacenterOst.Fhir.Search;

/// <summary>All parameters of one resource type, compiled, and found by name.</summary>
internal sealed class TypeSearches
{
    public static readonly TypeSearches None = new([]);
    private readonly Lazy<Dictionary<SearchParameter, IReadOnlyList<SearchPart>>> parts;
    private readonly Lazy<CompiledSearch[]> alone;

    public TypeSearches(CompiledSearch[] all)
    {
        All = all;
        Parameters = [.. all.Select(s => s.Parameter)];
        ByCode = all.ToDictionary(s => s.Parameter.Code, StringComparer.Ordinal);
        parts = new(() => SearchParts.Of(all));
        alone = new(() => [.. all.Where(s => s.Parameter.Type != SearchType.Composite && !Parts.ContainsKey(s.Parameter))]);
    }

    public CompiledSearch[] All { get; }
    public IReadOnlyList<SearchParameter> Parameters { get; }
    public Dictionary<string, CompiledSearch> ByCode { get; }
    public Dictionary<SearchParameter, IReadOnlyList<SearchPart>> Parts => parts.Value;

    /// <summary>Those whose values are not the values of others.</summary>
    public CompiledSearch[] Alone => alone.Value;
}

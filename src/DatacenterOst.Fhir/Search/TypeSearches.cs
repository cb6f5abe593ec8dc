namespace DatacenterOst.Fhir.Search;

/// <summary>All parameters of one resource type, compiled, and found by name.</summary>
internal sealed class TypeSearches(CompiledSearch[] all)
{
    public static readonly TypeSearches None = new([]);
    private readonly Lazy<Dictionary<SearchParameter, IReadOnlyList<SearchPart>>> parts = new(() => SearchParts.Of(all));

    public CompiledSearch[] All { get; } = all;
    public IReadOnlyList<SearchParameter> Parameters { get; } = [.. all.Select(s => s.Parameter)];
    public Dictionary<string, CompiledSearch> ByCode { get; } = all.ToDictionary(s => s.Parameter.Code, StringComparer.Ordinal);
    public Dictionary<SearchParameter, IReadOnlyList<SearchPart>> Parts => parts.Value;
}

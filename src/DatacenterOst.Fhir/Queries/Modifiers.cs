namespace DatacenterOst.Fhir.Queries;

/// <summary>What stands after the colon of a parameter's name.</summary>
/// <param name="Type">The resource type of <c>:[type]</c>; null without one.</param>
internal readonly record struct NameModifier(SearchModifier Modifier, string? Type, bool IsMissing);

/// <summary>The modifiers and the parameter types they fit (FHIR R4, 3.1.1.4.4).</summary>
internal static class Modifiers
{
    private static readonly Dictionary<string, SearchModifier> ByName = new(StringComparer.Ordinal)
    {
        ["exact"] = SearchModifier.Exact,
        ["contains"] = SearchModifier.Contains,
        ["not"] = SearchModifier.Not,
        ["text"] = SearchModifier.Text,
        ["in"] = SearchModifier.In,
        ["not-in"] = SearchModifier.NotIn,
        ["above"] = SearchModifier.Above,
        ["below"] = SearchModifier.Below,
        ["identifier"] = SearchModifier.Identifier,
        ["of-type"] = SearchModifier.OfType,
    };

    public static IReadOnlyList<SearchModifier> Of(SearchType type) => type switch
    {
        SearchType.String => [SearchModifier.Exact, SearchModifier.Contains],
        SearchType.Token => [SearchModifier.Not, SearchModifier.Text, SearchModifier.In, SearchModifier.NotIn, SearchModifier.Above, SearchModifier.Below, SearchModifier.OfType],
        SearchType.Reference => [SearchModifier.Identifier, SearchModifier.Above, SearchModifier.Below],
        SearchType.Uri => [SearchModifier.Above, SearchModifier.Below],
        _ => [],
    };

    /// <exception cref="SearchException">There is no such modifier, or it does not fit the parameter's type.</exception>
    public static NameModifier Read(SearchParameter parameter, string? modifier, string name)
    {
        switch (modifier)
        {
            case null:
                return default;
            case "missing" when parameter.Type is not (SearchType.Composite or SearchType.Special):
                return new NameModifier(SearchModifier.None, null, true);
        }
        if (ByName.TryGetValue(modifier, out var known) && Of(parameter.Type).Contains(known)) return new NameModifier(known, null, false);
        if (parameter.Type == SearchType.Reference && FhirDefinitions.IsResourceType(modifier)) return new NameModifier(SearchModifier.None, modifier, false);
        throw new SearchException($"'{parameter.Code}' is a {Word(parameter.Type)} and has no modifier ':{modifier}'; {Choice(parameter.Type)}", name);
    }

    public static string Word(SearchType type) => type.ToString().ToLowerInvariant();

    private static string Choice(SearchType type)
    {
        var names = ByName.Where(m => Of(type).Contains(m.Value)).Select(m => ":" + m.Key);
        if (type is not (SearchType.Composite or SearchType.Special)) names = names.Append(":missing");
        if (type == SearchType.Reference) names = names.Append(":[type], such as :Patient");
        return string.Join(", ", names) is { Length: > 0 } all ? "it may have " + all : "it may have none";
    }
}

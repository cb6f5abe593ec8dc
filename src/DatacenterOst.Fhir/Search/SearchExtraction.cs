namespace DatacenterOst.Fhir.Search;

/// <summary>Evaluates the parameters of a resource and turns what they find into values of their type.</summary>
internal static class SearchExtraction
{
    private static readonly PathEnvironment Environment = new() { ResolveToStubs = true };

    public static IReadOnlyList<SearchValue> Extract(Resource resource, CompiledSearch[] searches)
    {
        var values = new List<SearchValue>();
        var found = new List<PathValue>();
        var inner = new List<PathValue>();
        foreach (var search in searches)
        {
            if (search.Expression is null) continue;
            if (search.Parameter.IsCustom) AddCustom(values, search, resource, found, inner);
            else AddAll(values, search, resource, found, inner);
        }
        return values;
    }

    // Someone's own expression may fail on some resource ("single()" of two); a write must not fail for that, so it has no values there.
    private static void AddCustom(List<SearchValue> values, CompiledSearch search, Resource resource, List<PathValue> found, List<PathValue> inner)
    {
        var before = values.Count;
        try
        {
            AddAll(values, search, resource, found, inner);
        }
        catch (FhirPathException)
        {
            values.RemoveRange(before, values.Count - before);
        }
    }

    private static void AddAll(List<SearchValue> values, CompiledSearch search, Resource resource, List<PathValue> found, List<PathValue> inner)
    {
        found.Clear();
        search.Expression!.Evaluate(resource.Root, Environment, found);
        foreach (var value in found)
        {
            if (search.Parameter.Type == SearchType.Composite) AddComposite(values, search, value, inner);
            else Add(values, search.Parameter, value);
        }
    }

    private static void AddComposite(List<SearchValue> values, CompiledSearch search, PathValue focus, List<PathValue> found)
    {
        if (!focus.Element.Exists || search.Components.Length == 0) return;
        var parts = new IReadOnlyList<SearchValue>[search.Components.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            found.Clear();
            search.Components[i].Expression.Evaluate(focus.Element, Environment, found);
            if (found.Count == 0) return;
            var part = new List<SearchValue>(found.Count);
            foreach (var value in found) Add(part, search.Components[i].Parameter, value);
            if (part.Count == 0) return;
            parts[i] = part;
        }
        values.Add(new CompositeValue(search.Parameter, parts));
    }

    private static void Add(List<SearchValue> values, SearchParameter parameter, in PathValue found)
    {
        switch (parameter.Type)
        {
            case SearchType.Token: TokenValues.Add(values, parameter, found); break;
            case SearchType.String: StringValues.Add(values, parameter, found); break;
            case SearchType.Date: DateValues.Add(values, parameter, found); break;
            case SearchType.Reference: ReferenceValues.Add(values, parameter, found); break;
            case SearchType.Uri when found.ToString() is { Length: > 0 } uri: values.Add(new UriValue(parameter, uri)); break;
            case SearchType.Number: QuantityValues.AddNumber(values, parameter, found); break;
            case SearchType.Quantity: QuantityValues.Add(values, parameter, found.Element); break;
        }
    }
}

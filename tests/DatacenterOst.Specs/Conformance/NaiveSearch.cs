using DatacenterOst.Fhir;

namespace DatacenterOst.Specs.Conformance;

/// <summary>A question about one parameter with the ids that answer it.</summary>
internal sealed record NaiveQuestion(string Ask, IReadOnlyList<string> Ids);

/// <summary>Makes a question of each search parameter from a value in the examples, and answers it by evaluating FHIRPath on every resource.</summary>
internal static class NaiveSearch
{
    private static readonly PathEnvironment Environment = new() { ResolveToStubs = true };

    /// <summary>A question for the parameter; null Ids would mean nothing, so a parameter without an expression has none.</summary>
    public static NaiveQuestion? Question(SearchParameter parameter, IReadOnlyList<Resource> resources)
    {
        if (parameter.Code == "_lastUpdated")
            return new NaiveQuestion("gt2001-01-01", [.. resources.Select(resource => resource.Id!)]);
        if (parameter.Expression.Length == 0 || parameter.Type == SearchType.Special)
            return null;
        return parameter.Type == SearchType.Composite ? Composite(parameter, resources) : Single(parameter, resources);
    }

    private static NaiveQuestion Single(SearchParameter parameter, IReadOnlyList<Resource> resources)
    {
        var expression = FhirPathExpression.Parse(parameter.Expression);
        var values = resources.Select(resource => (resource.Id, Values: expression.Evaluate(resource.Root, Environment).SelectMany(found => NaiveValue.Of(parameter.Type, found)).ToList())).ToList();
        var asked = values.SelectMany(pair => pair.Values).FirstOrDefault(value => value.CanBeAsked(parameter))?.AsQuestion(parameter.Type);
        return asked is null
            ? new NaiveQuestion(Nothing(parameter.Type), [])
            : new NaiveQuestion(asked.Ask!, [.. values.Where(pair => pair.Values.Any(value => value.IsFoundBy(asked, parameter.Type))).Select(pair => pair.Id!)]);
    }

    /// <summary>The parts are looked for below one focus, so that they belong together.</summary>
    private static NaiveQuestion Composite(SearchParameter parameter, IReadOnlyList<Resource> resources)
    {
        var expression = FhirPathExpression.Parse(parameter.Expression);
        var components = parameter.Components.Select(component => (component.Parameter.Type, Expression: FhirPathExpression.Parse(component.Expression))).ToList();
        var focuses = resources.SelectMany(resource => expression.Evaluate(resource.Root, Environment).Where(focus => focus.Element.Exists)
            .Select(focus => (resource.Id, Parts: components.ConvertAll(part => part.Expression.Evaluate(focus.Element, Environment).SelectMany(found => NaiveValue.Of(part.Type, found)).ToList())))).ToList();
        var whole = focuses.Find(focus => focus.Parts.TrueForAll(values => values.Exists(value => value.Ask is not null)));
        if (whole.Parts is null || components.Count == 0)
            return new NaiveQuestion(string.Join('$', components.Select(part => Nothing(part.Type))), []);
        var asked = whole.Parts.Select((values, part) => values.First(value => value.Ask is not null).AsQuestion(components[part].Type)).ToList();
        var ids = focuses.Where(focus => focus.Parts.Index().All(part => part.Item.Exists(value => value.IsFoundBy(asked[part.Index], components[part.Index].Type))))
            .Select(focus => focus.Id!).Distinct();
        return new NaiveQuestion(string.Join('$', asked.Select(value => value.Ask)), [.. ids]);
    }

    /// <summary>A well-formed value that nothing has.</summary>
    private static string Nothing(SearchType type) => type switch
    {
        SearchType.Number or SearchType.Quantity => "987654.321",
        SearchType.Date => "1801-02-03",
        SearchType.Reference => "Patient/nobody-has-this-id",
        SearchType.Uri => "http://nowhere.example.org/nothing",
        _ => "nothing-has-this-value",
    };
}

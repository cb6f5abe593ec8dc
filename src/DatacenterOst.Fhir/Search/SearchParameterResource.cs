using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Search;

/// <summary>Reads and checks a SearchParameter resource.</summary>
internal sealed record SearchParameterResource(string Id, string Url, string Code, string Expression)
{
    public SearchType Type { get; private init; }
    public IReadOnlyList<string> Bases { get; private init; } = [];
    public IReadOnlyList<string> Targets { get; private init; } = [];
    public IReadOnlyList<SearchComponent> Components { get; private init; } = [];

    public static SearchParameterResource Read(Element root, SearchParameters known)
    {
        if (root.TypeName != "SearchParameter") throw Wrong($"A {root.TypeName} defines no search parameter; give a SearchParameter", "resourceType");
        var code = root["code"].AsString() ?? throw Wrong("The search parameter has no code; give the name it has in a query", "code");
        if (code.StartsWith('_') || !code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) throw Wrong($"'{code}' cannot be the name of a search parameter; use letters, digits and hyphens, and no '_' at the beginning, which is HL7's", "code");
        var url = root["url"].AsString() ?? throw Wrong("The search parameter has no url; give its canonical address", "url");
        if (root["type"].AsString() is not { } word || !char.IsAsciiLetter(word[0]) || !Enum.TryParse<SearchType>(word, ignoreCase: true, out var type) || type == SearchType.Special)
            throw Wrong($"Values of type '{root["type"]}' cannot be searched; use number, date, string, token, reference, composite, quantity or uri", "type");
        var given = new SearchParameterResource(root["id"].AsString() ?? code, url, code, root["expression"].AsString() ?? throw Wrong("The search parameter has no expression; give the FHIRPath of its values", "expression"))
        {
            Type = type,
            Bases = Types(root, "base"),
            Targets = Types(root, "target"),
            Components = ReadComponents(root, type, known),
        };
        if (given.Bases.Count == 0) throw Wrong("The search parameter has no base; give the resource types it is for", "base");
        foreach (var name in given.Bases) given.Check(Structures.Current.Type(name)!);
        return given;
    }

    private void Check(TypeDefinition type)
    {
        if (SearchDefinitions.Current.Of(type.Name).Any(s => s.Parameter.Code == Code && s.Parameter.Url != Url))
            throw Wrong($"'{Code}' is HL7's own search parameter of {type.Name}; choose another code", "code");
        Compile(Expression, "expression", e => e.ForType(type).CheckAgainst(type.Name));
    }

    private static List<SearchComponent> ReadComponents(Element root, SearchType type, SearchParameters known)
    {
        var components = new List<SearchComponent>();
        foreach (var component in root.Children("component"))
        {
            var definition = component["definition"].AsString() ?? throw Wrong("A component has no definition; give the address of its search parameter", "component.definition");
            var parameter = known.FindByUrl(definition.Split('|')[0]) ?? throw Wrong($"The component's search parameter {definition} is not known; define it first", "component.definition");
            if (parameter.Type is SearchType.Composite or SearchType.Special) throw Wrong($"{definition} is {parameter.Type} and cannot be part of a composite", "component.definition");
            var expression = component["expression"].AsString() ?? throw Wrong("A component has no expression; give the FHIRPath from the composite's element to its value", "component.expression");
            Compile(expression, "component.expression", _ => { });
            components.Add(new SearchComponent(parameter, expression));
        }
        if (type == SearchType.Composite && components.Count < 2) throw Wrong("A composite search parameter needs at least two components", "component");
        return components;
    }

    private static void Compile(string expression, string element, Action<FhirPathExpression> check)
    {
        try
        {
            check(FhirPathExpression.Parse(expression));
        }
        catch (FhirPathException e)
        {
            throw Wrong($"The expression '{expression}' is not FHIRPath for this type: {e.Message}", element);
        }
    }

    private static List<string> Types(Element root, string element)
    {
        var types = root.Children(element).ToList().Select(t => t.AsString() ?? "").ToList();
        var unknown = types.Find(t => Structures.Current.Type(t) is not { IsResource: true });
        return unknown is null ? types : throw Wrong($"'{unknown}' is not a resource type of FHIR R4", element);
    }

    private static SearchException Wrong(string message, string element) => new(message, "SearchParameter." + element);
}

using System.Collections.Concurrent;
using DatacenterOst.Fhir.Definitions;
using DatacenterOst.Fhir.Search;

namespace DatacenterOst.Fhir;

/// <summary>The types of search parameters (FHIR R4, 3.1.1.4).</summary>
public enum SearchType
{
    /// <summary>A number with the range its digits imply.</summary>
    Number,

    /// <summary>An interval of time.</summary>
    Date,

    /// <summary>A text, compared without case and accents.</summary>
    String,

    /// <summary>A code with its system, or an identifier.</summary>
    Token,

    /// <summary>A reference to a resource.</summary>
    Reference,

    /// <summary>Several values that belong together.</summary>
    Composite,

    /// <summary>A number with a unit.</summary>
    Quantity,

    /// <summary>An address, compared exactly.</summary>
    Uri,

    /// <summary>Computed otherwise.</summary>
    Special,
}

/// <summary>A part of a composite parameter: the parameter that gives it its meaning, and its expression below the composite's focus.</summary>
public sealed record SearchComponent(SearchParameter Parameter, string Expression);

/// <summary>A search parameter: one that HL7 defines for R4, or one of a SearchParameter resource.</summary>
public sealed class SearchParameter
{
    private readonly ConcurrentDictionary<string, CompiledSearch> compiled = new(StringComparer.Ordinal);

    internal SearchParameter(string[] row)
    {
        (Id, Code, Expression, Url) = (row[0], row[1], row[5], "http://hl7.org/fhir/SearchParameter/" + row[0]);
        Type = Enum.Parse<SearchType>(row[2], ignoreCase: true);
        Bases = row[3].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Targets = row[4].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    internal SearchParameter(SearchParameterResource given)
    {
        (Id, Code, Expression, Url, IsCustom) = (given.Id, given.Code, given.Expression, given.Url, true);
        (Type, Bases, Targets, Components) = (given.Type, given.Bases, given.Targets, given.Components);
    }

    /// <summary>The id of the definition, "Observation-value-quantity".</summary>
    public string Id { get; }

    /// <summary>The name in a query, "value-quantity".</summary>
    public string Code { get; }

    /// <summary>The canonical address of the definition.</summary>
    public string Url { get; }

    /// <summary>True for a parameter of a SearchParameter resource, false for HL7's own.</summary>
    public bool IsCustom { get; }

    /// <summary>How its values are compared.</summary>
    public SearchType Type { get; }

    /// <summary>The resource types it is defined for; Resource and DomainResource stand for all.</summary>
    public IReadOnlyList<string> Bases { get; }

    /// <summary>The resource types that a reference may point at; empty where any.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>The FHIRPath expression; empty for parameters that are computed otherwise (_text, _filter, …).</summary>
    public string Expression { get; }

    /// <summary>The parts of a composite parameter, in order.</summary>
    public IReadOnlyList<SearchComponent> Components { get; internal set; } = [];

    /// <summary>All parameters of a resource type, its own and those of every resource; empty for an unknown type.</summary>
    public static IReadOnlyList<SearchParameter> Of(string resourceType) => SearchParameters.Standard.Of(resourceType);

    /// <summary>The parameter of that name for the type; null where there is none.</summary>
    public static SearchParameter? Find(string resourceType, string code) => SearchParameters.Standard.Find(resourceType, code);

    /// <summary>All parameters that HL7 defines for R4.</summary>
    public static IReadOnlyList<SearchParameter> All => SearchDefinitions.Current.All;

    /// <summary>The values of all the resource's parameters, typed; one parameter may give many.</summary>
    public static IReadOnlyList<SearchValue> Extract(Resource resource) => SearchParameters.Standard.Extract(resource);

    /// <summary>The resource's values of this parameter.</summary>
    public IReadOnlyList<SearchValue> ValuesOf(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var type = resource.Root.Definition;
        var search = IsCustom ? IsFor(type) ? CompileFor(type) : null : Array.Find(SearchDefinitions.Current.Of(type.Name), s => s.Parameter == this);
        return search is null ? [] : SearchExtraction.Extract(resource, [search]);
    }

    /// <summary>
    /// The parameter that a SearchParameter resource defines, for <see cref="SearchParameters.With"/>. Components are looked up among
    /// the known ones (HL7's where null).
    /// </summary>
    /// <exception cref="SearchException">The expression is missing or does not fit its base, the name is taken by HL7, a component is not known, ….</exception>
    public static SearchParameter FromResource(Resource searchParameter, SearchParameters? known = null)
    {
        ArgumentNullException.ThrowIfNull(searchParameter);
        return new SearchParameter(SearchParameterResource.Read(searchParameter.Root, known ?? SearchParameters.Standard));
    }

    internal bool IsFor(TypeDefinition type) => Bases.Any(b => type.Is(Structures.Current.Type(b)!));

    internal CompiledSearch CompileFor(TypeDefinition type) => compiled.GetOrAdd(type.Name, static (_, given) => given.Self.Compile(given.Type), (Self: this, Type: type));

    private CompiledSearch Compile(TypeDefinition type)
    {
        var expression = Expression.Length == 0 ? null : FhirPathExpression.Parse(Expression).ForType(type);
        return new CompiledSearch(this, expression, [.. Components.Select(c => new CompiledComponent(c.Parameter, FhirPathExpression.Parse(c.Expression)))]);
    }

    /// <summary>A short text for people; not meant to be read by programs.</summary>
    public override string ToString() => Code;
}

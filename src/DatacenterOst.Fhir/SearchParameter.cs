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

/// <summary>A search parameter of FHIR R4, as HL7 defines it.</summary>
public sealed class SearchParameter
{
    internal SearchParameter(string[] row)
    {
        (Id, Code, Expression) = (row[0], row[1], row[5]);
        Type = Enum.Parse<SearchType>(row[2], ignoreCase: true);
        Bases = row[3].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Targets = row[4].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The id of HL7's definition, "Observation-value-quantity".</summary>
    public string Id { get; }

    /// <summary>The name in a query, "value-quantity".</summary>
    public string Code { get; }

    /// <summary>The canonical address of HL7's definition.</summary>
    public string Url => "http://hl7.org/fhir/SearchParameter/" + Id;

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
    public static IReadOnlyList<SearchParameter> Of(string resourceType) => SearchDefinitions.Current.Of(resourceType).Select(s => s.Parameter).ToList();

    /// <summary>The parameter of that name for the type; null where there is none.</summary>
    public static SearchParameter? Find(string resourceType, string code) => SearchDefinitions.Current.Of(resourceType).FirstOrDefault(s => s.Parameter.Code == code)?.Parameter;

    /// <summary>All parameters that HL7 defines for R4.</summary>
    public static IReadOnlyList<SearchParameter> All => SearchDefinitions.Current.All;

    /// <summary>The values of all the resource's parameters, typed; one parameter may give many.</summary>
    public static IReadOnlyList<SearchValue> Extract(Resource resource) => SearchExtraction.Extract(resource, null);

    /// <summary>The resource's values of this parameter.</summary>
    public IReadOnlyList<SearchValue> ValuesOf(Resource resource) => SearchExtraction.Extract(resource, this);

    /// <summary>A short text for people; not meant to be read by programs.</summary>
    public override string ToString() => Code;
}

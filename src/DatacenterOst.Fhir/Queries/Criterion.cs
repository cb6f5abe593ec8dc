namespace DatacenterOst.Fhir.Queries;

/// <summary>
/// One condition of a search. Where several types are searched its parameter is that of the first; the others have one of the same name and type.
/// </summary>
public abstract partial record Criterion;

/// <summary>A value of the parameter compares with one of the operands.</summary>
/// <param name="AnyOf">Alternatives, of the class that fits the parameter's type; never empty.</param>
public sealed partial record ValueCriterion(SearchParameter Parameter, SearchModifier Modifier, IReadOnlyList<Operand> AnyOf) : Criterion;

/// <summary><c>parameter:missing=true</c> or <c>false</c>.</summary>
public sealed partial record MissingCriterion(SearchParameter Parameter, bool IsMissing) : Criterion;

/// <summary><c>_id</c>: one of the logical ids.</summary>
public sealed record IdCriterion(IReadOnlyList<string> Ids) : Criterion;

/// <summary><c>_lastUpdated</c>: one of the comparisons holds for meta.lastUpdated.</summary>
public sealed partial record LastUpdatedCriterion(IReadOnlyList<DateOperand> AnyOf) : Criterion;

/// <summary><c>_list</c>: the resource is an item of one of the List resources with these ids.</summary>
public sealed record ListCriterion(IReadOnlyList<string> ListIds) : Criterion;

/// <summary><c>_text</c> (the narrative) or <c>_content</c> (every text): all words of one of the alternatives occur.</summary>
public sealed partial record WordsCriterion(WordsIn Where, IReadOnlyList<IReadOnlyList<string>> AnyOf) : Criterion;

/// <summary>Where words are looked for.</summary>
public enum WordsIn
{
    /// <summary>The narrative.</summary>
    Narrative,

    /// <summary>All texts of the resource.</summary>
    Content,
}

/// <summary><c>reference.parameter=value</c>: a resource that the parameter refers to meets the condition, as one of the types.</summary>
public sealed record ChainCriterion(SearchParameter Reference, IReadOnlyList<ChainLink> Targets) : Criterion;

/// <summary>The condition of a chain for one type that the reference may lead to.</summary>
public sealed record ChainLink(string Type, Criterion Inner);

/// <summary><c>_has:Type:reference:parameter=value</c>: a resource of that type refers to this one and meets the condition.</summary>
public sealed record HasCriterion(string Type, SearchParameter Reference, Criterion Inner) : Criterion;

/// <summary>
/// A compartment (<c>GET Patient/1/Observation</c>): a resource of the type refers to its owner by one of the parameters, or is the
/// owner. It says nothing about resources of other types; a search of several types has one for each.
/// </summary>
/// <param name="By">The parameters of <paramref name="Type"/>; empty where the type is the compartment's own.</param>
public sealed record CompartmentCriterion(string OwnerType, string OwnerId, string Type, IReadOnlyList<SearchParameter> By) : Criterion;

/// <summary>The modifiers of FHIR R4 (3.1.1.4.4); <c>:[type]</c> stands in the operand, <c>:missing</c> is a criterion of its own.</summary>
public enum SearchModifier
{
    /// <summary>No modifier.</summary>
    None,

    /// <summary>The whole text, with case and accents.</summary>
    Exact,

    /// <summary>Anywhere in the text.</summary>
    Contains,

    /// <summary>No value is this code.</summary>
    Not,

    /// <summary>The words of the code, not the code.</summary>
    Text,

    /// <summary>A code of the value set.</summary>
    In,

    /// <summary>No code of the value set.</summary>
    NotIn,

    /// <summary>This or something above it.</summary>
    Above,

    /// <summary>This or something below it.</summary>
    Below,

    /// <summary>By the identifier within the reference.</summary>
    Identifier,

    /// <summary>An identifier by its type.</summary>
    OfType,
}

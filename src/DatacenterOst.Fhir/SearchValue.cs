namespace DatacenterOst.Fhir;

/// <summary>One value of a search parameter, ready to be indexed (FHIR R4, 3.1.1.4).</summary>
public abstract record SearchValue(SearchParameter Parameter);

/// <summary>A code with its system (null where the element has none), and the display or text for :text.</summary>
public sealed record TokenValue(SearchParameter Parameter, string? System, string? Code, string? Text) : SearchValue(Parameter)
{
    /// <summary>For an Identifier the codings of its type, for :of-type; else empty.</summary>
    public IReadOnlyList<CodeOfSystem> IdentifierTypes { get; init; } = [];
}

/// <summary>A code with its system; null where it has none.</summary>
public readonly record struct CodeOfSystem(string? System, string Code);

/// <summary>A text as written, and folded: lower case, no accents, single blanks.</summary>
public sealed record StringValue(SearchParameter Parameter, string Text, string Folded) : SearchValue(Parameter);

/// <summary>The interval Low ≤ t &lt; High that was written; open ends are the ends of time. Values without an offset are taken as UTC.</summary>
public sealed record DateValue(SearchParameter Parameter, DateTimeOffset Low, DateTimeOffset High) : SearchValue(Parameter);

/// <summary>A number and the range that its written digits imply: 5.40 is 5.395 ≤ x &lt; 5.405.</summary>
public sealed record NumberValue(SearchParameter Parameter, decimal Value, decimal Low, decimal High) : SearchValue(Parameter);

/// <summary>A quantity as written with its implied range (an end is null where a Range or a comparator leaves it open), and in UCUM base units where the unit is UCUM.</summary>
public sealed record QuantityValue(SearchParameter Parameter, decimal? Low, decimal? High, string? System, string? Code, string? Unit, CanonicalRange? Canonical) : SearchValue(Parameter)
{
    /// <summary>The number as written; null for a range.</summary>
    public decimal? Value { get; init; }
}

/// <summary>A range in UCUM base units.</summary>
public sealed record CanonicalRange(decimal? Low, decimal? High, string Unit)
{
    /// <summary>The number as written, in base units; null for a range.</summary>
    public decimal? Value { get; init; }
}

/// <summary>
/// A reference: type and id for a literal one, with the base address where it is absolute; else the whole <see cref="Url"/>
/// (urn:uuid, canonical). <see cref="IdentifierSystem"/> and <see cref="IdentifierValue"/> are for :identifier.
/// </summary>
public sealed record ReferenceValue(SearchParameter Parameter, string? Type, string? Id, string? Url) : SearchValue(Parameter)
{
    /// <summary>The base of an absolute address, "http://example.org/fhir"; null for a relative one.</summary>
    public string? Base { get; init; }

    /// <summary>The version, where the reference names one.</summary>
    public string? Version { get; init; }

    /// <summary>The system of Reference.identifier.</summary>
    public string? IdentifierSystem { get; init; }

    /// <summary>The value of Reference.identifier.</summary>
    public string? IdentifierValue { get; init; }
}

/// <summary>An address exactly as written.</summary>
public sealed record UriValue(SearchParameter Parameter, string Uri) : SearchValue(Parameter);

/// <summary>One combination of parts: for each component the values it has, at one focus.</summary>
public sealed record CompositeValue(SearchParameter Parameter, IReadOnlyList<IReadOnlyList<SearchValue>> Parts) : SearchValue(Parameter);

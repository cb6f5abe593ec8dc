namespace DatacenterOst.Fhir.Queries;

/// <summary>One value of a search parameter as it was asked, unescaped.</summary>
public abstract record Operand;

/// <summary><c>system|code</c>. A null system means any, an empty one none; a null code means every code of the system.</summary>
public sealed record TokenOperand(string? System, string? Code) : Operand;

/// <summary><c>:of-type=system|code|value</c>.</summary>
public sealed record TypedIdentifierOperand(string System, string Code, string Value) : Operand;

/// <summary><c>:in</c>, <c>:not-in</c>: the canonical address of a value set.</summary>
public sealed record ValueSetOperand(string Url) : Operand;

/// <summary>A text, and as it is compared: lower case, without accents.</summary>
public sealed record StringOperand(string Text, string Folded) : Operand;

/// <summary>An interval of time Low ≤ t &lt; High with its prefix.</summary>
public sealed record DateOperand(SearchPrefix Prefix, DateTimeOffset Low, DateTimeOffset High) : Operand;

/// <summary>A number, and the range that its digits imply.</summary>
public sealed record NumberOperand(SearchPrefix Prefix, decimal Value, decimal Low, decimal High) : Operand;

/// <summary>A number with its implied range and its unit; canonical where the unit is UCUM. Null system and code: any unit.</summary>
public sealed record QuantityOperand(SearchPrefix Prefix, decimal Value, decimal Low, decimal High, string? System, string? Code, CanonicalRange? Canonical) : Operand;

/// <summary>A reference: type (null: any) and id, or an address (absolute, urn or canonical) of its own.</summary>
public sealed record ReferenceOperand(string? Type, string? Id, string? Url) : Operand;

/// <summary>An address, compared exactly.</summary>
public sealed record UriOperand(string Uri) : Operand;

/// <summary><c>a$b</c>: one operand for each component, in order.</summary>
public sealed record CompositeOperand(IReadOnlyList<Operand> Parts) : Operand;

/// <summary>The prefixes of ordered values (FHIR R4, 3.1.1.4.5).</summary>
public enum SearchPrefix
{
    /// <summary>The value's range lies within that of the operand.</summary>
    Eq,

    /// <summary>It does not.</summary>
    Ne,

    /// <summary>Part of it is above.</summary>
    Gt,

    /// <summary>Part of it is below.</summary>
    Lt,

    /// <summary>Equal or above.</summary>
    Ge,

    /// <summary>Equal or below.</summary>
    Le,

    /// <summary>It starts after the operand ends.</summary>
    Sa,

    /// <summary>It ends before the operand starts.</summary>
    Eb,

    /// <summary>Approximately: within a tenth.</summary>
    Ap,
}

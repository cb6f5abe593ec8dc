using DatacenterOst.Fhir.Codes;
using DatacenterOst.Fhir.Definitions;
using DatacenterOst.Fhir.Search;

namespace DatacenterOst.Fhir.Queries;

/// <summary>Reads one alternative of a parameter's value. <paramref name="name"/> is the parameter as it was written, for messages.</summary>
internal sealed class OperandReading(string name, DateTimeOffset now, string? ownBase)
{
    private readonly OrderedReading ordered = new(name, now);

    /// <param name="asType">The resource type of a <c>:[type]</c> modifier.</param>
    public Operand Read(SearchParameter parameter, SearchModifier modifier, string? asType, string text) => modifier switch
    {
        SearchModifier.In or SearchModifier.NotIn => ValueSet(text),
        SearchModifier.OfType => OfType(text),
        SearchModifier.Identifier => Token(text),
        SearchModifier.Text => String(text),
        SearchModifier.Above or SearchModifier.Below when parameter.Type == SearchType.Token => CodeInHierarchy(text),
        SearchModifier.Above or SearchModifier.Below => Hierarchy(text),
        _ => Plain(parameter, asType, text),
    };

    private Operand Plain(SearchParameter parameter, string? asType, string text) => parameter.Type switch
    {
        SearchType.Token => Token(text),
        SearchType.String => String(text),
        SearchType.Reference => Reference(asType, text),
        SearchType.Uri => new UriOperand(QueryText.Unescape(text)),
        SearchType.Date => ordered.Date(QueryText.Unescape(text)),
        SearchType.Number => ordered.Number(QueryText.Unescape(text)),
        SearchType.Quantity => ordered.Quantity(text),
        SearchType.Composite => Composite(parameter, text),
        _ => throw Wrong($"{parameter.Code} cannot be searched"),
    };

    private TokenOperand Token(string text)
    {
        var parts = QueryText.Split(text, '|', 2).ConvertAll(QueryText.Unescape);
        return parts switch
        {
            [var code] => new TokenOperand(null, code),
            ["", ""] => throw Wrong("'|' alone is no code; write code, system|code, |code or system|"),
            [var system, ""] => new TokenOperand(system, null),
            [var system, var code] => new TokenOperand(system, code),
            _ => throw Wrong($"'{text}' has more than one '|'; write system|code, and \\| where the code itself has a bar"),
        };
    }

    private StringOperand String(string text)
    {
        var plain = QueryText.Unescape(text);
        var folded = StringValues.Fold(plain);
        return folded.Length > 0 ? new StringOperand(plain, folded) : throw Wrong($"'{plain}' has no letter or digit to look for");
    }

    // Whether there is such a value set, among HL7's or those that are stored, is seen where the codes are listed.
    private ValueSetOperand ValueSet(string text) => QueryText.Unescape(text) is var url && Uri.TryCreate(url, UriKind.Absolute, out _)
        ? new ValueSetOperand(url)
        : throw Wrong($"'{url}' is no address of a value set; give its canonical address, such as http://hl7.org/fhir/ValueSet/observation-status, or list the codes with commas");

    private TypedIdentifierOperand OfType(string text)
    {
        var parts = QueryText.Split(text, '|', 3).ConvertAll(QueryText.Unescape);
        return parts is [var system, { Length: > 0 } code, { Length: > 0 } value] ? new TypedIdentifierOperand(system, code, value)
            : throw Wrong($"'{text}' is no typed identifier; write system|code|value, the system and code of the identifier's type and its value");
    }

    private TokenOperand CodeInHierarchy(string text)
    {
        var token = Token(text);
        if (string.IsNullOrEmpty(token.System) || token.Code is null) throw Wrong("A code's place in its hierarchy needs its system; write system|code");
        return CodeSets.Current.System(token.System)?.Contains(token.Code) != false ? token : throw Wrong($"{token.System} has no code '{token.Code}'");
    }

    // R4 3.1.1.4.9: above and below apply to URLs, not to URNs such as OIDs.
    private UriOperand Hierarchy(string text)
    {
        var url = QueryText.Unescape(text);
        return url.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) || !url.Contains('/', StringComparison.Ordinal)
            ? throw Wrong($"'{url}' has no path to go up or down; :above and :below are for URLs such as http://example.org/fhir/ValueSet") : new UriOperand(url);
    }

    private ReferenceOperand Reference(string? asType, string text)
    {
        var reference = QueryText.Unescape(text);
        if (ownBase is not null && reference.StartsWith(ownBase, StringComparison.Ordinal)) reference = reference[ownBase.Length..].TrimStart('/');
        if (reference.StartsWith('#')) throw Wrong("A contained resource has no address that a search could name");
        if (reference.Contains(':', StringComparison.Ordinal) || reference.Contains('|', StringComparison.Ordinal))
            return asType is null ? new ReferenceOperand(null, null, reference) : throw Wrong($"With :{asType} the value is an id, not the address '{reference}'");
        var parts = reference.Split('/');
        if (parts is [{ Length: > 0 } id]) return new ReferenceOperand(asType, id, null);
        if (parts is not [{ Length: > 0 } type, { Length: > 0 } typedId]) throw Wrong($"'{reference}' is no reference; write Type/id, id, or an absolute address, without a version");
        if (!FhirDefinitions.IsResourceType(type)) throw Wrong($"'{type}' is not a resource type of FHIR R4; did you mean {QueryText.Nearest(type, FhirDefinitions.ResourceTypes)}?");
        return asType is null || asType == type ? new ReferenceOperand(type, typedId, null) : throw Wrong($"'{reference}' is not of the type that :{asType} asks for");
    }

    private CompositeOperand Composite(SearchParameter parameter, string text)
    {
        var parts = QueryText.Split(text, '$', parameter.Components.Count);
        if (parts.Count != parameter.Components.Count || parts.Contains(""))
            throw Wrong($"'{text}' must have {parameter.Components.Count} parts; write {string.Join('$', parameter.Components.Select(c => c.Parameter.Code))}");
        return new CompositeOperand([.. parameter.Components.Select((c, i) => Plain(c.Parameter, null, parts[i]))]);
    }

    private SearchException Wrong(string message) => new(message, name);
}

using DatacenterOst.Fhir.Codes;

namespace DatacenterOst.Fhir.Queries;

/// <summary>Comparisons of codes (FHIR R4, 3.1.1.4.10). Codes and systems are compared exactly, with case.</summary>
internal static class TokenMatching
{
    public static bool Matches(TokenOperand asked, TokenValue found, SearchModifier modifier) => modifier switch
    {
        SearchModifier.Below => IsA(asked.System, found.System, found.Code, asked.Code),
        SearchModifier.Above => IsA(asked.System, found.System, asked.Code, found.Code),
        _ => Matches(asked, found.System, found.Code),
    };

    public static bool Matches(TokenOperand asked, string? system, string? code)
    {
        if (code is null || (asked.Code is not null && asked.Code != code)) return false;
        return asked.System switch { null => true, "" => string.IsNullOrEmpty(system), _ => asked.System == system };
    }

    // What a set holds of systems that are not known here cannot be said: such a code is neither found by :in nor by :not-in.
    public static bool IsInSet(ValueSetOperand asked, TokenValue found, SearchModifier modifier)
    {
        if (found.Code is null) return false;
        var isIn = FhirDefinitions.IsInValueSet(asked.Url, found.System, found.Code);
        return modifier == SearchModifier.NotIn ? isIn != false : isIn == true;
    }

    public static bool IsOfType(TypedIdentifierOperand asked, TokenValue found) =>
        found.Code == asked.Value && found.IdentifierTypes.Any(t => t.Code == asked.Code && (t.System ?? "") == asked.System);

    /// <summary>The codes that one operand of :in, :not-in, :above or :below stands for; null where they cannot be listed.</summary>
    public static IReadOnlyCollection<TokenOperand>? List(Operand operand, SearchModifier modifier, CodeSets known)
    {
        if (operand is ValueSetOperand set) return known.Set(Plain(set.Url))?.List(known)?.Select(c => new TokenOperand(c.System, c.Code)).ToList();
        if (operand is not TokenOperand { System: { } system, Code: { } code } || known.System(system) is not { } table) return null;
        return [.. table.Codes.Where(c => modifier == SearchModifier.Below ? table.IsA(c, code) : table.IsA(code, c)).Select(c => new TokenOperand(system, c))];
    }

    /// <summary>Whether HL7's definitions have the value set or the code system of an operand, with all its codes.</summary>
    public static bool IsOfHl7(Operand operand) => operand switch
    {
        ValueSetOperand set => FhirDefinitions.HasValueSet(set.Url),
        TokenOperand { System: { } system } => CodeSets.Current.System(system) is not null,
        _ => true,
    };

    private static string Plain(string url) => url.IndexOf('|', StringComparison.Ordinal) is var bar && bar >= 0 ? url[..bar] : url;

    private static bool IsA(string? asked, string? system, string? code, string? ancestor) =>
        asked == system && code is not null && ancestor is not null && CodeSets.Current.System(asked!)?.IsA(code, ancestor) == true;
}

using DatacenterOst.Fhir;

namespace DatacenterOst.Store.Search;

/// <summary>
/// What can be looked up exactly – a code, an identifier, a reference, an address – as a number of 64 bits: the first bits of
/// SHA-256 over the parameter and the value. Two values of one store meet in one number about once in a thousand billion.
/// </summary>
internal static class Terms
{
    public static long Token(SearchParameter parameter, string code) => Of(parameter, "c", code);

    /// <param name="system">Empty where the code has none.</param>
    public static long Token(SearchParameter parameter, string system, string code) => Of(parameter, "s", system, code);

    public static long Reference(SearchParameter parameter, string type, string id) => Of(parameter, "r", type, id);

    public static long Address(SearchParameter parameter, string url) => Of(parameter, "u", url);

    public static long Identifier(SearchParameter parameter, string? system, string? value) => Of(parameter, "i", system ?? "", value ?? "");

    public static long Dates(SearchParameter parameter) => Of(parameter, "d");

    public static long Numbers(SearchParameter parameter) => Of(parameter, "n");

    public static long Texts(SearchParameter parameter) => Of(parameter, "t");

    /// <summary>Quantities of one dimension, in UCUM base units.</summary>
    public static long Canonical(SearchParameter parameter, string unit) => Of(parameter, "q", unit);

    /// <summary>Quantities that UCUM does not know, by what stands for their unit.</summary>
    public static long Counted(SearchParameter parameter, string unit) => Of(parameter, "k", unit);

    private static long Of(SearchParameter parameter, string kind, params ReadOnlySpan<string> parts)
    {
        // HL7's by its name: two definitions of one name on one type are one parameter for those who ask. An added one by its
        // definition: when that changes, what was indexed by the former must not be found.
        var text = new KeyText(64).Add(parameter.IsCustom ? $"{parameter.Url}|{parameter.Expression}" : parameter.Code).Add(kind);
        foreach (var part in parts)
        {
            text.Add(part);
        }

        return (long)(ulong)(text.Hash() >> 64);
    }
}

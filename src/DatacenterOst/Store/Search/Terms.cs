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

    /// <summary>All codes of a resource together, in whatever order it has them: two resources that share this have the same codes and no others.</summary>
    /// <param name="codes">At least one; systems empty where a code has none.</param>
    public static long Together(SearchParameter parameter, IEnumerable<(string System, string Code)> codes)
    {
        // By the numbers of the codes: systems and codes may have any sign in them that would part one from the other.
        var tokens = codes.Select(code => Token(parameter, code.System, code.Code)).Distinct().Order().ToList();
        return Of(parameter, "g", string.Join(' ', tokens));
    }

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

    /// <summary>Terms that were made lately. Codes, units and patients come again and again, and hashing is most of what a term costs.</summary>
    private const int MaxRemembered = 8_192;

    private static readonly Made?[] Remembered = new Made?[MaxRemembered];

    private sealed record Made(string Parameter, string Kind, string? First, string? Second, long Term);

    private static long Of(SearchParameter parameter, string kind, string? first = null, string? second = null)
    {
        // HL7's by its name: two definitions of one name on one type are one parameter for those who ask. An added one by its
        // definition: when that changes, what was indexed by the former must not be found.
        var name = parameter.IsCustom ? $"{parameter.Url}|{parameter.Expression}" : parameter.Code;
        ref var place = ref Remembered[(uint)HashCode.Combine(name, kind, first, second) % MaxRemembered];
        if (Volatile.Read(ref place) is { } made && made.Parameter == name && made.Kind == kind && made.First == first && made.Second == second)
        {
            return made.Term;
        }

        var text = new KeyText(64).Add(name).Add(kind);
        foreach (var part in (ReadOnlySpan<string?>)[first, second])
        {
            if (part is not null)
            {
                text.Add(part);
            }
        }

        var term = (long)(ulong)(text.Hash() >> 64);
        Volatile.Write(ref place, new Made(name, kind, first, second, term));
        return term;
    }
}

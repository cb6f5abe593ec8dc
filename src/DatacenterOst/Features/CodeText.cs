using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>A code as package authors write it: <c>ATC|J05AB14</c>, <c>SKS|KKAS*</c>, or with the full URI of its system.</summary>
public static class CodeText
{
    public const string Expected = "a code such as ATC|J05AB14, SKS|KKAS* or http://loinc.org|14682-9";

    public static Code? Parse(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        if (bar <= 0) return null;
        var value = text[(bar + 1)..].Trim();
        var star = value.IndexOf('*', StringComparison.Ordinal);
        if (value.Length == 0 || value == "*" || (star >= 0 && star != value.Length - 1)) return null;

        return System(text[..bar].Trim()) is { } system ? new Code(system, value) : null;
    }

    private static string? System(string name) => name switch
    {
        "LOINC" => CodeSystems.Loinc,
        "NPU" => CodeSystems.Npu,
        "SNOMED" => CodeSystems.Snomed,
        "ATC" => CodeSystems.Atc,
        "SKS" => CodeSystems.Sks,
        "ICD10" => CodeSystems.Icd10,
        _ => name.Contains(':', StringComparison.Ordinal) ? name : null,
    };
}

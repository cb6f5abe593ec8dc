using System.Globalization;
using System.Text;

namespace DatacenterOst.Fhir.Search;

/// <summary>Texts, also the parts of names and addresses (FHIR R4, 3.1.1.4.8).</summary>
internal static class StringValues
{
    public static void Add(List<SearchValue> values, SearchParameter parameter, in PathValue found)
    {
        var element = found.Element;
        if (element.TypeName is "HumanName" or "Address")
        {
            foreach (var part in element.Children())
                if (part.TypeName == "string") AddText(values, parameter, part.AsString());
            return;
        }
        if (element.TypeName == "CodeableConcept")
        {
            AddText(values, parameter, element["text"].AsString());
            foreach (var coding in element.Children("coding")) AddText(values, parameter, coding["display"].AsString());
            return;
        }
        if (!element.Exists || element.HasValue) AddText(values, parameter, found.ToString());
        else if (element.TypeName == "Extension") AddText(values, parameter, element["value"].AsString());
    }

    private static void AddText(List<SearchValue> values, SearchParameter parameter, string? text)
    {
        if (!string.IsNullOrEmpty(text)) values.Add(new StringValue(parameter, text, Fold(text)));
    }

    /// <summary>Lower case without accents and with single blanks; ø, æ, ß, ł and đ, which have no accent to drop, become o, ae, ss, l and d.</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text) && !text.AsSpan().ContainsAny('\t', '\n', '\r') && !text.Contains("  ", StringComparison.Ordinal)) return text.Trim().ToLowerInvariant();
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            if (char.IsWhiteSpace(c))
            {
                if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
                continue;
            }
            var lower = char.ToLowerInvariant(c);
            folded.Append(lower switch { 'ø' => "o", 'æ' => "ae", 'œ' => "oe", 'ß' => "ss", 'ł' => "l", 'đ' or 'ð' => "d", 'þ' => "th", 'ı' => "i", _ => lower.ToString() });
        }
        return folded.ToString().TrimEnd();
    }
}

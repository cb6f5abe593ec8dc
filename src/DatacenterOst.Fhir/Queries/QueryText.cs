using System.Text;

namespace DatacenterOst.Fhir.Queries;

/// <summary>
/// The text of a parameter's value (FHIR R4, 3.1.1.4.3 Escaping Search Parameters): <c>,</c> between alternatives, <c>$</c> between the
/// parts of a composite, <c>|</c> between the parts of a token; a backslash takes their meaning away.
/// </summary>
internal static class QueryText
{
    /// <summary>The parts between the separators that are not escaped; escapes stay in the parts. More than the limit come back as limit + 1.</summary>
    public static List<string> Split(string text, char separator, int limit = int.MaxValue - 1)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length && parts.Count <= limit; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == separator)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }
        if (parts.Count <= limit) parts.Add(text[start..]);
        return parts;
    }

    /// <summary>The text without escapes. A backslash before any other character is kept, for people forget to write it twice.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is ',' or '$' or '|' or '\\') i++;
            result.Append(text[i]);
        }
        return result.ToString();
    }

    /// <summary>Those names that look most like the given one, at most three, for messages.</summary>
    public static string Nearest(string name, IEnumerable<string> known)
    {
        var nearest = known.Distinct(StringComparer.Ordinal)
            .OrderBy(k => k.Contains(name, StringComparison.OrdinalIgnoreCase) || name.Contains(k, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(name, k)).ThenBy(k => Distance(name, k)).ThenBy(k => k, StringComparer.Ordinal).Take(3).ToList();
        return nearest.Count == 0 ? "none" : string.Join(", ", nearest);
    }

    // Levenshtein's: how many letters must change. Names are short; longer ones are cut.
    private static int Distance(string a, string b)
    {
        const int Longest = 64;
        if (a.Length > Longest) a = a[..Longest];
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (above, left) = (row[0], i);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                left = Math.Min(Math.Min(left + 1, row[j] + 1), above + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1));
                (above, row[j]) = (row[j], left);
            }
        }
        return row[b.Length];
    }
}

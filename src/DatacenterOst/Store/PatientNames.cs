using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Names as they are compared: without case, diacritics and the ways in which Danish letters are transcribed.</summary>
internal static class PatientNames
{
    private static readonly char[] Separators = [' ', '-', '^', ',', '.', '\'', '\t'];

    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var letter in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            folded.Append(char.ToLowerInvariant(letter) switch { 'ø' => "o", 'æ' => "a", 'ß' => "ss", var other => other.ToString() });
        }

        // Ø, Æ and Å are sent as OE, AE and AA by systems without Danish letters.
        return folded.Replace("oe", "o").Replace("ae", "a").Replace("aa", "a").ToString();
    }

    public static IEnumerable<string> Parts(string? name) =>
        name is null ? [] : Fold(name).Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>All parts of a name in one text, each behind a blank, for searches by the beginning of a part.</summary>
    public static string Searchable(Demographics demographics) =>
        string.Concat(Parts(demographics.FamilyName).Concat(Parts(demographics.GivenNames)).Select(part => " " + part));

    /// <summary>
    /// Whether two names cannot be one person's: nothing in common, although both give the same part of the name. One
    /// common part is enough, since people marry, and systems swap family and given names.
    /// </summary>
    public static bool Differ(Demographics one, Demographics other)
    {
        var comparable = (one.FamilyName is not null && other.FamilyName is not null)
            || (one.GivenNames is not null && other.GivenNames is not null);
        var parts = Parts(one.FamilyName).Concat(Parts(one.GivenNames)).ToHashSet();
        var others = Parts(other.FamilyName).Concat(Parts(other.GivenNames)).ToList();
        return comparable && parts.Count > 0 && others.Count > 0 && !others.Any(parts.Contains);
    }
}

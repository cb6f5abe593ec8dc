using DatacenterOst.Fhir.Search;

namespace DatacenterOst.Fhir.Queries;

/// <summary>Comparisons of texts and addresses (FHIR R4, 3.1.1.4.8 and 3.1.1.4.9).</summary>
internal static class TextMatching
{
    /// <summary>Without a modifier the text begins so; without regard to case, accents and repeated blanks except with :exact.</summary>
    public static bool Matches(StringOperand asked, StringValue found, SearchModifier modifier) => modifier switch
    {
        SearchModifier.Exact => found.Text == asked.Text,
        SearchModifier.Contains => found.Folded.Contains(asked.Folded, StringComparison.Ordinal),
        _ => found.Folded.StartsWith(asked.Folded, StringComparison.Ordinal),
    };

    /// <summary>:text of a code: the words stand in its text, in order, the last of them perhaps only begun.</summary>
    public static bool BeginsAtWord(string text, string foldedWords)
    {
        var folded = StringValues.Fold(text);
        for (var at = folded.IndexOf(foldedWords, StringComparison.Ordinal); at >= 0; at = at + 1 < folded.Length ? folded.IndexOf(foldedWords, at + 1, StringComparison.Ordinal) : -1)
            if (at == 0 || !char.IsLetterOrDigit(folded[at - 1])) return true;
        return false;
    }

    /// <summary>:below finds what has the address or begins with it as a path; :above what it has, or begins with as a path.</summary>
    public static bool Uri(string asked, string found, SearchModifier modifier) => modifier switch
    {
        SearchModifier.Below => IsBelow(found, asked),
        SearchModifier.Above => IsBelow(asked, found),
        _ => found == asked,
    };

    private static bool IsBelow(string uri, string above)
    {
        var path = above.TrimEnd('/');
        return path.Length > 0 && uri.StartsWith(path, StringComparison.Ordinal) && (uri.Length == path.Length || uri[path.Length] == '/');
    }
}

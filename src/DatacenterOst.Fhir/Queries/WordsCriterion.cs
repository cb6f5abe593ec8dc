using DatacenterOst.Fhir.Definitions;
using DatacenterOst.Fhir.Search;

namespace DatacenterOst.Fhir.Queries;

public sealed partial record WordsCriterion
{
    /// <summary>Do all words of one of the alternatives occur, as whole words without regard to case and accents?</summary>
    public bool Matches(Resource resource)
    {
        var words = WordsOf(resource, Where);
        return AnyOf.Any(alternative => alternative.All(words.Contains));
    }

    /// <summary>The folded words of a text, in order: runs of letters and digits.</summary>
    public static IReadOnlyList<string> WordsOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var folded = StringValues.Fold(text);
        var words = new List<string>();
        for (var i = 0; i < folded.Length;)
        {
            var start = i;
            while (i < folded.Length && char.IsLetterOrDigit(folded[i])) i++;
            if (i > start) words.Add(folded[start..i]);
            else i++;
        }
        return words;
    }

    /// <summary>All words that <c>_text</c> or <c>_content</c> finds in the resource.</summary>
    public static IReadOnlySet<string> WordsOf(Resource resource, WordsIn where)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var words = new HashSet<string>(StringComparer.Ordinal);
        Add(words, where == WordsIn.Narrative ? resource.Root["text"]["div"] : resource.Root);
        return words;
    }

    // Every string counts as content, codes and identifiers, too; of a narrative only what people see. Binary data has no words.
    private static void Add(HashSet<string> words, Element element)
    {
        if (element.AsString() is { } text)
        {
            var primitive = element.Definition.Primitive;
            if (primitive == Primitive.Base64Binary) return;
            words.UnionWith(WordsOf(primitive == Primitive.Xhtml ? NarrativeText.Plain(text) : text));
        }
        foreach (var child in element.Children()) Add(words, child);
    }
}

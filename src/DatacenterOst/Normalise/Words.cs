using DatacenterOst.Clinical;
using DatacenterOst.Sources;
using DatacenterOst.Terminology;

namespace DatacenterOst.Normalise;

/// <summary>Results in words, and coded answers, to categories: the sender's own words first, then those of all.</summary>
internal sealed class Words(TerminologySnapshot terminology, LocalMap[] maps)
{
    /// <summary>A text of a result longer than this is a document, not a result.</summary>
    public const int MaxTextLength = 4_000;

    // The longest phrase of the word tables is far shorter; longer text is not looked up.
    private const int MaxPhraseLength = 120;

    /// <summary>What the fact's answer codes, or else its words, mean; null where no table knows them.</summary>
    public ResultWord? Meaning(RawFact fact, out string? text)
    {
        text = string.IsNullOrWhiteSpace(fact.Value) ? null : fact.Value.Trim();
        foreach (var answer in fact.Answers)
        {
            text ??= string.IsNullOrWhiteSpace(answer.Display) ? answer.Code.ToString() : answer.Display;
            if (terminology.FindAnswer(answer.Code) is { } coded) return coded;
        }
        return text is null || text.Length > MaxPhraseLength ? null : Find(text) ?? Find(Plain(text));
    }

    private ResultWord? Find(string word)
    {
        foreach (var map in maps)
            if (map.FindWord(word) is { } local) return local;
        return terminology.FindWord(word);
    }

    // "Negativ.", "positiv!" and "ikke  påvist" are the words of the tables with other ink.
    private static string Plain(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\u00A0'], StringSplitOptions.RemoveEmptyEntries)).Trim('.', '!', '*', ':', ';', ' ');
}

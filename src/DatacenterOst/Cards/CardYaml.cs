using System.Buffers;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>The cards of a service, by conclusion.</summary>
internal static class CardYaml
{
    /// <summary>Leaves room for values, so that a summary stays under the standard's 140 characters.</summary>
    private const int MaxSummarySource = 160;

    private static readonly SearchValues<char> MarkupCharacters = SearchValues.Create("*_`<>#|");

    public static Dictionary<string, CardContent> Read(YamlMap yaml)
    {
        var cards = new Dictionary<string, CardContent>(StringComparer.Ordinal);
        foreach (var (conclusion, _) in yaml.Names()) cards.Add(conclusion, Card(conclusion, yaml.Map(conclusion)));
        if (cards.Count == 0) throw yaml.Invalid("cards needs at least one conclusion.");

        foreach (var card in cards.Values)
            foreach (var replaced in card.Replaces.Where(replaced => !cards.ContainsKey(replaced)))
                throw yaml.Invalid($"{card.Conclusion} replaces {replaced}, which has no card.");
        return cards;
    }

    private static CardContent Card(string conclusion, YamlMap yaml)
    {
        var indicator = yaml.Text("indicator") switch
        {
            "info" => Indicator.Info,
            "warning" => Indicator.Warning,
            "critical" => Indicator.Critical,
            _ => throw new Problem(ProblemKind.Invalid, "indicator is info, warning or critical.", yaml.WhereOf("indicator")),
        };
        var card = new CardContent(conclusion, indicator, Texts(yaml, "summary", LintSummary), Texts(yaml, "heading", LintLine), Texts(yaml, "next", LintLine))
        {
            Rows = [.. yaml.Texts("rows").Select(row => row.Text)],
            Replaces = [.. yaml.Texts("replaces").Select(replaced => replaced.Text)],
            Links = [.. yaml.Maps("links").Select(Link)],
        };
        yaml.Close();
        return card;
    }

    private static LocalCardText Texts(YamlMap yaml, string key, Action<string, string> lint)
    {
        var texts = yaml.Map(key);
        var (da, en) = (texts.Text("da"), texts.Text("en"));
        lint(da, texts.WhereOf("da"));
        lint(en, texts.WhereOf("en"));
        texts.Close();
        return new LocalCardText(CardText.Parse(da, texts.WhereOf("da")), CardText.Parse(en, texts.WhereOf("en")));
    }

    private static CardLink Link(YamlMap yaml)
    {
        var type = yaml.Text("type") switch
        {
            "absolute" => LinkType.Absolute,
            "smart" => LinkType.Smart,
            _ => throw new Problem(ProblemKind.Invalid, "a link's type is absolute or smart.", yaml.WhereOf("type")),
        };
        var appContext = yaml.TextIfAny("appContext");
        if (appContext is not null && type == LinkType.Absolute) throw new Problem(ProblemKind.Invalid, "appContext goes with smart links only.", yaml.WhereOf("appContext"));
        var link = new CardLink(ServiceYaml.Local(yaml, "label"), ServiceYaml.HttpsUrl(yaml, yaml.Text("url"), "url"), type, appContext);
        yaml.Close();
        return link;
    }

    private static void LintSummary(string text, string where)
    {
        LintLine(text, where);
        if (text.Length > MaxSummarySource) throw new Problem(ProblemKind.Invalid, "a summary must stay under 140 characters.", where);
        if (text.AsSpan().ContainsAny(MarkupCharacters)) throw new Problem(ProblemKind.Invalid, "a summary is plain text: no Markdown, no HTML.", where);
    }

    private static void LintLine(string text, string where)
    {
        if (text.AsSpan().IndexOfAny('\n', '\r') >= 0) throw new Problem(ProblemKind.Invalid, "must be one line.", where);
    }
}

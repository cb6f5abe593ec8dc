using System.Buffers;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>The cards of a service, by conclusion.</summary>
internal static class CardYaml
{
    /// <summary>Leaves room for values, so that a summary stays under the standard's 140 characters.</summary>
    private const int MaxSummarySource = 180;

    private const int MaxLabel = 120;

    private static readonly SearchValues<char> MarkupCharacters = SearchValues.Create("*_`<>#|");

    public static Dictionary<string, CardContent> Read(YamlMap? yaml)
    {
        var cards = new Dictionary<string, CardContent>(StringComparer.Ordinal);
        if (yaml is null) return cards;
        foreach (var conclusion in yaml.Keys())
            if (yaml.Map(conclusion) is { } card) cards[conclusion] = Card(conclusion, card);
        if (cards.Count == 0) yaml.Report("needs at least one conclusion");

        foreach (var card in cards.Values)
            foreach (var replaced in card.Replaces.Where(replaced => !cards.ContainsKey(replaced)))
                yaml.Report(card.Conclusion, $"replaces {replaced}, which has no card");
        return cards;
    }

    private static CardContent Card(string conclusion, YamlMap yaml)
    {
        if (!yaml.Has("indicator")) yaml.Report("'indicator' is missing; say info, warning or critical");
        return new CardContent(
            conclusion,
            yaml.Choice<Indicator>("indicator") ?? Indicator.Info,
            Texts(yaml, "summary", LintSummary),
            Texts(yaml, "heading", LintLine),
            Texts(yaml, "next", LintLine))
        {
            Rows = yaml.Texts("rows"),
            Because = Because(yaml.Map("because")),
            Replaces = yaml.Texts("replaces"),
            Links = [.. yaml.Maps("links").Select(Link)],
            Suggestions = SuggestionYaml.Suggestions(yaml),
            Selection = SuggestionYaml.SelectionOf(yaml),
            SystemActions = SuggestionYaml.SystemActions(yaml),
            OverrideReasons = SuggestionYaml.Reasons(yaml),
        };
    }

    private static BecauseContent? Because(YamlMap? yaml)
    {
        if (yaml is null) return null;
        if (!yaml.Has("groups")) yaml.Report("'groups' is missing; say how many terms of the explanation are shown at most");
        return new BecauseContent(yaml.Whole("groups", 1, BecauseContent.MaxGroups) ?? 1, yaml.Choice<ShowChange>("change") ?? ShowChange.Hide);
    }

    public static LocalCardText Texts(YamlMap yaml, string key, Action<string> lint)
    {
        if (yaml.Map(key) is { } texts) return new LocalCardText(Text(texts, "da", lint), Text(texts, "en", lint));
        if (!yaml.Has(key)) yaml.Report($"'{key}' is missing; give it with 'da' and 'en'");
        return new LocalCardText(CardText.Empty, CardText.Empty);
    }

    private static CardText Text(YamlMap texts, string language, Action<string> lint)
    {
        var text = texts.Required(language);
        return ServiceYaml.Checked(texts, language, () =>
        {
            lint(text);
            return CardText.Parse(text);
        }) ?? CardText.Empty;
    }

    private static CardLink Link(YamlMap yaml)
    {
        if (!yaml.Has("type")) yaml.Report("'type' is missing; say absolute or smart");
        var type = yaml.Choice<LinkType>("type") ?? LinkType.Absolute;
        var appContext = yaml.Optional("appContext");
        if (appContext is not null && type == LinkType.Absolute) yaml.Report("appContext", "goes with smart links only");
        return new CardLink(LocalText.Read(yaml, "label"), ServiceYaml.HttpsUrl(yaml, "url", yaml.Required("url")), type, appContext)
        {
            IsAutolaunchable = yaml.Choice<Launch>("launch") == Launch.Auto,
        };
    }

    public static void LintLabel(string text)
    {
        LintLine(text);
        if (text.Length > MaxLabel) throw new Problem(ProblemKind.Invalid, $"is too long for a button: at most {MaxLabel} characters");
        if (text.AsSpan().ContainsAny(MarkupCharacters)) throw new Problem(ProblemKind.Invalid, "is plain text: no Markdown, no HTML");
    }

    private static void LintSummary(string text)
    {
        LintLine(text);
        if (text.Length > MaxSummarySource) throw new Problem(ProblemKind.Invalid, "is too long: a summary must stay under 140 characters");
        if (text.AsSpan().ContainsAny(MarkupCharacters)) throw new Problem(ProblemKind.Invalid, "is plain text in a summary: no Markdown, no HTML");
    }

    private static void LintLine(string text)
    {
        if (text.AsSpan().IndexOfAny('\n', '\r') >= 0) throw new Problem(ProblemKind.Invalid, "must be one line");
    }

    private enum Launch
    {
        Asked,
        Auto,
    }
}

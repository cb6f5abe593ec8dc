using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>Suggestions, system actions and override reasons of a card, as a service writes them.</summary>
internal static class SuggestionYaml
{
    /// <summary>More choices than this on one card are not a suggestion any more.</summary>
    public const int MostSuggestions = 10;

    public const int MostActions = 10;

    public static IReadOnlyList<SuggestionContent> Suggestions(YamlMap card)
    {
        var list = card.Maps("suggestions");
        if (list.Count > MostSuggestions) card.Report("suggestions", $"are more than {MostSuggestions}");
        return [.. list.Select(Suggestion)];
    }

    public static IReadOnlyList<ActionContent> SystemActions(YamlMap card) => Actions(card, "systemActions");

    public static Selection SelectionOf(YamlMap card) => card.Choice<SelectionWord>("selection") == SelectionWord.Any ? Selection.Any : Selection.AtMostOne;

    /// <summary>Null where nothing is said and the default list holds; empty after <c>[]</c>.</summary>
    public static IReadOnlyList<OverrideReason>? Reasons(YamlMap card)
    {
        if (!card.Has("overrideReasons")) return null;
        var reasons = new List<OverrideReason>();
        foreach (var reason in card.Maps("overrideReasons"))
            reasons.Add(new OverrideReason(new Code(reason.Required("system"), reason.Required("code")), LocalText.Read(reason, "display")));
        return reasons;
    }

    private static SuggestionContent Suggestion(YamlMap yaml)
    {
        var actions = Actions(yaml, "actions");
        if (actions.Count == 0) yaml.Report("a suggestion needs 'actions'");
        return new SuggestionContent(CardYaml.Texts(yaml, "label", CardYaml.LintLabel), actions)
        {
            IsRecommended = yaml.Choice<Recommendation>("recommended") == Recommendation.Yes,
        };
    }

    private static List<ActionContent> Actions(YamlMap yaml, string key)
    {
        var list = yaml.Maps(key);
        if (list.Count > MostActions) yaml.Report(key, $"are more than {MostActions}");
        return [.. list.Select(Action)];
    }

    private static ActionContent Action(YamlMap yaml)
    {
        var kind = yaml.Choice<ActionKind>("type");
        if (kind is null && !yaml.Has("type")) yaml.Report("'type' is missing; say create, update or delete");
        var description = CardYaml.Texts(yaml, "description", CardYaml.LintLabel);
        if (kind == ActionKind.Delete)
        {
            if (yaml.Has("resource")) yaml.Report("resource", "does not go with delete: the order of the context is deleted");
            return new ActionContent(ActionKind.Delete, description, null);
        }

        var text = yaml.Required("resource");
        var resource = ServiceYaml.Checked(yaml, "resource", () => ResourceTemplate.Parse(text)) ?? ResourceTemplate.Parse("{}");
        return new ActionContent(kind ?? ActionKind.Create, description, resource);
    }

    private enum SelectionWord
    {
        AtMostOne,
        Any,
    }

    private enum Recommendation
    {
        No,
        Yes,
    }
}

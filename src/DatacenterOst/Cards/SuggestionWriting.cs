using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Cards;

/// <summary>From the suggestions of a service to those of one card. What would not be valid R4 is left out, and said to be.</summary>
internal static class SuggestionWriting
{
    /// <summary>Orders that one card makes suggestions for; the others are named in its text.</summary>
    public const int MaxOrders = 5;

    public static IReadOnlyList<CardSuggestion> Of(CardScope scope, CardContent content, List<Silence> silences)
    {
        if (content.Suggestions.Count == 0) return [];
        var written = new List<CardSuggestion>();
        foreach (var suggestion in content.Suggestions)
        {
            foreach (var order in Targets(scope, suggestion.IsOfOrder))
                if (One(scope.For(order), suggestion, order, content.Conclusion, silences) is { } one) written.Add(one);
        }

        return Recommended(written, content.Selection);
    }

    public static IReadOnlyList<CardAction> SystemActions(CardScope scope, CardContent content, List<Silence> silences)
    {
        var actions = new List<CardAction>();
        foreach (var action in content.SystemActions)
        {
            foreach (var order in Targets(scope, action.Kind != ActionKind.Create))
                if (Action(scope.For(order), action, order, content.Conclusion, silences) is { } one) actions.Add(one);
        }

        return actions;
    }

    private static IEnumerable<DraftOrder?> Targets(CardScope scope, bool isOfOrder) =>
        isOfOrder ? scope.Concerned.Take(MaxOrders).Cast<DraftOrder?>() : [null];

    // cds-resp-1: where one at most may be taken, one at most is recommended.
    private static List<CardSuggestion> Recommended(List<CardSuggestion> written, Selection selection)
    {
        if (selection == Selection.Any) return written;
        var first = written.FindIndex(suggestion => suggestion.IsRecommended);
        return [.. written.Select((suggestion, at) => suggestion with { IsRecommended = at == first && suggestion.IsRecommended })];
    }

    private static CardSuggestion? One(CardScope scope, SuggestionContent content, DraftOrder? order, string conclusion, List<Silence> silences)
    {
        if (Text(scope, content.Label, conclusion, silences) is not { } label) return null;
        var actions = new List<CardAction>();
        foreach (var action in content.Actions)
        {
            // Half of a suggestion may be worse than none: a deletion without what was to stand in its place.
            if (Action(scope, action, order, conclusion, silences) is not { } made) return null;
            actions.Add(made);
        }

        return new CardSuggestion(Guid.Empty, label, [.. actions.OrderBy(action => action.Kind)]) { IsRecommended = content.IsRecommended };
    }

    private static CardAction? Action(CardScope scope, ActionContent content, DraftOrder? order, string conclusion, List<Silence> silences)
    {
        if (Text(scope, content.Description, conclusion, silences) is not { } description) return null;
        if (content.Kind == ActionKind.Create) return Checked(new CardAction(ActionKind.Create, description, content.Resource!.Fill(scope, order), null), conclusion, silences);
        if (order?.Reference is null)
        {
            silences.Add(new Silence(SilenceReasons.NoTarget, conclusion));
            return null;
        }

        return content.Kind == ActionKind.Delete
            ? new CardAction(ActionKind.Delete, description, null, order.Reference)
            : Checked(new CardAction(ActionKind.Update, description, content.Resource!.LaidOver(scope, order), null), conclusion, silences);
    }

    // A template is known to be valid since load; an order of the client that is not would make an invalid update of it.
    private static CardAction? Checked(CardAction action, string conclusion, List<Silence> silences)
    {
        if (Faults(action.Resource!).Count == 0) return action;
        silences.Add(new Silence(SilenceReasons.NotValid, conclusion));
        return null;
    }

    /// <summary>What our own validator says against a resource, errors only.</summary>
    public static IReadOnlyList<string> Faults(JsonObject resource)
    {
        try
        {
            var parsed = Resource.ParseJson(Encoding.UTF8.GetBytes(resource.ToJsonString()));
            return [.. Validator.Default.Validate(parsed).Where(issue => issue.Severity == IssueSeverity.Error).Select(issue => $"{issue.Path}: {issue.Message}")];
        }
        catch (FhirFormatException unreadable)
        {
            return [unreadable.Message];
        }
    }

    private static string? Text(CardScope scope, LocalCardText text, string conclusion, List<Silence> silences)
    {
        var target = new StringBuilder(80);
        if (text.In(scope.Reader.Language).Write(target, scope, Markup.Plain) is not { } missing) return target.ToString();
        silences.Add(new Silence(SilenceReasons.TextIncomplete, $"{conclusion}: {missing}"));
        return null;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace DatacenterOst.Cards;

/// <summary>The part of <see cref="CdsAnswerCheck"/> that is about suggestions and actions.</summary>
internal static class ActionCheck
{
    public static void Suggestions(JsonElement card, ClientProfile client, List<string> faults)
    {
        var hasSuggestions = card.TryGetProperty("suggestions", out _);
        CdsAnswerCheck.Need(hasSuggestions == card.TryGetProperty("selectionBehavior", out _), "selectionBehavior goes with suggestions", faults);
        if (!hasSuggestions) return;

        var selection = CdsAnswerCheck.Text(card, "selectionBehavior");
        CdsAnswerCheck.Need(selection is "at-most-one" or "any", "selectionBehavior: at-most-one or any", faults);
        CdsAnswerCheck.Need(client.Profile != AnswerProfile.Cds1 || selection == "at-most-one", "selectionBehavior: at-most-one in 1.0", faults);
        CdsAnswerCheck.Need(client.Profile != AnswerProfile.Epic || selection == "any", "selectionBehavior: any for Epic", faults);
        var suggestions = CdsAnswerCheck.List(card, "suggestions").ToList();
        CdsAnswerCheck.Need(selection == "any" || suggestions.Count(IsRecommended) <= 1, "isRecommended: one at most (cds-resp-1)", faults);
        foreach (var suggestion in suggestions) Suggestion(suggestion, client, faults);
    }

    public static void All(JsonElement actions, string where, ClientProfile client, List<string> faults)
    {
        if (actions.ValueKind != JsonValueKind.Array)
        {
            faults.Add($"{where}: an array");
            return;
        }

        foreach (var action in actions.EnumerateArray()) Action(action, where, client, faults);
    }

    private static void Suggestion(JsonElement suggestion, ClientProfile client, List<string> faults)
    {
        CdsAnswerCheck.Need(CdsAnswerCheck.Text(suggestion, "label").Length > 0, "suggestions.label is needed", faults);
        CdsAnswerCheck.Need(CdsAnswerCheck.IsUuid(CdsAnswerCheck.Text(suggestion, "uuid")), "suggestions.uuid: RFC 4122", faults);
        CdsAnswerCheck.Need(
            !suggestion.TryGetProperty("actionSelectionBehavior", out _) || client is { Profile: AnswerProfile.Cds3, KnowsActionSelection: true },
            "actionSelectionBehavior: only for clients that are known to understand it", faults);
        if (!suggestion.TryGetProperty("actions", out var actions)) return;

        All(actions, "actions", client, faults);
        var list = CdsAnswerCheck.List(suggestion, "actions").ToList();
        CdsAnswerCheck.Need(list.All(action => CdsAnswerCheck.Text(action, "description").Length > 0), "actions.description is needed in a suggestion", faults);
        CdsAnswerCheck.Need(client.Profile != AnswerProfile.Epic || list.Count == 1, "actions: one per suggestion for Epic", faults);
        var order = list.Select(action => Array.IndexOf(["delete", "create", "update"], CdsAnswerCheck.Text(action, "type"))).ToList();
        CdsAnswerCheck.Need(order.SequenceEqual(order.Order()), "actions: in the order delete, create, update", faults);
    }

    private static void Action(JsonElement action, string where, ClientProfile client, List<string> faults)
    {
        var type = CdsAnswerCheck.Text(action, "type");
        if (type == "delete")
        {
            var id = CdsAnswerCheck.Text(action, client.Profile == AnswerProfile.Cds1 ? "resource" : "resourceId");
            CdsAnswerCheck.Need(id.Contains('/', StringComparison.Ordinal), $"{where}: a deletion names Type/id", faults);
            return;
        }

        CdsAnswerCheck.Need(type is "create" or "update", $"{where}.type: create, update or delete", faults);
        if (!action.TryGetProperty("resource", out var resource) || resource.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{where}.resource: a whole FHIR resource is needed");
            return;
        }

        foreach (var fault in SuggestionWriting.Faults(JsonObject.Create(resource)!)) faults.Add($"{where}.resource: {fault}");
        CdsAnswerCheck.Need(type != "update" || CdsAnswerCheck.Text(resource, "id").Length > 0, $"{where}.resource: an update has the id", faults);
    }

    private static bool IsRecommended(JsonElement suggestion) => suggestion.TryGetProperty("isRecommended", out var value) && value.ValueKind == JsonValueKind.True;
}

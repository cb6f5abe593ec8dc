using System.Text.Json;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>
/// Holds what a service suggests against our own validator at load, so that a template that is not R4 is found by its author and
/// not by an EHR: each action is filled with a sample patient, order and values, in both languages.
/// </summary>
internal static class SuggestionCheck
{
    private const string SampleOrder = """
        {"resourceType":"MedicationRequest","id":"sample","status":"draft","intent":"order","subject":{"reference":"Patient/sample"},
         "medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"M01AE01","display":"ibuprofen"}]}}
        """;

    public static void Run(CdsService service, PackageProblems problems)
    {
        foreach (var card in service.Cards.Values)
        {
            if (card.Selection == Selection.AtMostOne && card.Suggestions.Count(suggestion => suggestion.IsRecommended) > 1)
                Report(problems, $"the card {card.Conclusion} recommends two suggestions of which one at most may be taken");
            var actions = card.Suggestions.SelectMany(suggestion => suggestion.Actions).Concat(card.SystemActions).ToList();
            if (actions.Any(action => action.Kind != ActionKind.Create) && !service.Hooks.Any(HasOrders))
                Report(problems, $"the card {card.Conclusion} changes an order of the context, and no hook of the service has orders");
            foreach (var action in actions.Where(action => action.Kind != ActionKind.Delete)) Check(service, card, action, problems);
        }
    }

    private static void Check(CdsService service, CardContent card, ActionContent action, PackageProblems problems)
    {
        foreach (var language in new[] { Language.Danish, Language.English })
        {
            var scope = Sample(service, action, language);
            var order = scope.Frame.Orders[0];
            var resource = action.Kind == ActionKind.Create ? action.Resource!.Fill(scope, order) : action.Resource!.LaidOver(scope, order);
            foreach (var fault in SuggestionWriting.Faults(resource)) Report(problems, $"the card {card.Conclusion} would {Word(action)} what is not valid R4: {fault}");
            if (action.Kind == ActionKind.Create) CheckNew(service, card, resource.ToJsonString(), problems);
        }
    }

    // What an order hook adds to the basket is a draft of the patient whose basket it is.
    private static void CheckNew(CdsService service, CardContent card, string json, PackageProblems problems)
    {
        using var resource = JsonDocument.Parse(json);
        var root = resource.RootElement;
        if (!root.TryGetProperty("resourceType", out var type)) return;
        var owner = root.TryGetProperty("subject", out var subject) || root.TryGetProperty("patient", out subject) ? subject.ToString() : "";
        if (!owner.Contains("Patient/sample", StringComparison.Ordinal)) Report(problems, $"the card {card.Conclusion} creates a {type} that is not of the patient: its subject is {{patient}}");
        if (service.Hooks.Any(HasOrders) && type.ToString().EndsWith("Request", StringComparison.Ordinal)
            && !(root.TryGetProperty("status", out var status) && status.ToString() == "draft"))
            Report(problems, $"the card {card.Conclusion} creates an order that is not a draft: its status is draft");
    }

    private static bool HasOrders(HookDefinition hook) => hook.Fields.Any(field => field.Name is "draftOrders" or "medications" or "medication");

    private static CardScope Sample(CdsService service, ActionContent action, Language language)
    {
        var at = DateTimeOffset.UnixEpoch;
        var values = action.Resource!.ValueNames.ToDictionary(name => name, name => new FeatureValue(name, 1, null, "1", at, [], MissingReason.NotMissing), StringComparer.Ordinal);
        var estimate = new RiskEstimate(service.Model, "0", "0", at, 1, [], values, []);
        var order = new DraftOrder("MedicationRequest/sample", "draftOrders[0]", "sample", [], JsonDocument.Parse(SampleOrder).RootElement.Clone());
        var frame = new AnswerFrame { PatientId = "sample", EncounterId = "sample", UserId = "Practitioner/sample", Orders = [order] };
        return new CardScope(service, estimate, new CardReader(language, TimeZoneInfo.Utc), frame);
    }

    private static string Word(ActionContent action) => action.Kind == ActionKind.Create ? "create" : "update to";

    private static void Report(PackageProblems problems, string message) => problems.Add(CdsServices.FileName, 0, message);
}

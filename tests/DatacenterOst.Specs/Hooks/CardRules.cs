using System.Text.Json;
using System.Text.RegularExpressions;

namespace DatacenterOst.Specs.Hooks;

/// <summary>What the standard (CDS Hooks 2.0.1, CDS Service Response) and our own rules ask of every answer; gives the faults.</summary>
public static partial class CardRules
{
    public static IReadOnlyList<string> Faults(JsonElement answer)
    {
        var faults = new List<string>();
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("cards", out var cards) || cards.ValueKind != JsonValueKind.Array)
            return ["cards: an array is needed"];
        NothingEmpty(answer, "", faults);
        foreach (var card in cards.EnumerateArray())
            Card(card, faults);
        var uuids = cards.EnumerateArray().Select(card => Text(card, "uuid")).ToList();
        if (uuids.Distinct(StringComparer.Ordinal).Count() != uuids.Count)
            faults.Add("uuid: twice in one answer");
        var ranks = cards.EnumerateArray().Select(card => Array.IndexOf(Urgency, Text(card, "indicator"))).ToList();
        if (!ranks.SequenceEqual(ranks.Order()))
            faults.Add("cards: not by urgency");
        return faults;
    }

    private static readonly string[] Urgency = ["critical", "warning", "info"];

    private static void Card(JsonElement card, List<string> faults)
    {
        void Need(bool holds, string fault)
        {
            if (!holds)
                faults.Add(fault);
        }

        var summary = Text(card, "summary");
        Need(summary.Length is > 0 and < 140, "summary: 1 to 139 characters");
        Need(!Markup().IsMatch(summary), "summary: one line without markup");
        Need(Urgency.Contains(Text(card, "indicator")), "indicator: info, warning or critical");
        Need(Guid.TryParseExact(Text(card, "uuid"), "D", out _), "uuid: RFC 4122");
        var hasSource = card.TryGetProperty("source", out var source);
        Need(hasSource && Text(source, "label").Length > 0, "source.label is needed");
        if (hasSource && source.TryGetProperty("topic", out var topic))
        {
            Need(TopicCode().IsMatch(Text(topic, "code")), "source.topic.code: letters and digits, at most 100");
            Need(Text(topic, "system").Length > 0, "source.topic.system is needed");
        }

        Need(card.TryGetProperty("suggestions", out _) == card.TryGetProperty("selectionBehavior", out _), "selectionBehavior goes with suggestions");
    }

    private static string Text(JsonElement of, string name)
        => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>No null, "", [] or {} anywhere, except <c>cards: []</c> (CDS Hooks 2.0.1: "nor should empty values be sent").</summary>
    public static void NothingEmpty(JsonElement value, string where, List<string> faults)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
            case JsonValueKind.String when value.GetString()!.Length == 0:
                faults.Add($"{where}: empty");
                break;
            case JsonValueKind.Array:
                if (value.GetArrayLength() == 0 && where is not "/cards" and not "/services")
                    faults.Add($"{where}: empty");
                foreach (var item in value.EnumerateArray())
                    NothingEmpty(item, where + "/*", faults);
                break;
            case JsonValueKind.Object:
                if (!value.EnumerateObject().Any())
                    faults.Add($"{where}: empty");
                foreach (var member in value.EnumerateObject())
                    NothingEmpty(member.Value, $"{where}/{member.Name}", faults);
                break;
        }
    }

    [GeneratedRegex(@"[\r\n<>]|\*\*|\]\(|^#|^\|")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,100}\z")]
    private static partial Regex TopicCode();
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace DatacenterOst.Cards;

/// <summary>
/// What CDS Hooks (2.0.1, CDS Service Response, and the differences of 1.0, the 3.0 ballot and Epic) and our own rules ask of an
/// answer. Each fault names its place; none means that the answer may go out.
/// </summary>
public static partial class CdsAnswerCheck
{
    private static readonly string[] Urgency = ["critical", "warning", "info"];

    public static IReadOnlyList<string> Faults(JsonElement answer, ClientProfile? client = null)
    {
        client ??= ClientProfile.Loopback;
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("cards", out var cards) || cards.ValueKind != JsonValueKind.Array)
            return ["cards: an array is needed"];
        var faults = new List<string>();
        Emptiness(answer, "", faults);
        foreach (var card in cards.EnumerateArray()) Card(card, client, faults);
        CheckUuids(cards, faults);
        var ranks = cards.EnumerateArray().Select(card => Array.IndexOf(Urgency, Text(card, "indicator"))).ToList();
        if (!ranks.SequenceEqual(ranks.Order())) faults.Add("cards: not by urgency");
        if (!answer.TryGetProperty("systemActions", out var actions)) return faults;

        Need(client.Profile != AnswerProfile.Cds1, "systemActions: not in 1.0", faults);
        Need(client.TakesSystemActions, "systemActions: the client does not take them", faults);
        ActionCheck.All(actions, "systemActions", client, faults);
        return faults;
    }

    /// <summary>No null, "", [] or {} anywhere, except <c>cards: []</c> and <c>services: []</c> (2.0.1: empty values are not sent).</summary>
    public static void Emptiness(JsonElement value, string where, List<string> faults)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
            case JsonValueKind.String when value.GetString()!.Length == 0:
                faults.Add($"{where}: empty");
                break;
            case JsonValueKind.Array:
                if (value.GetArrayLength() == 0 && where is not "/cards" and not "/services") faults.Add($"{where}: empty");
                foreach (var item in value.EnumerateArray()) Emptiness(item, where + "/*", faults);
                break;
            case JsonValueKind.Object:
                if (!value.EnumerateObject().Any()) faults.Add($"{where}: empty");
                foreach (var member in value.EnumerateObject()) Emptiness(member.Value, $"{where}/{member.Name}", faults);
                break;
        }
    }

    internal static void Need(bool holds, string fault, List<string> faults)
    {
        if (!holds) faults.Add(fault);
    }

    internal static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    internal static IEnumerable<JsonElement> List(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    private static void Card(JsonElement card, ClientProfile client, List<string> faults)
    {
        var summary = Text(card, "summary");
        Need(summary.Length is > 0 and < 140, "summary: 1 to 139 characters", faults);
        Need(!Markup().IsMatch(summary), "summary: one line without markup", faults);
        Need(Urgency.Contains(Text(card, "indicator")), "indicator: info, warning or critical", faults);
        if (client.Profile == AnswerProfile.Cds1) Need(!card.TryGetProperty("uuid", out _), "uuid: a card of 1.0 has none", faults);
        else Need(IsUuid(Text(card, "uuid")), "uuid: RFC 4122", faults);
        Source(card, client, faults);
        ActionCheck.Suggestions(card, client, faults);
        foreach (var link in List(card, "links")) Link(link, client, faults);
        foreach (var reason in List(card, "overrideReasons"))
            Need(Text(reason, "code").Length > 0 && Text(reason, "system").Length > 0 && Text(reason, "display").Length > 0, "overrideReasons: code, system and display (cds-resp-4)", faults);
        if (client.Profile == AnswerProfile.Cds1) Need(!card.TryGetProperty("overrideReasons", out _), "overrideReasons: not in 1.0", faults);
        if (card.TryGetProperty("extension", out var extension))
            Need(extension.ValueKind == JsonValueKind.Object && extension.EnumerateObject().All(member => member.Name.Contains('.', StringComparison.Ordinal)), "extension: an object of reverse domain names", faults);
    }

    private static void Source(JsonElement card, ClientProfile client, List<string> faults)
    {
        var hasSource = card.TryGetProperty("source", out var source);
        Need(hasSource && Text(source, "label").Length > 0, "source.label is needed", faults);
        if (!hasSource || source.ValueKind != JsonValueKind.Object || !source.TryGetProperty("topic", out var topic)) return;
        Need(TopicCode().IsMatch(Text(topic, "code")), "source.topic.code: letters and digits, at most 100", faults);
        Need(Text(topic, "system").Length > 0, "source.topic.system is needed", faults);
        Need(client.Profile != AnswerProfile.Cds1, "source.topic: not in 1.0", faults);
    }

    private static void Link(JsonElement link, ClientProfile client, List<string> faults)
    {
        Need(Text(link, "label").Length > 0 && Text(link, "url").Length > 0, "links: label and url are needed", faults);
        Need(Text(link, "type") is "absolute" or "smart", "links.type: absolute or smart", faults);
        Need(Text(link, "type") == "smart" || !link.TryGetProperty("appContext", out _), "links.appContext: with smart only (cds-resp-3)", faults);
        Need(client.Profile == AnswerProfile.Cds3 || !link.TryGetProperty("autolaunchable", out _), "links.autolaunchable: in 3.0 only", faults);
        if (!Uri.TryCreate(Text(link, "url"), UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
        {
            faults.Add("links.url: absolute, https");
            return;
        }

        Need(client.LinkHosts.Count == 0 || client.LinkHosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase), "links.url: a host of the client's list", faults);
        Need(Text(link, "type") != "smart" || !LaunchParameter().IsMatch(url.Query), "links.url: launch and iss are the client's to add", faults);
    }

    private static void CheckUuids(JsonElement cards, List<string> faults)
    {
        var uuids = new List<string>();
        foreach (var card in cards.EnumerateArray())
        {
            uuids.Add(Text(card, "uuid"));
            uuids.AddRange(List(card, "suggestions").Select(suggestion => Text(suggestion, "uuid")));
        }

        uuids.RemoveAll(uuid => uuid.Length == 0);
        if (uuids.Distinct(StringComparer.Ordinal).Count() != uuids.Count) faults.Add("uuid: twice in one answer");
    }

    internal static bool IsUuid(string text) => Guid.TryParseExact(text, "D", out _);

    [GeneratedRegex(@"[\r\n<>]|\*\*|\]\(|^#|^\|")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\A[A-Za-z0-9]{1,100}\z")]
    private static partial Regex TopicCode();

    [GeneratedRegex("[?&](launch|iss)=")]
    private static partial Regex LaunchParameter();
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// A FHIR resource with places, written as JSON in a service: <c>{patient}</c>, <c>{encounter}</c>, <c>{user}</c> and <c>{order}</c> are
/// references, <c>{asOf}</c> and <c>{asOf+24h}</c> instants, <c>{name}</c> a value of the model in its own unit, numbers with a point.
/// An object with just <c>da</c> and <c>en</c> is a text in the reader's language. What has no value is left out with what holds it.
/// </summary>
public sealed partial class ResourceTemplate
{
    /// <summary>An action of a card is a small resource.</summary>
    public const int MaxCharacters = 20_000;

    private readonly JsonObject source;

    private ResourceTemplate(JsonObject source) => this.source = source;

    public string Type => source["resourceType"]?.GetValue<string>() ?? "";

    /// <exception cref="Problem">Invalid, when it is not one JSON object with known places.</exception>
    public static ResourceTemplate Parse(string json)
    {
        if (json.Length > MaxCharacters) throw Invalid($"is longer than {MaxCharacters} characters");
        try
        {
            if (JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth }) is JsonObject read) return new ResourceTemplate(read);
        }
        catch (JsonException broken)
        {
            throw Invalid($"is not JSON (line {(broken.LineNumber ?? 0) + 1})");
        }

        throw Invalid("must be one JSON object");
    }

    /// <summary>Names of the model's values that it shows.</summary>
    public IEnumerable<string> ValueNames => Place().Matches(source.ToJsonString()).Select(match => match.Groups["name"].Value)
        .Where(name => name is not ("patient" or "encounter" or "user" or "order" or "asOf")).Distinct(StringComparer.Ordinal);

    /// <summary>The resource itself, in these words.</summary>
    internal JsonObject Fill(CardScope scope, DraftOrder? order) => (JsonObject?)Filled(source, scope, order) ?? [];

    /// <summary>The whole order with this laid over it: members are replaced, lists are continued.</summary>
    internal JsonObject LaidOver(CardScope scope, DraftOrder order)
    {
        var whole = JsonObject.Create(order.Resource.Clone())!;
        foreach (var (name, value) in Fill(scope, order))
        {
            if (whole[name] is JsonArray list && value is JsonArray more)
                foreach (var item in more) list.Add(item!.DeepClone());
            else
                whole[name] = value?.DeepClone();
        }

        return whole;
    }

    private static JsonNode? Filled(JsonNode? node, CardScope scope, DraftOrder? order)
    {
        switch (node)
        {
            case JsonObject { Count: 2 } texts when texts["da"] is JsonValue da && texts["en"] is JsonValue en:
                return Text((scope.Reader.Language == Language.Danish ? da : en).GetValue<string>(), scope, order);
            case JsonObject parent:
                var made = new JsonObject();
                foreach (var (name, child) in parent)
                    if (Filled(child, scope, order) is { } value) made[name] = value;
                return made.Count == 0 ? null : made;
            case JsonArray list:
                var items = new JsonArray();
                foreach (var item in list)
                    if (Filled(item, scope, order) is { } value) items.Add(value);
                return items.Count == 0 ? null : items;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return Text(value.GetValue<string>(), scope, order);
            default:
                return node?.DeepClone();
        }
    }

    private static JsonValue? Text(string text, CardScope scope, DraftOrder? order)
    {
        var isWhole = true;
        var filled = Place().Replace(text, match =>
        {
            if (ValueAt(match, scope, order) is { } value) return value;
            isWhole = false;
            return "";
        });
        if (!isWhole) return null;

        // A place that is a number by itself is a number in JSON, such as Quantity.value.
        return text.StartsWith("{number ", StringComparison.Ordinal) && decimal.TryParse(filled, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonValue.Create(filled);
    }

    private static string? ValueAt(Match match, CardScope scope, DraftOrder? order) => match.Groups["name"].Value switch
    {
        "patient" => scope.Frame.PatientId is { } patient ? $"Patient/{patient}" : null,
        "encounter" => scope.Frame.EncounterId is { } encounter ? $"Encounter/{encounter}" : null,
        "user" => scope.Frame.UserId,
        "order" => order?.Reference,
        "asOf" => Instant(scope.Estimate.AsOf.AddHours(match.Groups["hours"].Success ? int.Parse(match.Groups["hours"].Value, CultureInfo.InvariantCulture) : 0)),
        var name => scope.Find(name)?.Number is { } number ? number.ToString("0.######", CultureInfo.InvariantCulture) : null,
    };

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Problem Invalid(string message) => new(ProblemKind.Invalid, message);

    [GeneratedRegex(@"\{(number )?(?<name>[A-Za-z][A-Za-z0-9_-]*)(\+(?<hours>\d{1,4})h)?\}")]
    private static partial Regex Place();
}

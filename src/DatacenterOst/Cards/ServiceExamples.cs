using System.Text.Json.Nodes;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>
/// Runs the examples of a service before it is taken into use: each request of <c>examples/</c> must give the cards that stand
/// beside it, in both languages, from its own prefetch alone. A star stands for what differs each time.
/// </summary>
public sealed class ServiceExamples(Func<ModelCatalogue> catalogue, PrefetchReading prefetch)
{
    /// <summary>Examples run at each load; a service that needs more has tests of its own.</summary>
    public const int MaxExamples = 100;

    private const string RequestEnding = ".request.json";

    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(CardReader.DefaultZone);

    public static IReadOnlyList<string> Of(string serviceFolder)
    {
        var folder = Path.Combine(serviceFolder, "examples");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + RequestEnding).Order(StringComparer.Ordinal).Take(MaxExamples)]
            : [];
    }

    public static string NameOf(string requestFile) => Path.GetFileName(requestFile)[..^RequestEnding.Length];

    public void Run(CdsService service, string folder, PackageProblems problems)
    {
        foreach (var file in Of(folder))
            foreach (var language in new[] { Language.Danish, Language.English })
                if (Difference(service, file, language) is { } difference)
                    problems.Add($"examples/{Path.GetFileName(file)}", 0, difference);
    }

    private string? Difference(CdsService service, string file, Language language)
    {
        var expected = file[..^RequestEnding.Length] + (language == Language.Danish ? ".cards.da.json" : ".cards.en.json");
        if (!File.Exists(expected)) return $"{Path.GetFileName(expected)} is missing; it says what the request must be answered";
        try
        {
            var answer = Answer(service, File.ReadAllBytes(file), language);
            if (CdsAnswerCheck.Faults(System.Text.Json.JsonDocument.Parse(answer.Bytes).RootElement) is [var fault, ..]) return $"the answer is not CDS Hooks: {fault}";
            return Same(JsonNode.Parse(File.ReadAllText(expected)), JsonNode.Parse(answer.Bytes.Span), "") is { } at ? $"{Path.GetFileName(expected)} is not what it is answered, at {at}" : null;
        }
        catch (Exception wrong) when (wrong is Problem or System.Text.Json.JsonException)
        {
            return $"cannot be answered: {wrong.Message}";
        }
    }

    private HookAnswer Answer(CdsService service, byte[] body, Language language)
    {
        var request = HookRequest.Parse(body, RequestRules.ForTests);
        service.Require(request);
        var asOf = request.AsOf ?? throw new Problem(ProblemKind.Invalid, $"an example says its time in extension.\"{HookRequest.AsOfExtension}\"");
        var models = catalogue();
        var package = (service.ModelVersion is { } version ? models.Find(service.Model, version) : models.Find(service.Model))!;
        var sent = prefetch.Read(request, service, package.Needs.Query(asOf), asOf);
        sent.Without(service.Optional.Keys).RequireComplete();
        var orders = DraftOrders.Of(request.Context, request.FhirServer);
        var history = sent.History(PatientId.None);
        history = history with { Facts = [.. history.Facts, .. prefetch.Drafts(orders, asOf)] };
        var frame = AnswerFrame.Of(request, orders, ClientProfile.Loopback) with { Gaps = [.. sent.Missing.Select(missing => service.Optional[missing.Key])] };
        return CardWriting.Write(service, package.Evaluate(history, asOf), new CardReader(language, zone), frame);
    }

    /// <returns>Where the two differ first; null when they do not.</returns>
    private static string? Same(JsonNode? expected, JsonNode? actual, string where)
    {
        switch (expected, actual)
        {
            case (JsonObject one, JsonObject other):
                foreach (var name in one.Select(member => member.Key).Union(other.Select(member => member.Key)))
                    if (Same(one[name], other[name], $"{where}/{name}") is { } inside) return inside;
                return null;
            case (JsonArray one, JsonArray other) when one.Count == other.Count:
                for (var at = 0; at < one.Count; at++)
                    if (Same(one[at], other[at], FormattableString.Invariant($"{where}/{at}")) is { } inside) return inside;
                return null;
            case (JsonValue one, JsonValue other) when one.TryGetValue<string>(out var pattern) && other.TryGetValue<string>(out var text):
                return Fits(pattern, text) ? null : where;
            default:
                return JsonNode.DeepEquals(expected, actual) ? null : where;
        }
    }

    /// <summary>A star stands for anything, a star included; the rest is letter for letter.</summary>
    private static bool Fits(string pattern, string text)
    {
        var parts = pattern.Split('*');
        if (!text.StartsWith(parts[0], StringComparison.Ordinal)) return false;
        var at = parts[0].Length;
        for (var i = 1; i < parts.Length; i++)
        {
            var found = i == parts.Length - 1
                ? (text.Length - parts[i].Length >= at && text.EndsWith(parts[i], StringComparison.Ordinal) ? text.Length - parts[i].Length : -1)
                : text.IndexOf(parts[i], at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + parts[i].Length;
        }

        return at == text.Length;
    }
}

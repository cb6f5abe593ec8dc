using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using DatacenterOst.Normalise;

namespace DatacenterOst.UnitTests.Cards;

/// <summary>Every example of every service, as the EHR would send it, against the cards that were approved in both languages.</summary>
public sealed partial class When_an_example_is_called
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Examples()
    {
        var examples = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Folders.CdsHooks, "*.request.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            examples.Add(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file)))!, Path.GetFileName(file).Replace(".request.json", "", StringComparison.Ordinal));
        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void the_cards_are_as_they_were_approved(string service, string example)
    {
        foreach (var language in new[] { "da", "en" })
        {
            var answer = Calls.Answer(service, Calls.Example(service, example), language);
            if (example.StartsWith("silent-", StringComparison.Ordinal)) Assert.Empty(answer.Cards);
            else Assert.NotEmpty(answer.Cards);
            Folders.Approve(Path.Combine(Folders.CdsHooks, service, "examples", $"{example}.cards.{language}.json"), Comparable(answer));
        }
    }

    /// <summary>What differs from answer to answer, or with every edit of a model's documentation, is a star.</summary>
    private static string Comparable(HookAnswer answer)
    {
        var json = JsonNode.Parse(answer.Bytes.Span)!;
        foreach (var card in json["cards"]!.AsArray().Select(card => card!.AsObject()))
        {
            card["uuid"] = "*";
            foreach (var suggestion in card["suggestions"]?.AsArray() ?? []) suggestion!["uuid"] = "*";
            card["detail"] = Content().Replace(card["detail"]!.GetValue<string>(), "($1 *)");
            var origin = card["extension"]!["dk.datacenter-ost.estimate"]!.AsObject();
            (origin["run"], origin["hash"]) = ("*", "*");
        }

        return json.ToJsonString(Readable) + "\n";
    }

    [GeneratedRegex(@"\((indhold|content) [0-9a-f]{12}\)")]
    private static partial Regex Content();
}

/// <summary>A call as the server makes it, from bytes to bytes, without HTTP.</summary>
internal static class Calls
{
    private static readonly PrefetchReading Prefetch = new(new Normaliser(Product.Terminology, PrefetchReading.StandardProfile), PrefetchReading.StandardProfile);

    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById(CardReader.DefaultZone);

    public static string Example(string service, string example) => File.ReadAllText(Path.Combine(Folders.CdsHooks, service, "examples", $"{example}.request.json"));

    public static HookAnswer Answer(string serviceId, string body, string acceptLanguage = "en")
    {
        var (service, request, outcome) = Read(serviceId, body);
        outcome.RequireComplete();
        var orders = DraftOrders.Of(request.Context, request.FhirServer);
        var history = outcome.History(PatientId.None);
        history = history with { Facts = [.. history.Facts, .. Prefetch.Drafts(orders, request.AsOf!.Value)] };
        var estimate = Product.Models.Find(service.Model)!.Evaluate(history, request.AsOf!.Value);
        return CardWriting.Write(
            service, estimate, new CardReader(AcceptLanguage.Choose(acceptLanguage, service.Language), Copenhagen), AnswerFrame.Of(request, orders, ClientProfile.Loopback));
    }

    public static (CdsService Service, HookRequest Request, PrefetchOutcome Outcome) Read(string serviceId, string body)
    {
        var service = Product.Services.Get(serviceId);
        var request = Requests.Parse(body);
        service.Require(request);
        var query = Product.Models.Find(service.Model)!.Needs.Query(request.AsOf!.Value);
        return (service, request, Prefetch.Read(request, service, query, request.AsOf.Value));
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost hook try &lt;service&gt; --patient ID</c>: the request as an EHR would send it, and the cards, both as they are.</summary>
public static class HookTryCommand
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var service = new Argument<string>("service") { Description = "Id of a CDS service, as GET /cds-services lists them." };
        var patient = new Option<string>("--patient") { Description = "Logical id of the Patient, or system|value of an identifier.", Required = true };
        var hook = new Option<string?>("--hook") { Description = "A hook of the service (default: its first)." };
        var order = new Option<string[]>("--order") { Description = "ATC code of a drug being ordered, e.g. M01AE01; may be given several times.", DefaultValueFactory = _ => [] };
        var asOf = new Option<string?>("--as-of") { Description = "Answer as of this instant, e.g. 2026-03-01T12:00:00+01:00 (default: now)." };
        var language = new Option<string>("--language") { Description = "da or en.", DefaultValueFactory = _ => "da" };
        var store = new StoreOptions();
        var command = new Command("try", "Print the request and the cards of a CDS service for a patient of the store.") { service, patient, hook, order, asOf, language };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var chosen = centre.CdsServices.Get(parsed.GetRequiredValue(service));
            var id = await HookCommand.FhirId(centre, parsed.GetRequiredValue(patient), cancellationToken);
            var body = Request(parsed.GetValue(hook) ?? chosen.Hooks[0].Name, id, parsed.GetValue(order) ?? [], parsed.GetValue(asOf));
            Console.WriteLine(body.ToJsonString(Readable));
            var request = HookRequest.Parse(Encoding.UTF8.GetBytes(body.ToJsonString()), centre.Settings.Client.Rules);
            var spoken = AcceptLanguage.Choose(parsed.GetValue(language), Language.Danish);
            var answer = await centre.Answers.Answer(chosen, request, spoken, centre.Settings.Client, Caller.Loopback, cancellationToken);
            Console.WriteLine(JsonNode.Parse(answer.Bytes.Span)!.ToJsonString(Readable));
            HookCommand.Print(answer, AnsiConsole.Console);
            return 0;
        });
        return command;
    }

    private static JsonObject Request(string hook, string patient, string[] orders, string? asOf)
    {
        var context = new JsonObject { ["userId"] = "Practitioner/dost", ["patientId"] = patient };
        if (hook is "encounter-start" or "encounter-discharge") context["encounterId"] = "dost";
        if (hook is "order-select" or "order-sign") context["draftOrders"] = Drafts(patient, orders);
        if (hook == "order-select") context["selections"] = new JsonArray([.. Enumerable.Range(1, Math.Max(orders.Length, 1)).Select(at => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"MedicationRequest/draft-{at}"))]);
        var request = new JsonObject { ["hook"] = hook, ["hookInstance"] = Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture), ["context"] = context };
        if (asOf is not null) request["extension"] = new JsonObject { [HookRequest.AsOfExtension] = asOf };
        return request;
    }

    private static JsonObject Drafts(string patient, string[] orders)
    {
        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "collection" };
        if (orders.Length > 0)
            bundle["entry"] = new JsonArray([.. orders.Select((code, at) => (JsonNode)new JsonObject { ["resource"] = Draft(patient, code, at + 1) })]);
        return bundle;
    }

    private static JsonObject Draft(string patient, string code, int number) => new()
    {
        ["resourceType"] = "MedicationRequest",
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"draft-{number}"),
        ["status"] = "draft",
        ["intent"] = "order",
        ["subject"] = new JsonObject { ["reference"] = $"Patient/{patient}" },
        ["medicationCodeableConcept"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = CodeSystems.Atc, ["code"] = code, ["display"] = code }) },
    };
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost hook &lt;service&gt; --patient ID</c>: one CDS service for one patient of the store, as the EHR would get it.</summary>
public static class HookCommand
{
    public static Command Create()
    {
        var service = new Argument<string>("service") { Description = "Id of a CDS service, as GET /cds-services lists them." };
        var patient = new Option<string>("--patient") { Description = "Logical id of the Patient, or system|value of an identifier.", Required = true };
        var asOf = new Option<string?>("--as-of") { Description = "Answer as of this instant, e.g. 2026-03-01T12:00:00+01:00 (default: now)." };
        var language = new Option<string>("--language") { Description = "da or en.", DefaultValueFactory = _ => "da" };
        var json = new Option<bool>("--json") { Description = "Print the answer as it goes over HTTP." };
        var store = new StoreOptions();
        var command = new Command("hook", "Call a CDS service for a patient of the store and print the cards.")
        {
            service, patient, asOf, language, json, HookRecordCommands.Replay(), HookRecordCommands.Report(),
        };
        store.AddTo(command);
        command.Add(HookTryCommand.Create());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var id = await FhirId(centre, parsed.GetRequiredValue(patient), cancellationToken);
            var request = HookRequest.Parse(Body(id, parsed.GetValue(asOf) ?? Now()), centre.Settings.Client.Rules);
            var spoken = AcceptLanguage.Choose(parsed.GetValue(language), Language.Danish);
            var answer = await centre.Answers.Answer(
                centre.CdsServices.Get(parsed.GetRequiredValue(service)), request, spoken, centre.Settings.Client, Caller.Loopback, cancellationToken);
            Print(answer, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static void Print(HookAnswer answer, bool json)
    {
        if (json)
        {
            Console.WriteLine(Encoding.UTF8.GetString(answer.Bytes.Span));
            return;
        }

        Print(answer, AnsiConsole.Console);
    }

    internal static void Print(HookAnswer answer, IAnsiConsole console)
    {
        foreach (var card in JsonDocument.Parse(answer.Bytes).RootElement.GetProperty("cards").EnumerateArray())
            CardPicture.Write(console, card);
        if (answer.Cards.Count == 0)
        {
            console.WriteLine("Nothing to say.");
            foreach (var reason in answer.Silences.Select(silence => $"{silence.Reason}: {silence.Subject}").Concat(answer.Estimate.Abstentions))
                console.WriteLine("  " + reason);
        }
    }

    internal static async Task<string> FhirId(DataCentre centre, string patient, CancellationToken cancellationToken)
    {
        var bar = patient.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0)
            return patient;
        var found = await centre.Patients.Find(new Identifier(patient[..bar], patient[(bar + 1)..]), Caller.Loopback, cancellationToken)
            ?? throw new Problem(ProblemKind.NotFound, "No patient has that identifier.", where: "--patient");
        return (await centre.Patients.Get(found, Caller.Loopback, cancellationToken)).FhirId;
    }

    // Said to a terminal and not to a clinician: as of now, so that it is kept and counts for nothing.
    private static string Now() => TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    private static byte[] Body(string patientId, string asOf)
    {
        var members = new Dictionary<string, object>
        {
            ["hook"] = "patient-view",
            ["hookInstance"] = Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture),
            ["context"] = new Dictionary<string, string> { ["userId"] = "Practitioner/dost", ["patientId"] = patientId },
        };
        members["extension"] = new Dictionary<string, string> { [HookRequest.AsOfExtension] = asOf };
        return JsonSerializer.SerializeToUtf8Bytes(members);
    }
}

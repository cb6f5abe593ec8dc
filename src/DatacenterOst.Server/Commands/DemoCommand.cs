using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DatacenterOst.Server.Demo;
using DatacenterOst.Sources;
using DatacenterOst.Store;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// <c>dost demo</c>: an embedded store, a synthetic cohort from all three kinds of source, and the cards of its own CDS Hooks
/// endpoint as a clinician would read them; then it keeps serving.
/// </summary>
public static class DemoCommand
{
    private const string ChartOpened = "patient-view";

    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Description = "Where to listen; loopback only.", DefaultValueFactory = _ => Settings.DefaultUrls, HelpName = "URL" };
        var once = new Option<bool>("--once") { Description = "Stop after the cards instead of serving on." };
        var language = new Option<string>("--language") { Description = "Cards in da or en.", DefaultValueFactory = _ => "en" };
        var store = new StoreOptions();
        var command = new Command("demo", "See the whole way, from laboratory message to card, on a synthetic cohort.") { urls, once, language };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = store.Read(parsed);
            settings = settings with { Provider = "Sqlite", ConnectionString = null, Data = Path.Combine(settings.Data, "demo"), Urls = parsed.GetValue(urls)! };
            LoopbackOnly.Check(settings.Urls);
            await Run(settings, parsed.GetValue(language)!, parsed.GetValue(once), cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task Run(Settings settings, string language, bool once, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Console;
        DeleteEarlier(settings.Data);
        await using var centre = await DataCentre.Open(settings, TimeProvider.System, cancellationToken);
        console.Write(new Rule("[bold]1. Data arrives[/]").LeftJustified());
        IngestReport.WriteTable(await Ingest(centre, console, cancellationToken), console);

        await using var app = ServerHost.Create(centre, settings.Urls);
        await app.StartAsync(cancellationToken);
        var address = app.Urls.First();
        console.WriteLine();
        console.Write(new Rule("[bold]2. The EHR opens four charts[/]").LeftJustified());
        using var ehr = new HttpClient { BaseAddress = new Uri(address) };
        ehr.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        foreach (var patient in Cohort.Patients)
            await OpenChart(ehr, console, patient, cancellationToken);

        if (once)
        {
            await app.StopAsync(cancellationToken);
            return;
        }

        SayWhereToLook(console, address);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    // Only files that the demo itself makes are removed, so that a wrong --data costs nobody a store.
    private static void DeleteEarlier(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { "dost.db", "dost.db-wal", "dost.db-shm" })
            File.Delete(Path.Combine(folder, name));
    }

    private static async Task<IntakeSummary> Ingest(DataCentre centre, IAnsiConsole console, CancellationToken cancellationToken)
    {
        var files = Cohort.WriteTo(Path.Combine(centre.Settings.Data, "inbox"), centre.Time.GetUtcNow());
        var total = IntakeSummary.Empty;
        await console.Progress().StartAsync(async bars =>
        {
            foreach (var (profileId, path) in files)
            {
                var bar = bars.AddTask($"{Path.GetFileName(path)} as {profileId}", maxValue: 1);
                var summary = await centre.Ingest(centre.Profile(profileId), [new SourceFile(path, () => SourceFiles.Open(path))], null, cancellationToken);
                total = total.Plus(summary);
                bar.Value = 1;
            }
        });
        return total;
    }

    private static async Task OpenChart(HttpClient ehr, IAnsiConsole console, CohortPatient patient, CancellationToken cancellationToken)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{Markup.Escape(patient.Name)}[/] [grey]{Markup.Escape(patient.Story)}[/]");
        var cards = 0;
        using var discovery = await ehr.GetFromJsonAsync<JsonDocument>("/cds-services", cancellationToken);
        foreach (var service in discovery!.RootElement.GetProperty("services").EnumerateArray())
        {
            if (service.GetProperty("hook").GetString() != ChartOpened)
                continue;
            var request = new
            {
                hook = ChartOpened,
                hookInstance = Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture),
                context = new { userId = "Practitioner/demo", patientId = patient.Id },
            };
            using var answer = await ehr.PostAsJsonAsync("/cds-services/" + service.GetProperty("id").GetString(), request, cancellationToken);
            answer.EnsureSuccessStatusCode();
            using var body = await answer.Content.ReadFromJsonAsync<JsonDocument>(cancellationToken);
            foreach (var card in body!.RootElement.GetProperty("cards").EnumerateArray())
            {
                CardPicture.Write(console, card);
                cards++;
            }
        }

        if (cards == 0)
            console.MarkupLine("  Nothing to say: no card interrupts the doctor.");
    }

    private static void SayWhereToLook(IAnsiConsole console, string address)
    {
        console.WriteLine();
        console.Write(new Rule("[bold]3. Look yourself[/]").LeftJustified());

        // Not through the console's word wrap: a line that is to be copied must stay one line.
        Console.WriteLine($"""
            Cards in the browser   {address}/
            CDS services           {address}/cds-services
            FHIR                   {address}/fhir/Observation?patient={Cohort.Patients[0].Id}&_sort=-date
            API                    {address}/swagger

            curl -s {address}/cds-services/kdigo-aki -H 'Content-Type: application/json' -d '{RequestFor("demo-clara")}'

            Ctrl-C stops.
            """);
    }

    private static string RequestFor(string patient)
        => $$$"""{"hook":"patient-view","hookInstance":"{{{Guid.NewGuid()}}}","context":{"userId":"Practitioner/demo","patientId":"{{{patient}}}"}}""";
}

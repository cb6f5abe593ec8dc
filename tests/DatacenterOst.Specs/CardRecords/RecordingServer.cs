using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Server;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;
using Microsoft.AspNetCore.Builder;

namespace DatacenterOst.Specs.CardRecords;

/// <summary>A server of either store whose clock a test sets, and whose services it may change; calls are as a client makes them.</summary>
public sealed class RecordingServer : IAsyncDisposable
{
    public const string Anna = "Practitioner/anna";

    private readonly WebApplication app;
    private readonly TemporaryFolder folder;

    private RecordingServer(DataCentre centre, WebApplication app, TemporaryFolder folder, SetClock clock)
    {
        (Centre, this.app, this.folder, Clock) = (centre, app, folder, clock);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public DataCentre Centre { get; }

    public SetClock Clock { get; }

    public HttpClient Http { get; }

    public string Data => folder.Path;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="budget">Milliseconds; long, because test machines are busy.</param>
    /// <param name="edit">Changes the shipped text of kdigo-aki's service.yaml.</param>
    public static async Task<RecordingServer> Start(string store, PrivatePostgres postgres, Func<string, string>? edit = null, int budget = 10_000)
        => await On(store == "sqlite" ? null : await postgres.NewDatabase(Token), new TemporaryFolder(), edit, new SetClock(), TimeSpan.FromMilliseconds(budget));

    public static Task<RecordingServer> OnPostgres(string connection, int budget) => On(connection, new TemporaryFolder(), null, new SetClock(), TimeSpan.FromMilliseconds(budget));

    /// <summary>The same store with other content, as after a deployment.</summary>
    public async Task<RecordingServer> Restart(Func<string, string>? edit)
    {
        await Stop();
        return await On(Centre.Settings.ConnectionString, folder, edit, Clock, Centre.Settings.HookBudget);
    }

    /// <summary>Calls kdigo-aki with creatinine values such as <c>70@03-09T08:00 150@03-10T08:00</c>, all of it prefetched.</summary>
    public Task<HookReply> Call(string creatinine, string? user = Anna, string patient = "p1", string? instance = null, string hook = "patient-view")
        => Post("kdigo-aki", Request(creatinine, user, patient, instance, hook).ToJsonString());

    public static JsonObject Request(string creatinine, string? user = Anna, string patient = "p1", string? instance = null, string hook = "patient-view")
    {
        var entries = new JsonArray([.. creatinine.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((value, place) => (JsonNode)new JsonObject
        {
            ["resource"] = Observation($"c{place}", patient, value.Split('@')[0], $"2026-{value.Split('@')[1]}:00Z"),
        })]);
        var context = new JsonObject { ["patientId"] = patient };
        if (user is not null) context["userId"] = user;
        if (hook == "order-sign") context["draftOrders"] = JsonNode.Parse("""{"resourceType":"Bundle","type":"collection"}""");
        return new JsonObject
        {
            ["hook"] = hook,
            ["hookInstance"] = instance ?? Guid.NewGuid().ToString(),
            ["context"] = context,
            ["prefetch"] = new JsonObject
            {
                ["patient"] = JsonNode.Parse($$"""{"resourceType":"Patient","id":"{{patient}}","gender":"female","birthDate":"1958-04-02"}"""),
                ["creatinine"] = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset", ["entry"] = entries },
            },
        };
    }

    public static JsonNode Observation(string id, string patient, string value, string at) => JsonNode.Parse($$$"""
        {"resourceType":"Observation","id":"{{{patient}}}-{{{id}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
         "subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"{{{at}}}","issued":"{{{at}}}","valueQuantity":{"value":{{{value}}},"system":"http://unitsofmeasure.org","code":"umol/L"}}
        """)!;

    public async Task<HookReply> Post(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cds-services/" + path) { Content = content };
        request.Headers.AcceptLanguage.ParseAdd("en");
        return await HookReply.Of(await Http.SendAsync(request, Token), Token);
    }

    public Task<HookReply> Feedback(string items, string service = "kdigo-aki") => Post(service + "/feedback", $$"""{"feedback":[{{items}}]}""");

    public Task<HookReply> Override(string card, string at = "2026-03-10T12:01:00Z") => Feedback(
        $$"""{"card":"{{card}}","outcome":"overridden","overrideReason":{"reason":{"code":"known","system":"https://example.org/reasons"},"userComment":"seen"},"outcomeTimestamp":"{{at}}"}""");

    public async Task<JsonElement> Get(string path)
    {
        using var answer = await Http.GetAsync(path, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Cards of a reply in a word: their stages, or nothing.</summary>
    public static string Said(HookReply reply) => string.Join(' ', reply.Cards.EnumerateArray().Select(card => card.GetProperty("summary").GetString()![..11]));

    public static string Card(HookReply reply) => reply.Cards[0].GetProperty("uuid").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await Stop();
        folder.Dispose();
    }

    private static async Task<RecordingServer> On(string? connection, TemporaryFolder folder, Func<string, string>? edit, SetClock clock, TimeSpan budget)
    {
        var settings = new Settings
        {
            Content = Content(folder, edit),
            Data = folder.Path,
            Provider = connection is null ? "Sqlite" : "PostgreSql",
            ConnectionString = connection,
            HookBudget = budget,
        };
        var centre = await DataCentre.Open(settings, clock, Token);
        var app = ServerHost.Create(centre, "http://127.0.0.1:0");
        await app.StartAsync(Token);
        return new RecordingServer(centre, app, folder, clock);
    }

    private static string Content(TemporaryFolder folder, Func<string, string>? edit)
    {
        var shipped = new Settings().Content;
        if (edit is null) return shipped;
        var own = Directory.CreateDirectory(Path.Combine(folder.Path, "content-" + Guid.NewGuid().ToString("N"))).FullName;
        foreach (var part in (string[])["models", "terminology", "sources"]) Directory.CreateSymbolicLink(Path.Combine(own, part), Path.Combine(shipped, part));
        var service = Directory.CreateDirectory(Path.Combine(own, "cds-hooks", "kdigo-aki")).FullName;
        File.WriteAllText(Path.Combine(service, "service.yaml"), edit(File.ReadAllText(Path.Combine(shipped, "cds-hooks", "kdigo-aki", "service.yaml"))));
        return own;
    }

    private async Task Stop()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await Centre.DisposeAsync();
    }
}

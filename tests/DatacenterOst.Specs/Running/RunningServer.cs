using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DatacenterOst.Cards;
using DatacenterOst.Server;
using DatacenterOst.Sources;
using DatacenterOst.Store;
using Microsoft.AspNetCore.Builder;

namespace DatacenterOst.Specs.Running;

/// <summary>The real server on a free loopback port, over a store of its own.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningServer(DataCentre centre, WebApplication app, TemporaryFolder folder)
    {
        Centre = centre;
        this.app = app;
        Folder = folder;
        Address = app.Urls.First();
        Http = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public DataCentre Centre { get; }

    public TemporaryFolder Folder { get; }

    public string Address { get; }

    public HttpClient Http { get; }

    /// <summary>What the server is made of, for what stands beside HTTP: routes, the MLLP door.</summary>
    public IServiceProvider Services => app.Services;

    /// <param name="connectionString">A PostgreSQL database, or null for an embedded store.</param>
    /// <param name="content">Folder of models, services, terminology and sources; null for what the product ships.</param>
    /// <param name="start">How it differs from the usual: settings, clock, addresses.</param>
    public static Task<RunningServer> Start(string? connectionString, CancellationToken cancellationToken, string? content = null, ServerStart? start = null)
    {
        start ??= new ServerStart();
        var folder = new TemporaryFolder();
        var settings = start.With(new Settings
        {
            Content = content ?? new Settings().Content,
            Data = folder.Path,
            Provider = connectionString is null ? "Sqlite" : "PostgreSql",
            ConnectionString = connectionString,
        });
        return Start(settings, start, folder, cancellationToken);
    }

    /// <summary>One more server on the store of this one, as a second process would be.</summary>
    public Task<RunningServer> Beside(Func<Settings, Settings> change, CancellationToken cancellationToken)
        => Start(change(Centre.Settings), new ServerStart(), new TemporaryFolder(), cancellationToken);

    private static async Task<RunningServer> Start(Settings settings, ServerStart start, TemporaryFolder folder, CancellationToken cancellationToken)
    {
        var centre = await DataCentre.Open(settings, start.Time, cancellationToken);
        start.Prepare?.Invoke(centre);
        await centre.Clients.Refresh(cancellationToken);
        var app = ServerHost.Create(centre, start.Urls);
        await app.StartAsync(cancellationToken);
        return new RunningServer(centre, app, folder);
    }

    /// <summary>Puts text through a source profile, as if a file of it had come.</summary>
    public Task<IntakeSummary> Receive(string profile, string text, CancellationToken cancellationToken)
        => Centre.Ingest(Centre.Profile(profile), [new SourceFile("spec", () => new MemoryStream(Encoding.UTF8.GetBytes(text)))], null, cancellationToken);

    public async Task<JsonElement> Get(string path, CancellationToken cancellationToken)
    {
        using var answer = await Http.GetAsync(path, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Calls <c>patient-view</c> of a service, from the store, and gives the cards.</summary>
    public async Task<JsonElement> Cards(string service, string patientId, string? asOf, CancellationToken cancellationToken, string language = "en")
    {
        using var answer = await Call(service, patientId, asOf, null, language, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("cards");
    }

    public Task<HttpResponseMessage> Call(
        string service, string patientId, string? asOf, object? prefetch, string language, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, object>
        {
            ["hook"] = "patient-view",
            ["hookInstance"] = Guid.NewGuid().ToString(),
            ["context"] = new { userId = "Practitioner/spec", patientId },
        };
        if (prefetch is not null)
            body["prefetch"] = prefetch;
        if (asOf is not null)
            body["extension"] = new Dictionary<string, string> { ["dk.datacenter-ost.asOf"] = asOf };
        var request = new HttpRequestMessage(HttpMethod.Post, "/cds-services/" + service) { Content = JsonContent.Create(body) };
        request.Headers.AcceptLanguage.ParseAdd(language);
        return Http.SendAsync(request, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await Centre.DisposeAsync();
        Folder.Dispose();
    }
}

/// <summary>How a server under test differs from the usual one.</summary>
public sealed record ServerStart
{
    public Func<Settings, Settings> With { get; init; } = settings => settings;

    /// <summary>What is put into its folders before it serves.</summary>
    public Action<DataCentre>? Prepare { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string Urls { get; init; } = "http://127.0.0.1:0";

    /// <summary>A server that answers calls without a token as this client's.</summary>
    public static ServerStart For(ClientProfile client) => new() { With = settings => settings with { Client = client } };
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Hooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>An EHR's FHIR server on loopback that keeps what it was asked, and answers as a test wants it to.</summary>
public sealed class FakeEhr : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeEhr(WebApplication app) => this.app = app;

    public ConcurrentQueue<(string Path, string Authorization, string Accept)> Calls { get; } = new();

    public Uri Base => new(app.Urls.First() + "/fhir");

    public static async Task<FakeEhr> Start(Func<HttpContext, Task> answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var ehr = new FakeEhr(app);
        app.Run(http =>
        {
            ehr.Calls.Enqueue((http.Request.Path + http.Request.QueryString.ToString(), http.Request.Headers.Authorization.ToString(), http.Request.Headers.Accept.ToString()));
            return answer(http);
        });
        await app.StartAsync(cancellationToken);
        return ehr;
    }

    /// <summary>One that answers with the data of the example that a request comes from.</summary>
    public static Task<FakeEhr> Honest(CancellationToken cancellationToken) => Start(Honestly, cancellationToken);

    public static Task Honestly(HttpContext http)
    {
        var prefetch = HookCalls.Example()["prefetch"]!;
        return http.Request.Path.Value switch
        {
            "/fhir/Patient/aki-1" => Json(http, prefetch["patient"]!),
            "/fhir/Observation" => Json(http, prefetch["creatinine"]!),
            _ => Status(http, 404),
        };
    }

    public static Task Json(HttpContext http, JsonNode body) => Text(http, body.ToJsonString());

    public static Task Text(HttpContext http, string body)
    {
        http.Response.ContentType = "application/fhir+json";
        return http.Response.WriteAsync(body, http.RequestAborted);
    }

    public static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }
}

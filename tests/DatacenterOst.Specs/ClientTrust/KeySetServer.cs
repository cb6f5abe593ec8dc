using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>The EHR's JWK Set on a web server of its own on loopback; says how often it was fetched, and can misbehave.</summary>
public sealed class KeySetServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private int fetched;

    private KeySetServer(WebApplication app) => this.app = app;

    /// <summary>What it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public int Fetched => Volatile.Read(ref fetched);

    public string Address => app.Urls.First() + "/jwks";

    public static async Task<KeySetServer> Start(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new KeySetServer(app);
        app.MapGet("/jwks", http =>
        {
            Interlocked.Increment(ref server.fetched);
            return server.Answer(http);
        });
        await app.StartAsync(cancellationToken);
        return server;
    }

    public void Serve(string json) => Answer = http => http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json), http.RequestAborted).AsTask();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}

using DatacenterOst.Clinical;
using DatacenterOst.Server.Clients;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;
using DatacenterOst.Server.Models;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DatacenterOst.Server;

/// <summary>Puts the HTTP side on an open data centre: limits, guard, routes. Nothing here knows what a route does.</summary>
public static class ServerHost
{
    /// <summary>Requests in flight; over it the answer is 503 with Retry-After instead of a queue that nobody waits for.</summary>
    public const int MaxConcurrentRequests = 1_000;

    public static WebApplication Create(DataCentre centre, string urls)
    {
        var reach = Reach.Of(centre.Settings, urls, centre.Clients.Current);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(Commands.StoreOptions.Configuration());
        builder.WebHost.UseUrls(urls);
        builder.WebHost.UseKestrelHttpsConfiguration();
        // Kestrel's own queues would carry each answer past a thread more: a twentieth of a read.
        builder.WebHost.UseSockets(sockets => sockets.IOQueueCount = 0);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Limit(kestrel);
            Tls.Use(kestrel, centre.Settings, () => centre.Clients.Current);
        });
        RefuseOtherAddresses(builder.Configuration);
        builder.Services.Configure<HostFilteringOptions>(options => options.AllowedHosts = [.. reach.AllowedHosts]);
        builder.Services.AddHostFiltering(_ => { });
        builder.Services.AddSingleton(centre);
        builder.Services.AddSingleton(centre.Time);
        builder.Services.AddSingleton(centre.Parameters);
        builder.Services.AddSingleton(centre.Services);
        builder.Services.AddHostedService<Indexing>();
        builder.Services.AddHostedService<ServiceWatch>();
        builder.Services.AddHostedService<ModelWatch>();
        builder.Services.AddHostedService<SilentRun>();
        builder.Services.AddHostedService<ModelMonitor>();
        builder.Services.AddSingleton(reach);
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<OwnPages>();
        builder.Services.AddSingleton<KeySetDownload>();
        builder.Services.AddSingleton<ClientGuard>();
        builder.Services.AddSingleton<ICorsPolicyProvider, ClientCors>();
        builder.Services.AddHostedService<ClientUpkeep>();
        builder.Services.AddCors();
        builder.Services.AddPacking();
        builder.Services.AddApiDescription();
        builder.Services.AddTelemetry();
        builder.Services.AddQuietLogs();
        builder.Services.AddRequestLimit(MaxConcurrentRequests);
        var app = builder.Build();
        UseGuards(app);
        Map(app);
        return app;
    }

    // The framework would listen on these besides, past the check of what is reached from where.
    private static void RefuseOtherAddresses(ConfigurationManager configuration)
    {
        if (configuration.GetSection("Kestrel:Endpoints").Exists())
            throw new Problem(ProblemKind.Unsupported, "Addresses are given with --urls or Urls alone.", where: "Kestrel__Endpoints");
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;       // the largest that any route takes; routes set their own below it
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;              // longest URL
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 5_000;
    }

    private static void UseGuards(WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("DatacenterOst.Http");
        app.UseHostFiltering();
        app.Use((http, next) =>
        {
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return OperationOutcomes.Guard(http, next, log);
        });
        app.Use(OperationOutcomes.SayWhatIsMissing);
        var guard = app.Services.GetRequiredService<ClientGuard>();
        app.Use(guard.KeepOthersOut);
        app.UseCors();
        app.UseRateLimiter();
        app.Use(guard.LetIn);
        app.UseResponseCompression();
        app.UseRequestDecompression();
        app.UseDefaultFiles();
        var pages = app.Services.GetRequiredService<OwnPages>();
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => pages.Mark(file.Context) });
    }

    private static void Map(WebApplication app)
    {
        app.MapHealth();
        app.MapCdsHooks();
        app.MapCdsFeedback();
        app.MapAnswers();
        app.MapFhir();
        app.MapApi();
    }
}

using System.CommandLine;
using DatacenterOst.Server.Http;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost serve</c>: FHIR, CDS Hooks, the web pages and, when a port is given, the MLLP listener.</summary>
public static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string?>("--urls") { Description = "Where to listen (default http://127.0.0.1:5080); beyond loopback over https and with registered CDS clients only.", HelpName = "URL" };
        var mllp = new Option<int?>("--mllp-port") { Description = "Also take HL7 v2 over MLLP on this loopback port.", HelpName = "PORT" };
        var store = new StoreOptions();
        var command = new Command("serve", "Answer FHIR and CDS Hooks over HTTP, and HL7 v2 over MLLP.") { urls, mllp };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = store.Read(parsed);
            settings = settings with
            {
                Urls = parsed.GetValue(urls) ?? settings.Urls,
                MllpPort = parsed.GetValue(mllp) ?? settings.MllpPort,
            };
            await using var centre = await DataCentre.Open(settings, TimeProvider.System, cancellationToken);
            Clients.Reach.Of(settings, settings.Urls, centre.Clients.Current);
            await Warmup.Run(centre, cancellationToken);
            await using var app = ServerHost.Create(centre, settings.Urls);
            await app.Services.GetRequiredService<Readiness>().Until(
                async token =>
                {
                    await app.StartAsync(token);
                    await Warmup.OverHttp(app.Urls, token);
                },
                cancellationToken);
            app.Logger.Listening(string.Join(", ", app.Urls));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
            await using var listening = MllpDoor.Open(centre, settings, app.Services);
            await app.WaitForShutdownAsync(stop.Token);
            return 0;
        });
        return command;
    }
}

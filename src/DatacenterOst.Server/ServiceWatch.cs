using DatacenterOst.Cards;
using DatacenterOst.Server.Http;

namespace DatacenterOst.Server;

/// <summary>Looks every two seconds whether the content of the CDS services has changed, and takes what is good into use.</summary>
public sealed class ServiceWatch(ServicesInUse services, TimeProvider time, ILogger<ServiceWatch> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Tell(services.Current);
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!services.Refresh()) continue;
            log.ServicesLoaded(services.Current.All.Count, services.Current.Refused.Count);
            Tell(services.Current);
        }
    }

    private void Tell(CdsServices now)
    {
        foreach (var refused in now.Refused) log.ServiceRefused(refused.Folder, string.Join("; ", refused.Reasons));
    }
}

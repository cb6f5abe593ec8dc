using DatacenterOst.Server.Http;

namespace DatacenterOst.Server.Clients;

/// <summary>Takes changed registrations into use – of files, and of other nodes on the same store – and forgets tokens that nobody takes any more.</summary>
public sealed class ClientUpkeep(DataCentre centre, TimeProvider time, ILogger<ClientUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>Looks from one pruning to the next.</summary>
    private const int LooksToPruning = 60;

    /// <summary>Thousands of rows that one pruning removes at most: three times what a thousand calls a second leave behind.</summary>
    private const int MaxPruned = 180;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Tell();
        using var timer = new PeriodicTimer(BetweenLooks, time);
        for (var look = 1; await timer.WaitForNextTickAsync(stoppingToken); look++)
        {
            try
            {
                if (await centre.Clients.Refresh(stoppingToken))
                    Tell();
                if (look % LooksToPruning == 0)
                    await centre.SeenTokens.Prune(MaxPruned, stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                // The database may be away for a while; those who were registered go on.
                log.ClientUpkeepFailed(BugReport.Of(failed));
            }
        }
    }

    private void Tell()
    {
        var clients = centre.Clients.Current;
        if (clients.Any)
            log.ClientsInUse(clients.All.Count, clients.Refused.Count);
        foreach (var refused in clients.Refused)
            log.ClientNotRegistered(refused.Place, string.Join("; ", refused.Reasons));
    }
}

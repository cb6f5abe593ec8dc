using DatacenterOst.Server.Http;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server;

/// <summary>
/// Takes search parameters that are added while the server runs – by itself or by another one on the same store – into use, and
/// indexes beside the traffic what was there before.
/// </summary>
public sealed class Indexing(CustomParameters parameters, TimeProvider time, ILogger<Indexing> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    // Looked for beside the work, which may take hours: a parameter is to be known within a second, whatever is being indexed.
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(Again(parameters.Refresh, stoppingToken), Again(parameters.Index, stoppingToken));

    private async Task Again(Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, time);
        do
        {
            try
            {
                await work(stoppingToken);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                // The database may be away for a while; the work goes on where it was.
                Log.IndexingFailed(log, BugReport.Of(failed));
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}

using DatacenterOst.Access;
using DatacenterOst.Models;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Server.Http;

namespace DatacenterOst.Server.Models;

/// <summary>Takes changes of models' stages into use, of whatever node they are made: well within a second.</summary>
public sealed class ModelWatch(DataCentre centre, TimeProvider time, ILogger<ModelWatch> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Tell();
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await centre.ModelLife.Refresh(stoppingToken)) Tell();
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                // The database may be away for a while; the models that serve go on.
                log.ModelUpkeepFailed(BugReport.Of(failed));
            }
        }
    }

    private void Tell()
    {
        var models = centre.Models;
        log.ModelsInUse(models.Packages.Count, models.Refused.Count);
        foreach (var refused in models.Refused) log.ModelRefused(refused.Folder, string.Join("; ", refused.Reasons));
    }
}

/// <summary>Lets versions on trial score what was answered, beside the traffic.</summary>
public sealed class SilentRun(DataCentre centre, ILogger<SilentRun> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => centre.SilentScoring.Run(failed => log.SilentScoringFailed(BugReport.Of(failed)), stoppingToken);
}

/// <summary>Makes the report of every model again and again, for its alerts: in the log and as metrics.</summary>
public sealed class ModelMonitor(DataCentre centre, TimeProvider time, ILogger<ModelMonitor> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromHours(1);

    private static readonly TimeSpan Span = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var model in centre.Models.Packages.Select(package => package.Id.Model).Distinct())
            {
                try
                {
                    await Look(model, stoppingToken);
                }
                catch (Exception failed) when (failed is not OperationCanceledException)
                {
                    log.ModelUpkeepFailed(BugReport.Of(failed));
                }
            }
        }
    }

    private async Task Look(ModelId model, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var report = await ModelReports.Of(centre, model, now - Span, now, Caller.Product, cancellationToken);
        ModelMeters.Reported(report);
        foreach (var alert in report.Alerts) log.ModelAlert(report.Model, alert.Version, alert.Kind, alert.Subject);
    }
}

using DatacenterOst.Store;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>How far an ingest has come: items and bytes, where somebody watches.</summary>
public sealed class IngestProgress(IAnsiConsole console)
{
    public async Task<IntakeSummary> Show(Func<IProgress<IntakeProgress>?, Task<IntakeSummary>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!console.Profile.Capabilities.Interactive)
            return await work(null);
        return await console.Status().StartAsync("reading", status => work(new Progress<IntakeProgress>(progress =>
            status.Status = $"{progress.SoFar.Read:N0} read, {progress.SoFar.Rejected:N0} rejected, {progress.Bytes / (1024 * 1024):N0} MB stored")));
    }
}

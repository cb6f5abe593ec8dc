using DatacenterOst.Store;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>One bar for all files of an ingest, with the count of the file in hand; silent where nobody watches.</summary>
public sealed class IngestProgress(IAnsiConsole console, int files)
{
    private ProgressTask? bar;

    public async Task Show(Func<IngestProgress, Task> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!console.Profile.Capabilities.Interactive)
        {
            await work(this);
            return;
        }

        await console.Progress().AutoClear(true).StartAsync(async bars =>
        {
            bar = bars.AddTask("ingest", maxValue: files);
            bar.Value = -1;
            await work(this);
        });
    }

    /// <summary>The next file begins.</summary>
    public IProgress<IntakeProgress> Next(string name)
    {
        bar?.Increment(1);
        return new Progress<IntakeProgress>(progress =>
        {
            if (bar is not null)
                bar.Description = $"{Markup.Escape(Path.GetFileName(name))}: {progress.SoFar.Read:N0} read, {progress.SoFar.Rejected:N0} rejected";
        });
    }
}

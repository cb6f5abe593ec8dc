using System.CommandLine;
using DatacenterOst.Sources;
using DatacenterOst.Store;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// <c>dost ingest &lt;profile&gt; PATH…</c>: files, folders, <c>.gz</c> or <c>-</c> through a source profile into the store.
/// The exit code is 1 when something was rejected, so that a script notices.
/// </summary>
public static class IngestCommand
{
    public static Command Create()
    {
        var profile = new Argument<string>("profile") { Description = "A source profile: an id of sources/, or the path of a .yaml file." };
        var paths = new Argument<string[]>("path") { Description = "Files, folders, .gz, or - for standard input.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print the summary as JSON." };
        var store = new StoreOptions();
        var command = new Command("ingest", "Read files of one sender into the store.") { profile, paths, json };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            Run(store.Read(parsed), parsed.GetRequiredValue(profile), parsed.GetRequiredValue(paths), parsed.GetValue(json), cancellationToken));
        command.Subcommands.Add(RejectionCommands.List());
        command.Subcommands.Add(RejectionCommands.Replay());
        return command;
    }

    private static async Task<int> Run(Settings settings, string profileId, string[] paths, bool json, CancellationToken cancellationToken)
    {
        await using var centre = await DataCentre.Open(settings, TimeProvider.System, cancellationToken);
        var profile = centre.Profile(profileId);
        var files = SourceFiles.Find(paths, profile.Format, Console.OpenStandardInput);
        var summary = await WithProgress(files, Root.ErrorConsole(), async report =>
        {
            var total = IntakeSummary.Empty;
            foreach (var file in files)
                total = total.Plus(await centre.Ingest(profile, file, report(file), cancellationToken));
            return total;
        });
        IngestReport.Write(summary, json);
        return summary.Rejected > 0 ? Root.Rejected : 0;
    }

    /// <summary>One bar for all files; the items of the file in hand are counted beside it.</summary>
    private static async Task<IntakeSummary> WithProgress(
        IReadOnlyList<SourceFile> files, IAnsiConsole console, Func<Func<SourceFile, IProgress<IntakeProgress>>, Task<IntakeSummary>> work)
    {
        if (!console.Profile.Capabilities.Interactive)
            return await work(_ => new Progress<IntakeProgress>());
        return await console.Progress().AutoClear(true).StartAsync(async bars =>
        {
            var bar = bars.AddTask("ingest", maxValue: files.Count);
            return await work(file =>
            {
                bar.Value = files.Index().First(entry => entry.Item == file).Index;
                return new Progress<IntakeProgress>(progress =>
                    bar.Description = $"{Markup.Escape(Path.GetFileName(file.Name))}: {progress.SoFar.Read:N0} read, {progress.SoFar.Rejected:N0} rejected");
            });
        });
    }
}

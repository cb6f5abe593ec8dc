using System.CommandLine;
using DatacenterOst.Sources;
using DatacenterOst.Store;

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
        var summary = await new IngestProgress(Root.ErrorConsole()).Show(
            progress => centre.Ingest(profile, files, progress, cancellationToken), cancellationToken);
        IngestReport.Write(summary, json);
        return summary.Rejected > 0 ? Root.Rejected : 0;
    }
}

using System.CommandLine;
using DatacenterOst.Models;
using DatacenterOst.Terminology;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model …</c>: check loads every package of a folder and runs its vectors, without a store; score has a file of its own.</summary>
public static class ModelCommand
{
    public static Command Create() => new("model", "Work with model packages.")
    {
        Check(),
        ModelScoreCommand.Create(),
        ModelTryCommand.Create(),
        ModelFeaturesCommand.Create(),
        ModelTrainCommand.Create(),
        ModelBacktestCommand.Create(),
        ModelListCommand.Create(),
        ModelDeployCommand.Create(),
        ModelPromoteCommand.Create(),
        ModelRollbackCommand.Create(),
        ModelReportCommand.Create(),
        ModelBatchCommand.Create(),
        ModelPackageCommand.Create(),
        ModelPackageCommand.Sign(),
        ModelPackageCommand.Card(),
    };

    private static Command Check()
    {
        var folder = new Argument<string?>("folder") { Description = "Folder that holds <id>/<version>/ (default: the product's own models).", Arity = ArgumentArity.ZeroOrOne };
        var store = new StoreOptions();
        var command = new Command("check", "Load the packages and run their vectors; a refused one is named with every reason.") { folder };
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = store.Read(parsed);
            var terminology = TerminologySnapshot.Load(Path.Combine(settings.Content, "terminology"));
            var catalogue = ModelCatalogue.Load(parsed.GetValue(folder) ?? Path.Combine(settings.Content, "models"), terminology.FindByKey, settings.Packages());
            foreach (var package in catalogue.Packages)
                AnsiConsole.Console.MarkupLine($"[green]ok[/]       {package.Id.Model} {package.Id.Version} ({package.Kind}), vectors pass, hash {package.Id.Hash}");
            foreach (var refused in catalogue.Refused)
                AnsiConsole.Console.MarkupLine($"[red]refused[/]  {Markup.Escape(refused.Folder)}\n         {Markup.Escape(string.Join("\n         ", refused.Reasons))}");
            return catalogue.Refused.Count > 0 ? Root.Rejected : 0;
        });
        return command;
    }
}

using System.CommandLine;
using DatacenterOst.Access;
using DatacenterOst.Cards.Backtests;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Training;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model backtest</c>: history replayed through a CDS service's own logic, silence included.</summary>
public static class ModelBacktestCommand
{
    /// <summary>Calls between two lines of progress.</summary>
    private const int ProgressEvery = 500;

    public static Command Create()
    {
        var service = new Argument<string>("service") { Description = "Id of a CDS service, or of a model that one service shows." };
        var study = new Option<string?>("--study") { Description = "study.yaml (default: that of the model's package).", HelpName = "FILE" };
        var report = new Option<string>("--report") { Description = "Where the report goes, without extension: .html and .json are added.", DefaultValueFactory = _ => "backtest", HelpName = "FILE" };
        var arguments = new StudyArguments();
        var command = new Command("backtest", "Replay history through a service as of each index time of a study, and say how well it would have done.") { service, study, report };
        arguments.AddOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(arguments.Settings(parsed), TimeProvider.System, cancellationToken);
            var chosen = Service(centre, parsed.GetRequiredValue(service));
            var path = parsed.GetValue(study) ?? Own(centre, chosen);
            var data = await StudyArguments.Read(centre, path, parsed.GetValue(arguments.Outcomes), cancellationToken);
            var console = Root.ErrorConsole();
            var seen = new CallLines(console);
            var result = await new Backtest(centre.Desk, centre.Patients, centre.Settings.Client).Run(chosen, data, seen, Caller.Product, cancellationToken);
            var target = parsed.GetRequiredValue(report);
            await File.WriteAllTextAsync(target + ".html", result.ToHtml(), cancellationToken);
            await File.WriteAllTextAsync(target + ".json", result.ToJson(), cancellationToken);
            if (result.Performance is { } done) ModelTrainCommand.Print(AnsiConsole.Console, $"{chosen.Id}, {data.Study.Title}", done);
            foreach (var card in result.Cards)
                AnsiConsole.Console.WriteLine(FormattableString.Invariant($"  card {card.Conclusion}: shown {card.Shown}, held back {card.Held}, PPV {card.Ppv:0.000}, sensitivity {card.Sensitivity:0.000}"));
            console.WriteLine($"Report {target}.html and {target}.json");
            return 0;
        });
        return command;
    }

    private sealed class CallLines(IAnsiConsole console) : IProgress<BacktestStep>
    {
        public void Report(BacktestStep value)
        {
            if (value.Answered % ProgressEvery == 0) console.WriteLine(FormattableString.Invariant($"{value.Answered} calls answered"));
        }
    }

    private static Cards.CdsService Service(DataCentre centre, string id)
        => centre.CdsServices.Find(id) ?? centre.CdsServices.All.FirstOrDefault(one => one.Model == new ModelId(id))
            ?? throw new Problem(ProblemKind.NotFound, $"{id} is neither a CDS service nor a model that one shows; `dost doctor` says what was refused", where: "service");

    private static string Own(DataCentre centre, Cards.CdsService service)
    {
        var package = (service.ModelVersion is { } version ? centre.Models.Find(service.Model, version) : centre.Models.Find(service.Model))
            ?? throw new Problem(ProblemKind.NotFound, $"the model {service.Model} of this service did not load; `dost model check` says why", where: "service");
        var study = Path.Combine(centre.Folder("models"), package.Id.Model.Value, package.Id.Version, TrainedPackage.StudyFile);
        return File.Exists(study) ? study : throw new Problem(ProblemKind.NotFound, $"{package.Id.Model} {package.Id.Version} has no {TrainedPackage.StudyFile} of its own; say with --study whom, when and what came", where: "--study");
    }
}

using System.CommandLine;
using System.Globalization;
using DatacenterOst.Models;
using DatacenterOst.Models.Evaluation;
using DatacenterOst.Models.Training;
using DatacenterOst.Terminology;
using Spectre.Console;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model train</c>: from a study and the store to a complete package and a report.</summary>
public static class ModelTrainCommand
{
    public static Command Create()
    {
        var arguments = new StudyArguments();
        var output = new Option<string>("--out") { Description = "Package folder to write: models/<id>/<version>.", Required = true, HelpName = "DIR" };
        var report = new Option<string?>("--report") { Description = "Where the report goes, without extension: .html and .json are added (default: beside the package folder).", HelpName = "FILE" };
        var threads = new Option<int>("--threads") { Description = "Threads; the result is the same with any number.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("train", "Learn a model as a study says, judge it on rows it has not seen, and write its package.") { output, report, threads };
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = await arguments.Read(parsed, cancellationToken);
            var folder = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(output));
            var console = Root.ErrorConsole();
            var terminology = TerminologySnapshot.Load(Path.Combine(arguments.Settings(parsed).Content, "terminology"));
            TrainedPackage.CheckDraft(folder, data, terminology.FindByKey);
            var result = data.Train(parsed.GetValue(threads), console.WriteLine, cancellationToken);
            TrainedPackage.Write(folder, data, result, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), terminology.FindByKey);
            var name = $"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(folder)))} {Path.GetFileName(folder)}";
            var (html, json) = TrainedPackage.Report(result, name);
            var target = parsed.GetValue(report) ?? folder + "-report";
            await File.WriteAllTextAsync(target + ".html", html, cancellationToken);
            await File.WriteAllTextAsync(target + ".json", json, cancellationToken);
            foreach (var one in result.Validated) Print(one);
            console.WriteLine($"Package {folder}, report {target}.html");
            return Proven(terminology, folder, console) ? 0 : Root.Rejected;
        });
        return command;
    }

    /// <summary>The package loads as a server would load it, its vectors pass, and it gets its machine-readable card.</summary>
    private static bool Proven(TerminologySnapshot terminology, string folder, IAnsiConsole console)
    {
        var problems = new Features.PackageProblems();
        if (ModelCatalogue.TryLoad(folder, terminology.FindByKey, problems) is { } package)
        {
            File.WriteAllText(Path.Combine(folder, CardDocument.FileName), CardDocument.Write(package));
            console.WriteLine("The package loads, and its vectors pass.");
            return true;
        }

        console.WriteLine($"The package does not load: {string.Join("; ", problems.List())}");
        return false;
    }

    private static void Print(LearnerPerformance one)
    {
        Print(AnsiConsole.Console, $"{one.Learner}, {one.How}", one.Performance);
        if (one.Concordance is { Value: { } c } interval) AnsiConsole.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  Harrell's C {c:0.0000} ({interval.Low:0.0000} to {interval.High:0.0000}), with {one.Lost} rows lost before the horizon"));
    }

    internal static void Print(IAnsiConsole console, string title, Performance done)
    {
        console.WriteLine(title);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  rows {done.Rows}, with the outcome {done.Events}"));
        foreach (var (name, measure) in new[] { ("AUROC", done.Auroc), ("AUPRC", done.Auprc), ("Brier", done.Brier), ("calibration slope", done.CalibrationSlope), ("intercept", done.CalibrationIntercept) })
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name} {measure.Value:0.0000} ({measure.Low:0.0000} to {measure.High:0.0000})"));
    }
}

using System.CommandLine;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model features</c>: the training matrix as CSV, for those who train elsewhere.</summary>
public static class ModelFeaturesCommand
{
    public static Command Create()
    {
        var arguments = new StudyArguments();
        var output = new Option<string>("--out") { Description = "CSV file: patient, index_time, outcome, one column for each input; an empty cell is a missing value.", Required = true, HelpName = "FILE" };
        var command = new Command("features", "Write the training matrix of a study: what was known at each index time, and what came of it.") { output };
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = await arguments.Read(parsed, cancellationToken);
            await using var text = new StreamWriter(parsed.GetRequiredValue(output));
            data.WriteMatrix(text);
            return 0;
        });
        return command;
    }
}

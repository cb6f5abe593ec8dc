using System.CommandLine;
using System.Text.Json;
using DatacenterOst.Server.Models;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model list</c>: every version, where it stands, and who put it there and why.</summary>
public static class ModelListCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var store = new StoreOptions();
        var command = new Command("list", "The versions of every model, the stage of each, and who put it there and why.") { json };
        store.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
            var changes = new Store.Models.ModelChanges(centre.Store);
            foreach (var model in centre.Models.Packages.Select(package => package.Id.Model).Distinct())
            {
                var history = await changes.History(model.Value, cancellationToken);
                foreach (var staged in centre.Models.StagesOf(model))
                {
                    var answer = ModelEndpoints.Answer(staged);
                    var last = history.Changes.LastOrDefault(change => change.Hash == answer.Hash);
                    if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(new { answer.Id, answer.Version, answer.Kind, answer.Hash, answer.Stage, answer.Share, answer.Units, who = last?.Who, why = last?.Why, at = last?.At }, JsonSerializerOptions.Web));
                    else Console.WriteLine(FormattableString.Invariant($"{answer.Id,-28} {answer.Version,-10} {Stage(answer),-14} {answer.Hash[..12]}  {(last is null ? "came with the product" : $"{last.At.UtcDateTime:yyyy-MM-dd HH:mm} {last.Who}: {last.Why}")}"));
                }

                if (!history.IsIntact) await Console.Error.WriteLineAsync($"dost: {model}: a change no longer says what was written; the chain of their hashes is broken.");
            }

            foreach (var refused in centre.Models.Refused) ResultLine.Refused(refused.Folder, refused.Reasons);
            return centre.Models.Refused.Count > 0 ? Root.Rejected : 0;
        });
        return command;
    }

    private static string Stage(ModelEndpoints.ModelAnswer answer) => answer.Share is { } share
        ? FormattableString.Invariant($"{answer.Stage} {share * 100:0.##}%")
        : answer.Units is { } units ? $"{answer.Stage} {string.Join(' ', units)}" : answer.Stage;
}

using System.CommandLine;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Server.Models;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model promote</c>: puts a version to another stage. Running servers take it up within a second.</summary>
public static class ModelPromoteCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The model." };
        var version = new Argument<string>("version") { Description = "A version that was deployed or came with the product." };
        var to = new Option<string>("--to") { Description = "silent, canary, active or retired.", HelpName = "STAGE", Required = true };
        var who = new Option<string>("--who") { Description = "Who makes the change; kept with it.", Required = true };
        var why = new Option<string>("--why") { Description = "Why, in a sentence; kept with it.", Required = true };
        var part = new CanaryOptions();
        var store = new StoreOptions();
        var command = new Command("promote", "Put a version of a model to another stage.") { id, version, to, who, why };
        part.AddTo(command);
        store.AddTo(command);
        command.SetAction((parsed, stop) => Refusal.OrResult(
            async cancellationToken =>
            {
                var change = StageChange.Parse(parsed.GetRequiredValue(to), part.Share(parsed), part.Units(parsed));
                await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
                var name = new PackageName(new ModelId(parsed.GetRequiredValue(id)), parsed.GetRequiredValue(version));
                Tell(await centre.ModelLife.Promote(name, change, new Reason(parsed.GetRequiredValue(who), parsed.GetRequiredValue(why)), cancellationToken));
                return 0;
            },
            stop));
        return command;
    }

    internal static void Tell(IReadOnlyList<ModelChange> changes)
    {
        if (changes.Count == 0) Console.WriteLine("It stood so already; nothing was changed.");
        foreach (var change in changes) Console.WriteLine($"{change.Model} {change.Version}: {ModelEndpoints.Name(change.From)} → {ModelEndpoints.Name(change.To)}");
    }
}

using System.CommandLine;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model rollback</c>: takes back what was last put before people. Running servers take it up within a second.</summary>
public static class ModelRollbackCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The model." };
        var who = new Option<string>("--who") { Description = "Who makes the change; kept with it.", Required = true };
        var why = new Option<string>("--why") { Description = "Why, in a sentence; kept with it.", Required = true };
        var store = new StoreOptions();
        var command = new Command("rollback", "Take back what was last put before people: a canary is silent again, or the version before is active again.") { id, who, why };
        store.AddTo(command);
        command.SetAction((parsed, stop) => Refusal.OrResult(
            async cancellationToken =>
            {
                await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
                ModelPromoteCommand.Tell(await centre.ModelLife.Rollback(new ModelId(parsed.GetRequiredValue(id)), new Reason(parsed.GetRequiredValue(who), parsed.GetRequiredValue(why)), cancellationToken));
                return 0;
            },
            stop));
        return command;
    }
}

using System.CommandLine;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Server.Models;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model deploy</c>: takes a package in, runs its vectors, and puts it to a stage. Running servers take it up within a second.</summary>
public static class ModelDeployCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The package: a folder with model.yaml, or a zip file of one." };
        var to = new Option<string?>("--to") { Description = "silent, canary or active (default: verified, which does not serve yet).", HelpName = "STAGE" };
        var who = new Option<string?>("--who") { Description = "Who makes the change (default: the user of this machine)." };
        var why = new Option<string?>("--why") { Description = "Why, in a sentence; kept with the change." };
        var part = new CanaryOptions();
        var store = new StoreOptions();
        var command = new Command("deploy", "Take a model package in: its vectors must pass, else it never serves.") { folder, to, who, why };
        part.AddTo(command);
        store.AddTo(command);
        command.SetAction((parsed, stop) => Refusal.OrResult(
            async cancellationToken =>
            {
                var change = parsed.GetValue(to) is { } stage ? StageChange.Parse(stage, part.Share(parsed), part.Units(parsed)) : null;
                var zip = Packed(parsed.GetRequiredValue(folder));
                await using var centre = await DataCentre.Open(store.Read(parsed), TimeProvider.System, cancellationToken);
                var reason = new Reason(parsed.GetValue(who) ?? $"dost/{Environment.UserName}", parsed.GetValue(why) ?? "deployed from the command line");
                var id = await centre.ModelLife.Deploy(zip, ModelsInUse.MaxDeployed, change, reason, cancellationToken);
                var staged = centre.Models.StagesOf(id.Model).First(one => one.Package.Id == id);
                Console.WriteLine($"{id.Model} {id.Version} is {ModelEndpoints.Name(staged.Stage)}; its vectors pass; content {id.Hash}");
                return 0;
            },
            stop));
        return command;
    }

    private static ReadOnlyMemory<byte> Packed(string path)
    {
        if (Directory.Exists(path)) return ModelsInUse.Pack(path);
        var file = new FileInfo(path);
        if (!file.Exists) throw new Problem(ProblemKind.NotFound, "There is no such folder or zip file.", where: path);
        return file.Length <= Store.Models.StoredPackages.MaxBytes
            ? File.ReadAllBytes(path)
            : throw new Problem(ProblemKind.TooLarge, $"A package has at most {Store.Models.StoredPackages.MaxBytes} bytes when it is packed.", where: path);
    }
}

/// <summary>For whom a canary is.</summary>
public sealed class CanaryOptions
{
    private readonly Option<string?> share = new("--share") { Description = "For a canary: the share of the patients, such as 10%.", HelpName = "PERCENT" };
    private readonly Option<string[]> unit = new("--unit") { Description = "For a canary: a ward or organisation, as answers name it; may be given several times.", HelpName = "UNIT" };

    public void AddTo(Command command)
    {
        command.Options.Add(share);
        command.Options.Add(unit);
    }

    public string? Share(ParseResult parsed) => parsed.GetValue(share);

    public IReadOnlyList<string>? Units(ParseResult parsed) => parsed.GetValue(unit);
}

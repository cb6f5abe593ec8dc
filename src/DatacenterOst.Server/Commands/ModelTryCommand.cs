using System.CommandLine;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Explanation;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model try ID name=value …</c>: one result as JSON, of values that are stated by the features' names.</summary>
internal static class ModelTryCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "Id of a model of this installation, or the folder of a package." };
        var values = new Argument<string[]>("values") { Description = "Features as name=value, in the package's units; what is not said is missing.", Arity = ArgumentArity.ZeroOrMore };
        var version = new Option<string?>("--version") { Description = "Another version than the newest.", HelpName = "1.0.0" };
        var store = new StoreOptions();
        var command = new Command("try", "Print what a model says of stated values: features, bands, contributions and texts, as JSON.") { model, values, version };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            _ =>
            {
                var content = store.Read(parsed).Content;
                var terminology = TerminologySnapshot.Load(Path.Combine(content, "terminology"));
                var package = ModelCatalogue.LoadOne(PackageChoice.FolderOf(parsed.GetRequiredValue(model), parsed.GetValue(version), content), terminology.FindByKey);
                Console.WriteLine(EstimateDocument.Write(package, package.Try(Stated(parsed.GetValue(values) ?? []), TimeProvider.System.GetUtcNow())));
                return Task.FromResult(0);
            },
            cancellationToken));
        return command;
    }

    private static Dictionary<string, string> Stated(IEnumerable<string> values)
    {
        var stated = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new Problem(ProblemKind.Invalid, $"'{value}' is not name=value", value);
            if (!stated.TryAdd(value[..equals].Trim(), value[(equals + 1)..].Trim())) throw new Problem(ProblemKind.Invalid, $"'{value[..equals]}' is stated twice", value);
        }

        return stated;
    }
}

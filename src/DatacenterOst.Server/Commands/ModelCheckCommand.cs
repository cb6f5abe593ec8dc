using System.CommandLine;
using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Files;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model check</c>: loads packages and runs their vectors, without a store; or opens a bare file of weights.</summary>
internal static class ModelCheckCommand
{
    public static Command Create()
    {
        var place = new Argument<string?>("place") { Description = "A folder of packages (<id>/<version>/), of one model, of one package, or a file of weights (default: the product's own models).", Arity = ArgumentArity.ZeroOrOne };
        var store = new StoreOptions();
        var command = new Command("check", "Load packages and run their vectors; a refused one is named with every reason.") { place };
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = store.Read(parsed);
            var wanted = parsed.GetValue(place) ?? Path.Combine(settings.Content, "models");
            if (File.Exists(wanted)) return Weights(wanted);
            var (loaded, refused) = Packages(wanted, TerminologySnapshot.Load(Path.Combine(settings.Content, "terminology")), settings.Packages());
            if (loaded.Count + refused.Count == 0)
                throw new Problem(ProblemKind.NotFound, "holds no package: a package is a folder <id>/<version>/ with model.yaml", where: wanted);
            foreach (var package in loaded) ResultLine.Good(package.Id.Model.Value, $"{package.Id.Version} ({package.Kind}), vectors pass, hash {package.Id.Hash}");
            foreach (var one in refused) ResultLine.Refused(one.Folder, one.Reasons);
            return refused.Count > 0 ? Root.Rejected : 0;
        });
        return command;
    }

    private static (IReadOnlyList<ModelPackage> Loaded, IReadOnlyList<RefusedPackage> Refused) Packages(string folder, TerminologySnapshot terminology, PackageSettings settings)
    {
        if (ModelCatalogue.PackagesIn(folder) is not { Count: > 0 } own)
        {
            var catalogue = ModelCatalogue.Load(folder, terminology.FindByKey, settings);
            return (catalogue.Packages, catalogue.Refused);
        }

        var (loaded, refused) = (new List<ModelPackage>(), new List<RefusedPackage>());
        foreach (var one in own)
        {
            var problems = new Features.PackageProblems();
            if (ModelCatalogue.TryLoad(one, terminology.FindByKey, problems, settings) is { } package) loaded.Add(package);
            else refused.Add(new RefusedPackage(one, problems.List()));
        }

        return (loaded, refused);
    }

    private static int Weights(string file)
    {
        try
        {
            var model = ModelFile.Open(file);
            ResultLine.Good(file, FormattableString.Invariant($"({ModelFormats.Of(File.ReadAllBytes(file))}), {model.Inputs.Count} inputs: {string.Join(", ", model.Inputs.Take(20))}{(model.Inputs.Count > 20 ? ", …" : "")}"));
            return 0;
        }
        catch (Problem problem)
        {
            ResultLine.Refused(file, [problem.Message]);
            return Root.Rejected;
        }
    }
}

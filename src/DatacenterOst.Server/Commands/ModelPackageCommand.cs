using System.CommandLine;
using DatacenterOst.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.Server.Commands;

/// <summary><c>dost model package</c> makes a package of weights from outside; <c>dost model sign</c> puts a signature beside one, <c>dost model card</c> the card for machines, <c>dost model vectors</c> what its vectors do not say yet.</summary>
internal static class ModelPackageCommand
{
    public static Command Create()
    {
        var weights = new Argument<string>("weights") { Description = "An XGBoost (JSON, UBJ), LightGBM (text), ONNX or linear (JSON) file." };
        var like = new Option<string>("--like") { Description = "The folder of the package whose features, groups and texts are followed.", Required = true, HelpName = "FOLDER" };
        var output = new Option<string>("--out") { Description = "Where to make it: a folder <id>/<version> that is not there yet.", Required = true, HelpName = "FOLDER" };
        var store = new StoreOptions();
        var command = new Command("package", "Make a package of weights that were trained elsewhere; its calibration, bands and texts are those of the package it follows.") { weights, like, output };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            _ =>
            {
                var terminology = TerminologySnapshot.Load(Path.Combine(store.Read(parsed).Content, "terminology"));
                var package = PackageImport.Make(parsed.GetRequiredValue(weights), parsed.GetRequiredValue(like), parsed.GetRequiredValue(output), terminology.FindByKey);
                ResultLine.Good(package.Id.Model.Value, $"{package.Id.Version} ({package.Kind}), hash {package.Id.Hash}");
                Console.WriteLine("Its vectors say what these weights make; calibration, bands, texts and MODEL-CARD.md are taken over: go through them before it is put to use.");
                return Task.FromResult(0);
            },
            cancellationToken));
        return command;
    }

    public static Command Sign()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of a package." };
        var key = new Option<string>("--key") { Description = "Private key in PEM, ECDSA on P-256; its name without .pem is the name that others have the public half under.", Required = true, HelpName = "FILE" };
        var store = new StoreOptions();
        var command = new Command("sign", "Sign a package: writes signature.json beside its files.") { folder, key };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            async token =>
            {
                var terminology = TerminologySnapshot.Load(Path.Combine(store.Read(parsed).Content, "terminology"));
                var place = parsed.GetRequiredValue(folder);
                var package = ModelCatalogue.LoadOne(place, terminology.FindByKey);
                var file = parsed.GetRequiredValue(key);
                var signature = PackageSignature.Sign(package.Id, Path.GetFileNameWithoutExtension(file), await File.ReadAllTextAsync(file, token));
                await File.WriteAllTextAsync(Path.Combine(place, PackageSignature.FileName), signature.Write(), token);
                Console.WriteLine($"signed   {package.Id.Model} {package.Id.Version}, hash {package.Id.Hash}");
                return 0;
            },
            cancellationToken));
        return command;
    }

    public static Command Vectors()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of a package." };
        var store = new StoreOptions();
        var command = new Command("vectors", "Add to vectors.jsonl what it does not state yet: margin, probability, conclusions and contributions of each made-up patient.") { folder };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            _ =>
            {
                var terminology = TerminologySnapshot.Load(Path.Combine(store.Read(parsed).Content, "terminology"));
                var added = PackageVectors.Complete(parsed.GetRequiredValue(folder), terminology.FindByKey);
                Console.WriteLine(FormattableString.Invariant($"{added} vectors state more than before{(added > 0 ? "; the package's content, and so its hash, is another now" : "")}."));
                return Task.FromResult(0);
            },
            cancellationToken));
        return command;
    }

    public static Command Card()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of a package." };
        var store = new StoreOptions();
        var command = new Command("card", "Write card.json, the sections of CHAI's Applied Model Card, from what the package says.") { folder };
        store.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusal.OrResult(
            async token =>
            {
                var terminology = TerminologySnapshot.Load(Path.Combine(store.Read(parsed).Content, "terminology"));
                var place = parsed.GetRequiredValue(folder);
                var package = ModelCatalogue.LoadOne(place, terminology.FindByKey);
                await File.WriteAllTextAsync(Path.Combine(place, CardDocument.FileName), CardDocument.Write(package), token);
                Console.WriteLine($"{CardDocument.FileName} of {package.Id.Model} {package.Id.Version} is written; its content, and so its hash, is another now.");
                return 0;
            },
            cancellationToken));
        return command;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Files;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>
/// A package made of weights from outside and of a package that has the features for them: model.yaml with the new weights, the made-up
/// patients of its vectors with what the new weights make of them, and the machine-readable card. Calibration, bands and words are
/// taken over as they are; whoever takes the package into use has to look at them.
/// </summary>
public static class PackageImport
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="weights">A file that <see cref="ModelFile"/> opens.</param>
    /// <param name="like">The folder of the package that is followed.</param>
    /// <param name="target"><c>models/&lt;id&gt;/&lt;version&gt;</c>; must not exist.</param>
    /// <exception cref="Problem">Invalid, with every reason, where the package would not load.</exception>
    public static ModelPackage Make(string weights, string like, string target, Func<string, ConceptEntry?> concepts)
    {
        target = Path.GetFullPath(target).TrimEnd(Path.DirectorySeparatorChar);
        if (Directory.Exists(target)) throw new Problem(ProblemKind.Conflict, "the folder is there already; a version is never changed, so name another", where: target);
        ModelFile.Open(weights);
        var version = Path.GetFileName(target);
        var id = Path.GetFileName(Path.GetDirectoryName(target)) ?? "";
        var yaml = PackageText.Rewritten(Read(like, PackageFolder.ModelFile), id, version, Path.GetFileName(weights), Kind(weights));

        // Made beside, and moved when it is whole and loads; a half-made package would be refused by every later start.
        var making = Path.Combine(Directory.CreateTempSubdirectory("dost-package-").FullName, id, version);
        try
        {
            Directory.CreateDirectory(making);
            File.Copy(weights, Path.Combine(making, Path.GetFileName(weights)));
            File.WriteAllText(Path.Combine(making, PackageFolder.ModelFile), yaml);
            ValueSetFiles.Copy(like, making);
            File.WriteAllText(Path.Combine(making, PackageFolder.CardFile), Read(like, PackageFolder.CardFile));
            var package = PackageText.Unproven(making, yaml, concepts);
            File.WriteAllText(Path.Combine(making, PackageFolder.VectorFile), Vectors(package, Read(like, PackageFolder.VectorFile), concepts));
            File.WriteAllText(Path.Combine(making, CardDocument.FileName), CardDocument.Write(package));
            ModelCatalogue.LoadOne(making, concepts);
            Directory.CreateDirectory(target);
            foreach (var file in Directory.EnumerateFiles(making)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            return ModelCatalogue.LoadOne(target, concepts);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(making))!, recursive: true);
        }
    }

    private static string Kind(string weights) => ModelFormats.Of(File.ReadAllBytes(weights)) switch
    {
        ModelFormat.Onnx => "onnx",
        ModelFormat.LinearJson => "linear",
        _ => "trees",
    };

    private static string Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllText(path) : throw new Problem(ProblemKind.NotFound, $"the package that is followed has no {name}", where: folder);
    }

    private static string Vectors(ModelPackage package, string text, Func<string, ConceptEntry?> concepts)
    {
        var problems = new PackageProblems();
        var vectors = VectorFileReader.Read(text, PackageFolder.VectorFile, concepts, problems);
        if (!problems.None) throw new Problem(ProblemKind.Invalid, string.Join("; ", problems.List()), where: PackageFolder.VectorFile);
        var lines = text.Split('\n');
        return string.Concat(vectors.Select(vector =>
        {
            var line = JsonNode.Parse(lines[vector.Line - 1])!.AsObject();
            var estimate = VectorRun.Estimate(package, vector);
            line["name"] = $"patient {vector.Line}, as the weights say";
            line["expect"] = Expectation(package, estimate);
            return line.ToJsonString(Plain) + "\n";
        }));
    }

    private static JsonObject Expectation(ModelPackage package, RiskEstimate estimate)
    {
        var features = new JsonObject();
        foreach (var feature in package.Features.Definitions)
        {
            var value = estimate.Values[feature.Name];
            features[feature.Name] = value.Number is { } number ? JsonValue.Create(number) : value.Text;
        }

        var expect = new JsonObject
        {
            ["features"] = features,
            ["score"] = estimate.Score,
            ["conclusions"] = PackageVectors.Conclusions(estimate),
        };
        if (estimate.Margin is { } margin) expect["margin"] = margin;
        if (estimate.Probability is { } probability) expect["probability"] = probability;
        if (PackageVectors.Contributions(estimate) is { } contributions) expect["contributions"] = contributions;
        return expect;
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>
/// Adds to vectors.jsonl what the package makes of each patient and the vector does not state yet: margin, probability, conclusions and
/// contributions. What is stated stays as it is and must hold.
/// </summary>
public static class PackageVectors
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>Vectors that state more than before.</returns>
    /// <exception cref="Problem">Invalid, with every difference, where the package does not give what its vectors state; nothing is written then.</exception>
    public static int Complete(string folder, Func<string, ConceptEntry?> concepts)
    {
        var package = PackageText.Unproven(folder, Text(folder, PackageFolder.ModelFile), concepts);
        var path = Path.Combine(folder, PackageFolder.VectorFile);
        var text = Text(folder, PackageFolder.VectorFile);
        var problems = new PackageProblems();
        var vectors = VectorFileReader.Read(text, PackageFolder.VectorFile, concepts, problems);
        VectorRun.Check(package, vectors, PackageFolder.VectorFile, problems);
        if (!problems.None) throw new Problem(ProblemKind.Invalid, string.Join("; ", problems.List()), where: folder);

        var lines = text.Split('\n');
        var changed = 0;
        foreach (var vector in vectors)
        {
            if (VectorRun.Estimate(package, vector) is not { Score: not null } estimate) continue;
            var line = JsonNode.Parse(lines[vector.Line - 1])!.AsObject();
            if (!Add(line["expect"]!.AsObject(), estimate)) continue;
            lines[vector.Line - 1] = line.ToJsonString(Plain);
            changed++;
        }

        if (changed > 0) File.WriteAllText(path, string.Join('\n', lines), new UTF8Encoding(false));
        return changed;
    }

    /// <summary>What each term of the explanation gave, for a vector.</summary>
    internal static JsonObject? Contributions(RiskEstimate estimate) => estimate.Explanation is not { } explanation
        ? null
        : new JsonObject([new("bias", explanation.Bias), .. explanation.Groups.Select(group => new KeyValuePair<string, JsonNode?>(group.Id, group.Value))]);

    internal static JsonArray Conclusions(RiskEstimate estimate) => [.. estimate.Conclusions.Select(conclusion => (JsonNode)conclusion.Id)];

    private static bool Add(JsonObject expect, RiskEstimate estimate)
    {
        var before = expect.Count;
        if (estimate.Margin is { } margin && !expect.ContainsKey("margin")) expect["margin"] = margin;
        if (estimate.Probability is { } probability && !expect.ContainsKey("probability")) expect["probability"] = probability;
        if (!expect.ContainsKey("conclusions")) expect["conclusions"] = Conclusions(estimate);
        if (Contributions(estimate) is { } contributions && !expect.ContainsKey("contributions")) expect["contributions"] = contributions;
        return expect.Count > before;
    }

    private static string Text(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllText(path) : throw new Problem(ProblemKind.NotFound, $"there is no {name}; name the folder of a package, <id>/<version>", where: folder);
    }
}

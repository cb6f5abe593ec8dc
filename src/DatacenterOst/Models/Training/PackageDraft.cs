using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Calibration;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models.Training;

/// <summary>What a study takes from a package that has no weights yet: its features, and whom it is for.</summary>
internal sealed record PackageDraft(FeatureSet Features, IReadOnlyList<PopulationRule> Population, AbstentionRule Abstention)
{
    /// <param name="folder">Where it lies, with the value sets that it names.</param>
    /// <exception cref="Problem">Invalid, with every mistake and its line.</exception>
    public static PackageDraft Read(string yaml, string file, string folder, Func<string, ConceptEntry?> concepts)
    {
        var problems = new PackageProblems();
        if (YamlFile.Read(yaml, file, problems) is { } model)
        {
            var features = new FeatureParser(concepts, ValueSetFiles.In(folder)).Parse(model.Maps("features"));
            var population = model.Map("population") is { } map ? PopulationRule.Read(map, features) : [];
            var abstention = AbstentionRule.Read(model.Map("abstain"), features);
            if (problems.None && features.Definitions.Count > 0) return new PackageDraft(features, population, abstention);
            if (problems.None) problems.Add(file, 0, "has no features; list at least one");
        }

        throw new Problem(ProblemKind.Invalid, string.Join("\n", problems.List()), where: file);
    }

    /// <summary>Why the model is not for whom this vector is of; null when it is.</summary>
    public string? Refuses(FeatureVector vector)
    {
        foreach (var rule in Population)
        {
            if (!rule.Admits(vector)) return rule.Otherwise;
        }

        return Features.Abstentions(vector) is [var reason, ..] ? reason : null;
    }
}

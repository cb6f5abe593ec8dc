using DatacenterOst.Features;
using DatacenterOst.Models.Explanation;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>What model.yaml says, read and checked.</summary>
internal sealed record PackageContent(
    string Id,
    string Version,
    string Kind,
    PackageCard Card,
    OutputCard Output,
    FeatureSet Features,
    IReadOnlyList<PopulationRule> Population,
    IModelRuntime Runtime,
    IReadOnlyDictionary<string, LocalText> Labels,
    ExplanationPlan Explanation)
{
    public required Monitoring.MonitoringRules Monitoring { get; init; }

    /// <summary>The format that this build reads; a package of another format is refused instead of half understood.</summary>
    public const string Format = "1";

    /// <returns>Null when anything is wrong; everything that is wrong is in <paramref name="problems"/>.</returns>
    public static PackageContent? Read(string yaml, RuntimeContent content, Func<string, ConceptEntry?> concepts, PackageProblems problems)
    {
        const string file = PackageFolder.ModelFile;
        if (YamlFile.Read(yaml, file, problems) is not { } model) return null;

        if (model.Required("format") is { Length: > 0 } format && format != Format)
            model.Report("format", $"'{format}' is not known; this build reads format {Format}");

        var id = model.Required("id");
        var version = model.Required("version");
        if (version.Length > 0 && PackageVersion.Parse(version) is null) model.Report("version", $"must be three numbers such as 1.0.0, not '{version}'");

        var entries = model.Maps("features");
        if (entries.Count == 0) model.Report("'features' is missing; list at least one");
        var features = new FeatureParser(concepts, ValueSetFiles.In(content.Folder)).Parse(entries);

        var population = model.Map("population");
        if (population is null) model.Report("'population' is missing; say in 'text' whom the model is for");
        var card = PackageCard.Read(model, population);
        var rules = population is null ? [] : PopulationRule.Read(population, features);
        var output = ReadOutput(model);
        var runtime = Runtimes.Read(model, features, content);
        var labels = ReadLabels(model, features, runtime, output);
        var monitoring = Models.Monitoring.MonitoringRules.Read(model.Map("monitoring"), card.Horizon);
        var explanation = ExplanationPlan.Read(model.Map("explanation"), features);

        // What a runtime that could not be made would have read is no mistake of its own.
        if (runtime is not null || problems.None) model.Finish();

        if (!problems.None || runtime is null) return null;
        return new PackageContent(id, version, model.Required("kind"), card, output, features, rules, runtime, labels, explanation) { Monitoring = monitoring };
    }

    public static IReadOnlyList<string> NamesOf(FeatureSet features, IModelRuntime runtime, OutputCard output)
    {
        var names = new List<string>();
        foreach (var feature in features.Definitions) names.Add(feature.Name);
        names.AddRange(runtime.Computes);
        if (output.Name.Length > 0) names.Add(output.Name);
        return names;
    }

    private static OutputCard ReadOutput(YamlMap model)
    {
        if (model.Map("output") is not { } output) return new OutputCard("", new LocalText("", ""), "");
        return new OutputCard(output.Required("name"), LocalText.Read(output, "text"), output.Optional("unit") ?? "");
    }

    private static Dictionary<string, LocalText> ReadLabels(YamlMap model, FeatureSet features, IModelRuntime? runtime, OutputCard output)
    {
        var labels = new Dictionary<string, LocalText>(StringComparer.Ordinal);
        if (model.Map("labels") is not { } map) return labels;

        var names = runtime is null ? null : NamesOf(features, runtime, output);
        foreach (var key in map.Keys())
        {
            labels[key] = LocalText.Read(map, key);
            var name = key.Split('=')[0];
            if (names is not null && !names.Contains(name)) map.Report(key, $"labels no value of this package; values are {string.Join(", ", names)}");
        }

        return labels;
    }
}

/// <summary>Three numbers, compared as numbers: 1.10.0 is after 1.9.0.</summary>
internal readonly record struct PackageVersion(int Major, int Minor, int Patch) : IComparable<PackageVersion>
{
    public static PackageVersion? Parse(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 3 && Part(parts[0], out var major) && Part(parts[1], out var minor) && Part(parts[2], out var patch)
            ? new PackageVersion(major, minor, patch)
            : null;
    }

    public int CompareTo(PackageVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    private static bool Part(string text, out int number)
        => int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);
}

using DatacenterOst.Features;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Explanation;

/// <summary>The <c>explanation:</c> section of a model.yaml: which features are one clinical term, and which can be changed, to what.</summary>
internal sealed class ExplanationPlan
{
    /// <summary>A card has room for a few; more groups than this are features by another name.</summary>
    public const int MaxGroups = 200;

    private readonly IReadOnlyList<Group> groups;
    private readonly int[] groupOf;
    private readonly IReadOnlyList<Target> targets;
    private readonly FeatureSet features;

    private ExplanationPlan(FeatureSet features, IReadOnlyList<Group> groups, int[] groupOf, IReadOnlyList<Target> targets)
        => (this.features, this.groups, this.groupOf, this.targets) = (features, groups, groupOf, targets);

    /// <summary>The package's own groups, for its card.</summary>
    public IEnumerable<(string Id, LocalText Text)> Groups => groups.Select(group => (group.Id, group.Text));

    public bool HasTargets => targets.Count > 0;

    /// <param name="inputs">Places of the features that the model reads.</param>
    /// <param name="label">What a feature is called where it is in no group.</param>
    public RiskExplanation Explain(FeatureVector vector, Contributions contributions, IReadOnlyList<int> inputs, Func<string, LocalText> label)
    {
        var parts = new SortedDictionary<int, List<(string Name, double Value, bool Missing)>>();
        foreach (var place in inputs.Distinct())
        {
            var value = contributions.Values[place];
            var missing = vector.Values[place].IsMissing;
            if (value == 0 && !missing) continue;

            // A feature that is in no group is one of its own.
            var key = groupOf[place] >= 0 ? groupOf[place] : groups.Count + place;
            if (!parts.TryGetValue(key, out var list)) parts[key] = list = [];
            list.Add((vector.Values[place].Name, value, missing));
        }

        var made = parts.Select(part =>
        {
            var ordered = part.Value.OrderByDescending(one => Math.Abs(one.Value)).ThenBy(one => one.Name, StringComparer.Ordinal).ToArray();
            var own = part.Key >= groups.Count;
            return new GroupContribution(
                own ? ordered[0].Name : groups[part.Key].Id, own ? label(ordered[0].Name) : groups[part.Key].Text,
                part.Value.Sum(one => one.Value), [.. ordered.Select(one => one.Name)], [.. ordered.Where(one => one.Missing).Select(one => one.Name)]);
        });
        return new RiskExplanation(contributions.Bias, [.. made.OrderByDescending(group => Math.Abs(group.Value)).ThenBy(group => group.Id, StringComparer.Ordinal)]);
    }

    /// <summary>The target that would change the score most; null where there is none, or nothing would change.</summary>
    public TargetEffect? MostChanging(FeatureVector vector, double score, Func<FeatureVector, Outcome> evaluate)
    {
        TargetEffect? most = null;
        foreach (var target in targets)
        {
            var value = vector.Values[target.Place];
            if (value.IsMissing || value.Number is not { } number || (!target.When.IsOpen && !target.When.Contains(number))) continue;
            if (evaluate(features.With(vector, target.Place, target.To)).Score is not { } changed) continue;
            var effect = new TargetEffect(value.Name, target.Text, (double)target.To, score, changed);
            if (effect.Change != 0 && Math.Abs(effect.Change) > Math.Abs(most?.Change ?? 0)) most = effect;
        }

        return most;
    }

    public static ExplanationPlan Read(YamlMap? section, FeatureSet features)
    {
        var groups = new List<Group>();
        var groupOf = new int[features.Definitions.Count];
        Array.Fill(groupOf, -1);
        if (section is null) return new ExplanationPlan(features, groups, groupOf, []);

        foreach (var map in section.Maps("groups").Take(MaxGroups))
        {
            var id = map.Required("id");
            if (groups.Any(group => group.Id == id)) map.Report("id", $"'{id}' is used before");
            foreach (var name in map.Texts("features")) Place(map, features, name, groupOf, groups.Count);
            groups.Add(new Group(id, LocalText.Read(map, "text")));
        }

        return new ExplanationPlan(features, groups, groupOf, [.. section.Maps("modifiable").Select(map => ReadTarget(map, features))]);
    }

    private static void Place(YamlMap map, FeatureSet features, string name, int[] groupOf, int group)
    {
        var place = features.Place(name);
        if (place < 0) map.Report("features", $"names '{name}', which is not a feature of this package");
        else if (groupOf[place] >= 0) map.Report("features", $"names '{name}', which is in a group above; a contribution is told once");
        else groupOf[place] = group;
    }

    private static Target ReadTarget(YamlMap map, FeatureSet features)
    {
        var name = map.Required("feature");
        var place = features.Place(name);
        if (place < 0 && name.Length > 0) map.Report("feature", $"'{name}' is not a feature of this package");
        if (map.Number("target") is not { } target)
        {
            if (!map.Has("target")) map.Report("'target' is missing; say the value that is aimed at");
            target = 0;
        }

        return new Target(place, target, NumberRange.Read(map), LocalText.Read(map, "text"));
    }

    private sealed record Group(string Id, LocalText Text);

    /// <param name="When">The values that are to be changed to the target: above 130, say. Open for all.</param>
    private sealed record Target(int Place, decimal To, NumberRange When, LocalText Text);
}

using DatacenterOst.Features;

namespace DatacenterOst.Models;

/// <summary>One rule on whom the model is for. Who does not fulfil it gets no number and no conclusion, with the reason.</summary>
/// <param name="WhenMissing">Whether the model may be used where the feature is not known.</param>
public sealed record PopulationRule(Condition Condition, bool WhenMissing, string Otherwise)
{
    public bool Admits(FeatureVector vector)
        => Condition.Holds(vector) || (WhenMissing && vector.Values[Condition.Place] is { Number: null, Text: null });

    internal static IReadOnlyList<PopulationRule> Read(YamlMap population, FeatureSet features)
    {
        var maps = population.Maps("rules");
        var rules = new PopulationRule[maps.Count];
        for (var i = 0; i < maps.Count; i++)
        {
            var missing = maps[i].Choice<MissingMember>("whenMissing") ?? MissingMember.Refuse;
            rules[i] = new PopulationRule(Condition.Read(maps[i], features), missing == MissingMember.Admit, maps[i].Required("otherwise"));
        }

        return rules;
    }

    private enum MissingMember
    {
        Refuse,
        Admit,
    }
}

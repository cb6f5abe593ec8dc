using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>Reads the one side of a fact that a feature asks for.</summary>
internal static class Reading
{
    public static bool Reads(FeatureDefinition feature, Fact fact) => feature.As switch
    {
        ReadAs.Number => Number(feature, fact) is not null,
        ReadAs.Category => fact.Finding.Category is not null,
        ReadAs.Text => fact.Finding.Text is not null,
        _ => true,
    };

    public static decimal? Number(FeatureDefinition feature, Fact fact)
    {
        if (fact.Finding.Value is { } value) return value;
        return fact.Finding.Category is { } category && feature.Categories.TryGetValue(category, out var number) ? number : null;
    }

    /// <returns>The model's word; null when the package has a map and the source's word is not in it.</returns>
    public static string? Words(FeatureDefinition feature, Fact fact)
    {
        var said = feature.As switch
        {
            ReadAs.Category => fact.Finding.Category is { } category ? Word(category) : null,
            ReadAs.Text => fact.Finding.Text?.Trim(),
            _ => fact.Finding.Concept.Code.Value,
        };
        if (said is null || feature.Map.Count == 0) return said;
        if (feature.As != ReadAs.Code) return feature.Map.GetValueOrDefault(said);

        // The longest beginning wins, so that one code may be told from the rest of its group.
        for (var length = said.Length; length > 0; length--)
        {
            if (feature.Map.TryGetValue(said[..length], out var word)) return word;
        }

        return null;
    }

    public static string Word(ResultCategory category) => category switch
    {
        ResultCategory.Positive => "positive",
        ResultCategory.Negative => "negative",
        ResultCategory.Inconclusive => "inconclusive",
        _ => "not-detected",
    };
}

using System.Globalization;
using DatacenterOst.Features;

namespace DatacenterOst.Models.Calibration;

/// <summary>When a model keeps silent although it could make a number: too much of its input is missing, or lies where it was never tried.</summary>
/// <param name="MissingShare">Over this share of its inputs missing there is no number; null for no such rule.</param>
/// <param name="Ranges">Features with the range that the model was made on.</param>
public sealed record AbstentionRule(double? MissingShare, IReadOnlyList<Condition> Ranges)
{
    public static readonly AbstentionRule None = new(null, []);

    /// <param name="inputs">Places of the features that the model reads.</param>
    /// <returns>The reasons, in plain English and without the patient's values; empty for none.</returns>
    public IReadOnlyList<string> Reasons(FeatureVector vector, IReadOnlyList<int> inputs)
    {
        List<string>? reasons = null;
        var missing = inputs.Count(place => vector.Values[place].IsMissing);
        if (missing > MissingShare * inputs.Count)
            (reasons ??= []).Add(string.Create(CultureInfo.InvariantCulture, $"{missing} of {inputs.Count} inputs are missing; the model makes no number with more than {MissingShare:P0}"));

        foreach (var range in Ranges)
        {
            var value = vector.Values[range.Place];
            if (value.Number is not null && !range.Holds(vector)) (reasons ??= []).Add($"{value.Name}: outside the range that the model was made on");
        }

        return reasons ?? [];
    }

    internal static AbstentionRule Read(YamlMap? section, FeatureSet features)
    {
        if (section is null) return None;
        var share = (double?)section.Number("missingShare");
        if (share is < 0 or >= 1) section.Report("missingShare", "must be a share from 0 to below 1");
        return new AbstentionRule(share, Condition.ReadAll(section.Maps("ranges"), features));
    }
}

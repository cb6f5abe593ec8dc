using DatacenterOst.Features;

namespace DatacenterOst.Models;

/// <summary>A range of numbers: from (included) or above (not included), up to but without below; open where nothing is said.</summary>
public readonly record struct NumberRange(double? From, double? Above, double? Below)
{
    public bool Contains(double value) => !(value < From) && !(value <= Above) && !(value >= Below);

    public bool IsOpen => From is null && Above is null && Below is null;

    internal static NumberRange Read(YamlMap map)
    {
        var range = new NumberRange((double?)map.Number("from"), (double?)map.Number("above"), (double?)map.Number("below"));
        if (range.Below <= (range.From ?? range.Above)) map.Report("'below' must be greater than 'from' or 'above'");
        return range;
    }
}

/// <summary>
/// A statement about one feature: its number lies in a range, or its word is one of a list. A missing feature without
/// an imputed value fulfils no condition. A number beyond a limit of measurement is compared as <see cref="Threshold"/> says.
/// </summary>
/// <param name="Place">The feature's place in the vector.</param>
/// <param name="Words">Empty where the condition is on the number.</param>
public sealed record Condition(int Place, NumberRange Range, IReadOnlyList<string> Words)
{
    public bool Holds(FeatureVector vector)
    {
        var value = vector.Values[Place];
        if (Words.Count == 0) return Threshold.Effective(value) is { } number && Range.Contains(number);
        if (value.Text is not { } text) return false;
        foreach (var word in Words)
        {
            if (word == text) return true;
        }

        return false;
    }

    internal static bool All(IReadOnlyList<Condition> conditions, FeatureVector vector)
    {
        for (var i = 0; i < conditions.Count; i++)
        {
            if (!conditions[i].Holds(vector)) return false;
        }

        return true;
    }

    internal static Condition Read(YamlMap map, FeatureSet features)
    {
        var name = map.Required("feature");
        var place = features.Place(name);
        if (place < 0 && name.Length > 0) map.Report("feature", $"'{name}' is not a feature of this package");

        var words = map.Texts("is");
        var range = NumberRange.Read(map);
        if (words.Count == 0 && range.IsOpen) map.Report("a condition needs 'is' with words, or 'from', 'above' or 'below' with a number");
        if (words.Count > 0 && !range.IsOpen) map.Report("a condition is on words or on a number, not on both");
        return new Condition(place, range, words);
    }

    internal static IReadOnlyList<Condition> ReadAll(IReadOnlyList<YamlMap> maps, FeatureSet features)
    {
        var conditions = new Condition[maps.Count];
        for (var i = 0; i < maps.Count; i++) conditions[i] = Read(maps[i], features);
        return conditions;
    }
}

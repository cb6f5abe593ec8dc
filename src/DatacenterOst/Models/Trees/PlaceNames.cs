using System.Globalization;

namespace DatacenterOst.Models.Trees;

/// <summary>Names for the inputs of a model that has none of its own: a word and the place, from 0.</summary>
public static class PlaceNames
{
    public static IReadOnlyList<string> Of(string word, int count)
        => [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{word}{i}"))];

    /// <summary>Says whether the names tell no more than the place: XGBoost's f0, LightGBM's Column_0.</summary>
    public static bool Are(IReadOnlyList<string> names)
        => names.Count > 0 && (names.SequenceEqual(Of("f", names.Count)) || names.SequenceEqual(Of("Column_", names.Count)));
}

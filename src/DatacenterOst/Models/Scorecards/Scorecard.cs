using DatacenterOst.Features;

namespace DatacenterOst.Models.Scorecards;

public enum Combine
{
    Sum,
    Max,
}

/// <summary>Points for a number in a range.</summary>
public readonly record struct RangePoints(NumberRange Range, double Points);

/// <summary>
/// One table of points: used when all its conditions hold. Numbers outside every range give no points; a word that is not
/// listed makes the item missing, because nobody knows what it would be worth.
/// </summary>
public sealed record PointTable(
    IReadOnlyList<Condition> When,
    IReadOnlyList<RangePoints> Ranges,
    IReadOnlyDictionary<string, double> Words);

/// <summary>One line of the score.</summary>
/// <param name="Name">Its points stand under this name among the values.</param>
/// <param name="Place">The feature's place in the vector.</param>
/// <param name="Round">Decimals of the chart that the published score is read from; null for exact ranges.</param>
/// <param name="Required">Without it there is no score.</param>
/// <param name="Tables">The first whose conditions hold is used.</param>
/// <param name="AnyOf">Places of items of which one must have given points before this one counts; empty for none.</param>
public sealed record ScoreItem(
    string Name,
    int Place,
    int? Round,
    bool Required,
    IReadOnlyList<PointTable> Tables,
    IReadOnlyList<int> AnyOf);

/// <summary>A band of the score; the first that fits is the conclusion.</summary>
/// <param name="AnyItem">At least one item has this many points; null where it does not matter.</param>
public sealed record ScoreBand(string Id, int Rank, NumberRange Range, double? AnyItem, IReadOnlyList<string> Rows);

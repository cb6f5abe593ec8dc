using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Scorecards;

/// <summary>Points by ranges and words, added or the highest taken, then a band. Its explanation is the points themselves.</summary>
public sealed class ScorecardRuntime(Combine combine, IReadOnlyList<ScoreItem> items, IReadOnlyList<ScoreBand> bands) : IModelRuntime
{
    public IReadOnlyList<string> Computes { get; } = [.. items.Select(item => item.Name)];

    public IReadOnlyList<string> Concludes { get; } = [.. bands.Select(band => band.Id)];

    public IReadOnlyList<int> Inputs { get; } = [.. items.Select(item => item.Place).Distinct()];

    public Outcome Evaluate(FeatureVector vector)
    {
        var computed = new FeatureValue[items.Count];
        List<string>? missing = null;
        var score = 0d;
        var highest = double.NegativeInfinity;
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            var value = vector.Values[item.Place];
            var points = Points(item, value, vector);
            if (points is not null && item.AnyOf.Count > 0 && !AnyScored(item.AnyOf, computed)) points = 0;

            computed[i] = new FeatureValue(
                item.Name, points, null, "", value.At, value.Facts, points is null ? MissingReason.DependsOnMissing : MissingReason.NotMissing);
            if (points is not { } given)
            {
                if (item.Required) (missing ??= []).Add($"{item.Name}: {value.Name} is missing or not understood");
                continue;
            }

            score = combine == Combine.Sum ? score + given : Math.Max(score, given);
            highest = Math.Max(highest, given);
        }

        if (missing is not null) return new Outcome(null, [], computed, missing);
        return new Outcome(score, Band(score, highest), computed, []) { Margin = score };
    }

    /// <summary>Points are their own Shapley values against no points at all; where the highest counts, they share it as an airport's users share a runway.</summary>
    public Contributions? Explain(FeatureVector vector)
    {
        if (Evaluate(vector) is not { Margin: not null } outcome) return null;
        var points = outcome.Computed.Select(item => item.Number ?? 0).ToArray();
        var shares = combine == Combine.Sum ? points : Shared(points);
        var values = new double[vector.Values.Count];
        for (var i = 0; i < shares.Length; i++) values[items[i].Place] += shares[i];
        return new Contributions(0, values);
    }

    // Littlechild and Owen 1973: of each further point all that have at least so many pay alike.
    private static double[] Shared(double[] points)
    {
        var order = Enumerable.Range(0, points.Length).OrderBy(i => points[i]).ToArray();
        var shares = new double[points.Length];
        var (before, paid) = (0d, 0d);
        for (var i = 0; i < order.Length; i++)
        {
            var own = Math.Max(points[order[i]], 0);
            paid += (own - before) / (order.Length - i);
            before = own;
            shares[order[i]] = paid;
        }

        return shares;
    }

    private static double? Points(ScoreItem item, FeatureValue value, FeatureVector vector)
    {
        foreach (var table in item.Tables)
        {
            if (!Condition.All(table.When, vector)) continue;
            if (table.Words.Count > 0) return value.Text is { } word && table.Words.TryGetValue(word, out var worth) ? worth : null;
            return value.Number is null ? null : ByRange(table.Ranges, Charted(item, value));
        }

        return null;
    }

    private static double ByRange(IReadOnlyList<RangePoints> ranges, double value)
    {
        for (var i = 0; i < ranges.Count; i++)
        {
            if (ranges[i].Range.Contains(value)) return ranges[i].Points;
        }

        return 0;
    }

    // A published chart has whole numbers or tenths; 38.06 is plotted, and scored, as 38.1. The comparator is applied
    // after rounding: "<92" stays below 92.
    private static double Charted(ScoreItem item, FeatureValue value)
    {
        var number = value.Number!.Value;
        if (item.Round is { } decimals && Math.Abs(number) < 1e15)
            number = (double)Math.Round((decimal)number, decimals, MidpointRounding.AwayFromZero);

        var single = value.Facts.Count == 1 && value.Facts[0].Finding.Value is not null;
        return Threshold.Effective(number, single ? value.Facts[0].Finding.Comparator : Comparator.None);
    }

    private static bool AnyScored(IReadOnlyList<int> places, FeatureValue[] computed)
    {
        for (var i = 0; i < places.Count; i++)
        {
            if (computed[places[i]].Number > 0) return true;
        }

        return false;
    }

    private IReadOnlyList<Conclusion> Band(double score, double highest)
    {
        foreach (var band in bands)
        {
            if (band.Range.Contains(score) && !(highest < band.AnyItem)) return [new Conclusion(band.Id, band.Rank, band.Rows)];
        }

        return [];
    }
}

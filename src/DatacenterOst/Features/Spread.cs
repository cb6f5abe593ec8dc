using System.Numerics;
using System.Runtime.InteropServices;
using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>
/// The aggregates that look at all values of a window together. Values outside the plausible range are left out. The facts
/// come in their total order, so that sums of doubles round the same whichever order the facts were received in.
/// </summary>
internal static class Spread
{
    public static Aggregate Of(FeatureDefinition feature, ReadOnlySpan<Fact> facts)
    {
        var used = new List<Fact>(facts.Length);
        var values = new List<decimal>(facts.Length);
        var found = false;
        foreach (var fact in facts)
        {
            if (Reading.Number(feature, fact) is not { } value) continue;
            found = true;
            if (!feature.IsPlausible(value)) continue;
            used.Add(fact);
            values.Add(value);
        }

        if (used.Count == 0) return Aggregate.None(found ? MissingReason.Implausible : MissingReason.NoFact);
        return feature.Take switch
        {
            Take.Median => Median(values, used),
            Take.Sd => Sd(values, used),
            Take.Slope => Slope(feature.Per, values, used),
            Take.Range => Range(values, used),
            Take.Sum => Sum(values, used),
            Take.Rate => Rate(feature.Per, values, used),
            _ => throw new InvalidOperationException($"{feature.Take} does not look at values together"),
        };
    }

    private static Aggregate Median(List<decimal> values, List<Fact> used)
    {
        var at = used[^1].Finding.ObservedAt;
        var (low, high) = Middle(CollectionsMarshal.AsSpan(values));
        return Exact.Sum(low, high) is { } both ? Aggregate.Of(both / 2, at, used) : Inexact((double)low / 2 + (double)high / 2, at, used);
    }

    // The two values in the middle, which are one where there is an odd number of them. Only the part that they lie in is divided further;
    // sorting all took most of the time of a median.
    private static (decimal Low, decimal High) Middle(Span<decimal> values)
    {
        var (start, end) = (0, values.Length - 1);
        var (low, high) = (end / 2, values.Length / 2);
        for (var rounds = 2 * BitOperations.Log2((uint)values.Length); end - start > 16 && rounds > 0; rounds--)
        {
            var (left, right) = Divide(values, start, end);
            if (high <= right) end = right;
            else if (low >= left) start = left;
            else break;
        }

        values[start..(end + 1)].Sort();
        return (values[low], values[high]);
    }

    // From the first place returned on none is below the pivot, and up to the second none above it.
    private static (int Left, int Right) Divide(Span<decimal> values, int left, int right)
    {
        var pivot = values[(left + right) / 2];
        while (left <= right)
        {
            while (values[left] < pivot) left++;
            while (values[right] > pivot) right--;
            if (left > right) break;
            (values[left], values[right]) = (values[right], values[left]);
            left++;
            right--;
        }

        return (left, right);
    }

    private static Aggregate Sd(List<decimal> values, List<Fact> used)
    {
        if (values.Count < 2) return TooFew(used);
        var mean = Mean(values);
        var squares = 0d;
        foreach (var value in values) squares += ((double)value - mean) * ((double)value - mean);
        return Inexact(Math.Sqrt(squares / (values.Count - 1)), used[^1].Finding.ObservedAt, used);
    }

    private static Aggregate Slope(TimeSpan per, List<decimal> values, List<Fact> used)
    {
        // From the first value on, so that the hours are small numbers and keep their digits.
        var start = used[0].Finding.ObservedAt;
        var meanTime = 0d;
        foreach (var fact in used) meanTime += (fact.Finding.ObservedAt - start) / per;
        meanTime /= used.Count;

        var mean = Mean(values);
        var (covariance, variance) = (0d, 0d);
        for (var i = 0; i < used.Count; i++)
        {
            var time = (used[i].Finding.ObservedAt - start) / per - meanTime;
            covariance += time * ((double)values[i] - mean);
            variance += time * time;
        }

        return variance > 0 ? Inexact(covariance / variance, used[^1].Finding.ObservedAt, used) : TooFew(used);
    }

    private static Aggregate Range(List<decimal> values, List<Fact> used)
    {
        var (lowest, highest) = (0, 0);
        for (var i = 1; i < values.Count; i++)
        {
            if (values[i] < values[lowest]) lowest = i;
            if (values[i] > values[highest]) highest = i;
        }

        Fact[] ends = lowest == highest ? [used[lowest]] : lowest < highest ? [used[lowest], used[highest]] : [used[highest], used[lowest]];
        return Difference(values[highest], values[lowest], ends);
    }

    private static Aggregate Sum(List<decimal> values, List<Fact> used)
    {
        var exact = (decimal?)0;
        var sum = 0d;
        foreach (var value in values)
        {
            sum += (double)value;
            exact = Exact.Sum(exact, value);
        }

        var at = used[^1].Finding.ObservedAt;
        return exact is { } total ? Aggregate.Of(total, at, used) : Inexact(sum, at, used);
    }

    private static Aggregate Rate(TimeSpan per, List<decimal> values, List<Fact> used)
    {
        Fact[] ends = [used[0], used[^1]];
        var ticks = (ends[1].Finding.ObservedAt - ends[0].Finding.ObservedAt).Ticks;
        if (ticks == 0) return TooFew(used);

        var change = Difference(values[^1], values[0], ends);
        var spans = (decimal)ticks / per.Ticks;
        return Exact.Quotient(change.Exact, spans) is { } exact
            ? Aggregate.Of(exact, ends[1].Finding.ObservedAt, ends)
            : Inexact(change.Number!.Value / (double)spans, ends[1].Finding.ObservedAt, ends);
    }

    private static Aggregate Difference(decimal left, decimal right, Fact[] ends)
    {
        var at = ends[^1].Finding.ObservedAt;
        return Exact.Difference(left, right) is { } exact ? Aggregate.Of(exact, at, ends) : Inexact((double)left - (double)right, at, ends);
    }

    private static double Mean(List<decimal> values)
    {
        var exact = (decimal?)0;
        var sum = 0d;
        foreach (var value in values)
        {
            sum += (double)value;
            exact = Exact.Sum(exact, value);
        }

        return exact is { } total ? (double)(total / values.Count) : sum / values.Count;
    }

    private static Aggregate Inexact(double number, DateTimeOffset at, IReadOnlyList<Fact> facts) => new(null, number, null, at, facts, MissingReason.NotMissing);

    private static Aggregate TooFew(List<Fact> used) => new(null, null, null, used[^1].Finding.ObservedAt, used, MissingReason.TooFew);
}

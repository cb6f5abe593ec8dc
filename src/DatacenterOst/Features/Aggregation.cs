using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>What an aggregate found: the value, exact where it can be, and the facts that made it.</summary>
internal readonly record struct Aggregate(decimal? Exact, double? Number, string? Text, DateTimeOffset? At, IReadOnlyList<Fact> Facts, MissingReason Missing)
{
    public static Aggregate None(MissingReason reason) => new(null, null, null, null, [], reason);

    public static Aggregate Of(decimal exact, DateTimeOffset? at, IReadOnlyList<Fact> facts)
        => new(exact, (double)exact, null, at, facts, MissingReason.NotMissing);

    /// <summary>The same finding without its value: the reason, and still which fact it was and when.</summary>
    public Aggregate Without(MissingReason reason) => this with { Exact = null, Number = null, Text = null, Missing = reason };
}

/// <summary>
/// The aggregates over the facts of one window, in time order. A result below or above a limit of measurement
/// (<c>&lt;5</c>) counts as its limit in numbers, and as just beyond it wherever values are compared.
/// </summary>
internal static class Aggregation
{
    public static Aggregate Of(FeatureDefinition feature, ReadOnlySpan<Fact> facts, DateTimeOffset indexTime) => feature.Take switch
    {
        Take.Last => Single(feature, NewestReadable(feature, facts)),
        Take.First => Single(feature, OldestReadable(feature, facts)),
        Take.Min or Take.Max => Extreme(feature, facts),
        Take.Mean => Mean(feature, facts),
        Take.Median or Take.Sd or Take.Slope or Take.Range or Take.Sum or Take.Rate => Spread.Of(feature, facts),
        Take.CurrentDose => Dose(feature, facts, indexTime),
        Take.Count => Several(Readable(feature, facts), counts: true),
        Take.Ever => Several(Readable(feature, facts), counts: false),
        Take.TimeSince => TimeSince(feature, NewestReadable(feature, facts), indexTime),
        Take.Current => Current(feature, facts, indexTime),
        _ => throw new InvalidOperationException($"{feature.Take} does not read facts"),
    };

    /// <summary>A value that somebody states in the place of facts.</summary>
    public static Aggregate Stated(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Aggregate.None(MissingReason.NoFact);
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Aggregate.Of(number, null, [])
            : new Aggregate(null, null, text, null, [], MissingReason.NotMissing);
    }

    /// <summary>The newest value of these facts that is plausible: what stands in where the window itself has none.</summary>
    public static Aggregate Newest(FeatureDefinition feature, ReadOnlySpan<Fact> facts)
    {
        for (var i = facts.Length - 1; i >= 0; i--)
        {
            if (Reading.Reads(feature, facts[i]) && Single(feature, facts[i]) is { Missing: MissingReason.NotMissing } found) return found;
        }

        return Aggregate.None(MissingReason.NoFact);
    }

    private static Aggregate Single(FeatureDefinition feature, Fact? fact)
    {
        if (fact is null) return Aggregate.None(MissingReason.NoFact);

        Fact[] facts = [fact];
        if (feature.As != ReadAs.Number)
        {
            var found = new Aggregate(null, null, Reading.Words(feature, fact), fact.Finding.ObservedAt, facts, MissingReason.NotMissing);
            return found.Text is null ? found.Without(MissingReason.Implausible) : found;
        }

        var value = Reading.Number(feature, fact)!.Value;
        var number = Aggregate.Of(value, fact.Finding.ObservedAt, facts);
        return feature.IsPlausible(value) ? number : number.Without(MissingReason.Implausible);
    }

    private static Aggregate Extreme(FeatureDefinition feature, ReadOnlySpan<Fact> facts)
    {
        Fact? best = null;
        var bestValue = 0m;
        var bestSide = 0;
        Fact? implausible = null;
        var sign = feature.Take == Take.Min ? -1 : 1;
        foreach (var fact in facts)
        {
            if (Reading.Number(feature, fact) is not { } value) continue;
            if (!feature.IsPlausible(value))
            {
                implausible = fact;
                continue;
            }

            var side = Threshold.Side(fact.Finding.Comparator);
            var difference = value.CompareTo(bestValue);
            if (difference == 0) difference = side.CompareTo(bestSide);
            if (best is not null && difference * sign <= 0) continue;
            (best, bestValue, bestSide) = (fact, value, side);
        }

        if (best is not null) return Aggregate.Of(bestValue, best.Finding.ObservedAt, [best]);
        return Aggregate.None(implausible is null ? MissingReason.NoFact : MissingReason.Implausible);
    }

    private static Aggregate Mean(FeatureDefinition feature, ReadOnlySpan<Fact> facts)
    {
        var used = new List<Fact>(facts.Length);
        var exact = (decimal?)0;
        var sum = 0d;
        var found = false;
        foreach (var fact in facts)
        {
            if (Reading.Number(feature, fact) is not { } value) continue;
            found = true;
            if (!feature.IsPlausible(value)) continue;
            used.Add(fact);
            sum += (double)value;
            exact = Exact.Sum(exact, value);
        }

        if (used.Count == 0) return Aggregate.None(found ? MissingReason.Implausible : MissingReason.NoFact);

        var at = used[^1].Finding.ObservedAt;
        return exact is { } total
            ? Aggregate.Of(total / used.Count, at, used)
            : new Aggregate(null, sum / used.Count, null, at, used, MissingReason.NotMissing);
    }

    private static Aggregate Several(List<Fact> facts, bool counts)
    {
        if (facts.Count == 0) return Aggregate.Of(0, null, []);
        return Aggregate.Of(counts ? facts.Count : 1, facts[^1].Finding.ObservedAt, facts);
    }

    private static Aggregate TimeSince(FeatureDefinition feature, Fact? fact, DateTimeOffset indexTime)
    {
        if (fact is null) return Aggregate.None(MissingReason.NoFact);
        var ticks = (decimal)(indexTime - fact.Finding.ObservedAt).Ticks;
        return Aggregate.Of(ticks / (feature.Unit == "d" ? TimeSpan.TicksPerDay : TimeSpan.TicksPerHour), fact.Finding.ObservedAt, [fact]);
    }

    private static Aggregate Current(FeatureDefinition feature, ReadOnlySpan<Fact> facts, DateTimeOffset indexTime)
    {
        List<Fact>? current = null;
        foreach (var fact in facts)
        {
            if (Covers(feature, fact, indexTime) && Reading.Reads(feature, fact)) (current ??= []).Add(fact);
        }

        if (current is null) return Aggregate.Of(0, null, []);
        var words = feature.As == ReadAs.Code ? Reading.Words(feature, current[^1]) : null;
        return Aggregate.Of(1, current[^1].Finding.ObservedAt, current) with { Text = words };
    }

    // A course whose dose is in another unit, or is not said, is still a course: it must not be taken for no treatment.
    private static Aggregate Dose(FeatureDefinition feature, ReadOnlySpan<Fact> facts, DateTimeOffset indexTime)
    {
        var covered = false;
        for (var i = facts.Length - 1; i >= 0; i--)
        {
            if (!Covers(feature, facts[i], indexTime)) continue;
            covered = true;
            if (facts[i].Finding.Value is not null && facts[i].Finding.Concept.Unit == feature.FactUnit) return Single(feature, facts[i]);
        }

        return covered ? Aggregate.None(MissingReason.NoFact) : Aggregate.Of(0, null, []);
    }

    // The stated length stands in for an end that nobody wrote, so that an old course does not last for ever.
    private static bool Covers(FeatureDefinition feature, Fact fact, DateTimeOffset indexTime)
        => fact.Finding.EndedAt is { } end ? end >= indexTime : indexTime - fact.Finding.ObservedAt <= feature.OngoingFor;

    private static List<Fact> Readable(FeatureDefinition feature, ReadOnlySpan<Fact> facts)
    {
        var readable = new List<Fact>(facts.Length);
        foreach (var fact in facts)
        {
            if (Reading.Reads(feature, fact)) readable.Add(fact);
        }

        return readable;
    }

    private static Fact? NewestReadable(FeatureDefinition feature, ReadOnlySpan<Fact> facts)
    {
        for (var i = facts.Length - 1; i >= 0; i--)
        {
            if (Reading.Reads(feature, facts[i])) return facts[i];
        }

        return null;
    }

    private static Fact? OldestReadable(FeatureDefinition feature, ReadOnlySpan<Fact> facts)
    {
        foreach (var fact in facts)
        {
            if (Reading.Reads(feature, fact)) return fact;
        }

        return null;
    }
}

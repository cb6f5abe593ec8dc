using DatacenterOst.Clinical;
using DatacenterOst.Features;

namespace DatacenterOst.Models.Surveillance;

/// <summary>How a series of viral loads is judged.</summary>
/// <param name="Place">The feature whose facts are the series.</param>
/// <param name="Unit">The unit of the series, and of the limits.</param>
/// <param name="Consecutive">So many consecutive quantifiable samples are an infection.</param>
/// <param name="SingleAbove">One sample above this is an infection.</param>
/// <param name="ClearedBy">So many consecutive samples that are not quantifiable end it.</param>
/// <param name="CurrentFor">A newest sample older than this says nothing about today.</param>
public sealed record LoadRule(
    string Name,
    int Place,
    string Unit,
    int Consecutive,
    double SingleAbove,
    double HighLoad,
    int ClearedBy,
    TimeSpan CurrentFor);

/// <summary>One sample: all results of the same sample time are one.</summary>
/// <param name="Load">Null when there was no number.</param>
/// <param name="Quantifiable">A number above the limit of quantification.</param>
/// <param name="Detected">Quantifiable, or called positive.</param>
/// <param name="Decided">It says whether there was virus; an inconclusive sample does not.</param>
internal readonly record struct LoadSample(DateTimeOffset At, double? Load, bool Quantifiable, bool Detected, bool Decided, Fact Fact)
{
    public static LoadSample Of(Fact fact)
    {
        var finding = fact.Finding;
        var denied = finding.Category is ResultCategory.Negative or ResultCategory.NotDetected;

        // "<34" is a sample that could not be quantified. Whether anything was found at all, only a word beside it can say.
        var below = finding.Comparator is Comparator.LessThan or Comparator.LessOrEqual;
        var quantifiable = finding.Value > 0 && !below && !denied;
        var detected = quantifiable || finding.Category == ResultCategory.Positive;
        var decided = finding.Category is { } category ? category != ResultCategory.Inconclusive : finding.Value is not null;
        return new LoadSample(finding.ObservedAt, (double?)finding.Value, quantifiable, detected, decided, fact);
    }

    /// <summary>Of two results of one sample the one that says more counts: the rule must not miss an infection, nor count a sample twice.</summary>
    public LoadSample Or(LoadSample other)
    {
        var (mine, theirs) = (Weight(this), Weight(other));
        if (mine != theirs) return mine > theirs ? this : other;
        return other.Load > Load ? other : this;
    }

    /// <summary>The load as it meets a limit: a result above the range of the assay lies just above its bound.</summary>
    public double Effective => Threshold.Effective(Load ?? 0, Fact.Finding.Comparator);

    public bool IsExact => Quantifiable && Fact.Finding.Comparator == Comparator.None;

    private static int Weight(LoadSample sample) => sample.Quantifiable ? 3 : sample.Detected ? 2 : sample.Decided ? 1 : 0;
}

/// <summary>Where a series stands at the index time.</summary>
/// <param name="InfectedAt">Sample time at which the present episode of infection began; null when there is none.</param>
/// <param name="PaceDays">Doubling time in days when positive, half-life when negative; null when it cannot be told.</param>
internal readonly record struct LoadState(LoadSample? Newest, LoadSample? Previous, DateTimeOffset? InfectedAt, double? PaceDays)
{
    /// <summary>Days until the load reaches <paramref name="limit"/> at the present pace; null when it is not on the way there.</summary>
    public double? DaysTo(double limit)
        => PaceDays > 0 && Newest is { Load: { } load } && load < limit ? PaceDays * Math.Log2(limit / load) : null;

    /// <param name="facts">In time order.</param>
    public static LoadState Read(LoadRule rule, IReadOnlyList<Fact> facts, DateTimeOffset start)
    {
        LoadSample? newest = null;
        LoadSample? previous = null;
        var episode = new Episode(rule);
        for (var i = 0; i < facts.Count;)
        {
            var sample = LoadSample.Of(facts[i++]);
            while (i < facts.Count && facts[i].Finding.ObservedAt == sample.At) sample = sample.Or(LoadSample.Of(facts[i++]));
            if (sample.At < start) continue;

            episode.Add(sample);
            (previous, newest) = (newest, sample);
        }

        return new LoadState(newest, previous, episode.InfectedAt, Pace(previous, newest));
    }

    // Td = days · ln 2 / ln(v2 / v1). Only between neighbouring samples that were both quantified exactly: across an
    // undetectable sample, or from a bound, the pace would be invented.
    private static double? Pace(LoadSample? previous, LoadSample? newest)
    {
        if (previous is not { IsExact: true, Load: { } first } || newest is not { IsExact: true, Load: { } second } || first == second) return null;
        return (newest.Value.At - previous.Value.At).TotalDays * Math.Log(2) / Math.Log(second / first);
    }

    private struct Episode(LoadRule rule)
    {
        private int quantifiable;
        private int others;

        public DateTimeOffset? InfectedAt { get; private set; }

        // An inconclusive sample neither confirms an infection nor ends one.
        public void Add(LoadSample sample)
        {
            if (!sample.Decided && !sample.Quantifiable) return;
            if (!sample.Quantifiable)
            {
                quantifiable = 0;
                if (++others >= rule.ClearedBy) InfectedAt = null;
                return;
            }

            others = 0;
            quantifiable++;
            if (quantifiable >= rule.Consecutive || sample.Effective > rule.SingleAbove) InfectedAt ??= sample.At;
        }
    }
}

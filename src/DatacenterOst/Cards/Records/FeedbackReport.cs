using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>A share with its 95% interval by Wilson (J Am Stat Assoc 1927;22:209-212), which holds for few cards too.</summary>
/// <param name="Rate">Null where there is nothing to have a share of.</param>
public sealed record Share(long Count, long Of, double? Rate, double? Low, double? High)
{
    /// <summary>The 97.5th percentile of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    public static Share Made(long count, long of)
    {
        if (of == 0) return new Share(count, 0, null, null, null);
        var rate = Math.Min(1, (double)count / of);
        var weight = 1 + (Z * Z / of);
        var middle = (rate + (Z * Z / (2 * of))) / weight;
        var half = Z * Math.Sqrt((rate * (1 - rate) / of) + (Z * Z / (4.0 * of * of))) / weight;
        return new Share(count, of, rate, Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}

/// <summary>Seconds from the card to the first thing that was done with it.</summary>
public sealed record TimeToAnswer(int Count, double? MedianSeconds, double? P90Seconds);

/// <summary>How the cards of one service, model version and unit were taken.</summary>
/// <param name="Answers">Calls that were answered, with cards or without.</param>
/// <param name="Cards">Cards that were shown.</param>
/// <param name="Silenced">Why conclusions gave no card, and answers none at all.</param>
public sealed record FeedbackRates(string Service, string Model, string Version, string Unit)
{
    public long Answers { get; init; }

    public long Cards { get; init; }

    public required IReadOnlyDictionary<string, long> Silenced { get; init; }

    /// <summary>Of the cards shown: those whose last outcome is that they were accepted.</summary>
    public required Share Accepted { get; init; }

    public required Share Overridden { get; init; }

    /// <summary>Reasons of overrides, <c>system|code</c>; <c>none</c> where none was given.</summary>
    public required IReadOnlyDictionary<string, long> OverrideReasons { get; init; }

    public required TimeToAnswer TimeToAnswer { get; init; }
}

/// <summary>Rates over a span of time, by service, model, version and unit, and for all together.</summary>
/// <param name="UnknownCards">Feedback about cards that this server does not know; in none of the rates.</param>
public sealed record FeedbackReport(DateTimeOffset From, DateTimeOffset To, FeedbackRates Total, IReadOnlyList<FeedbackRates> By, long UnknownCards)
{
    private const string All = "all";

    public static FeedbackReport Of(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<SaidCount> said, IReadOnlyList<FeedbackCount> feedback)
    {
        var known = feedback.Where(item => !item.Flags.HasFlag(FeedbackFlags.UnknownCard)).ToList();
        var groups = said.Select(count => (count.Service, count.Model, count.Unit)).Concat(known.Select(item => (item.Service, item.Model, item.Unit)))
            .Distinct().OrderBy(group => group.Service, StringComparer.Ordinal).ThenBy(group => group.Model, StringComparer.Ordinal).ThenBy(group => group.Unit, StringComparer.Ordinal);
        var saidBy = said.ToLookup(count => (count.Service, count.Model, count.Unit));
        var feedbackBy = known.ToLookup(item => (item.Service, item.Model, item.Unit));
        return new FeedbackReport(
            from, to,
            Rates(All, $"{All} {All}", All, said, known),
            [.. groups.Select(group => Rates(group.Service, group.Model, group.Unit, saidBy[group], feedbackBy[group]))],
            feedback.Count - known.Count);
    }

    private static FeedbackRates Rates(string service, string model, string unit, IEnumerable<SaidCount> said, IEnumerable<FeedbackCount> feedback)
    {
        var (answers, cards) = (0L, 0L);
        var silenced = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var count in said)
        {
            answers += count.Count;
            var parsed = Records.Said.Parse(count.Said);
            if (parsed.All.Count == 0) Add(silenced, parsed.IsLate ? SilenceReasons.OverBudget : parsed.IsAbstained ? SilenceReasons.Abstained : SilenceReasons.NothingConcluded, count.Count);
            foreach (var one in parsed.All)
            {
                if (one.IsShown) cards += count.Count;
                else Add(silenced, one.State, count.Count);
            }
        }

        // A card may be overridden and accepted later: the last outcome counts, and the first tells how long it took.
        var byCard = feedback.GroupBy(item => item.Card).Select(items => items.OrderBy(item => item.OutcomeAt).ToList()).ToList();
        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var last in byCard.Select(items => items[^1]).Where(last => last.Outcome == FeedbackOutcome.Overridden)) Add(reasons, last.Reason.Length > 0 ? last.Reason : "none", 1);
        var seconds = byCard.Select(items => Math.Max(0, (items[0].OutcomeAt - items[0].AnsweredAt).TotalSeconds)).Order().ToList();
        var blank = model.IndexOf(' ', StringComparison.Ordinal);
        return new FeedbackRates(service, blank < 0 ? model : model[..blank], blank < 0 ? "" : model[(blank + 1)..], unit)
        {
            Answers = answers,
            Cards = cards,
            Silenced = silenced,
            Accepted = Share.Made(byCard.Count(items => items[^1].Outcome == FeedbackOutcome.Accepted), cards),
            Overridden = Share.Made(reasons.Values.Sum(), cards),
            OverrideReasons = reasons,
            TimeToAnswer = new TimeToAnswer(seconds.Count, Quantile(seconds, 0.5), Quantile(seconds, 0.9)),
        };
    }

    private static void Add(SortedDictionary<string, long> counts, string name, long count) => counts[name] = counts.GetValueOrDefault(name) + count;

    // Linear between neighbours (type 7 of Hyndman and Fan), which for two values gives their mean as the median.
    private static double? Quantile(List<double> sorted, double share)
    {
        if (sorted.Count == 0) return null;
        var place = (sorted.Count - 1) * share;
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}

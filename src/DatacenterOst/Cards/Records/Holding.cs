using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// Which cards of an answer are held back, because they were said before. Pure: the earlier answers go in, the reasons come out.
/// <list type="bullet">
/// <item>The same conclusion at the same rank, shown on the same hook within its quiet period, is not shown again.</item>
/// <item>One that was overridden with a reason is not shown again, on any hook, until the time is over.</item>
/// <item>A rise is shown at once: where an answer after that one had no conclusion so high, the band has fallen and risen since.</item>
/// <item>Over the limit of a user's day nothing but critical cards and rises interrupts.</item>
/// </list>
/// </summary>
public sealed class Holding
{
    private readonly SilenceRules rules;
    private readonly List<(RecentAnswer Answer, Said Said)> earlier;
    private readonly IReadOnlyList<RecentOverride> overrides;
    private readonly DateTimeOffset now;
    private int interruptions;

    private Holding(SilenceRules rules, RecentAnswers recent, long user, string hook, DateTimeOffset now)
    {
        this.rules = rules;
        this.now = now;
        bool Counts(long other) => rules.Per == SilencePer.Patient || user == 0 || other == user;
        earlier = [.. recent.Answers.Where(answer => answer.Hook == hook && Counts(answer.User)).Select(answer => (answer, Said.Parse(answer.Said))).Where(row => !row.Item2.IsAbstained)];
        overrides = [.. recent.Overrides.Where(done => Counts(done.User))];
        interruptions = recent.Interruptions;
    }

    /// <param name="recent">Newest first.</param>
    public static IReadOnlyList<Silence> Of(SilenceRules rules, HookAnswer answer, RecentAnswers recent, long user, string hook, DateTimeOffset now)
    {
        var holding = new Holding(rules, recent, user, hook, now);
        return [.. answer.Cards.Select(holding.Look).OfType<Silence>()];
    }

    private Silence? Look(Card card)
    {
        var shown = earlier.Find(row => row.Said.All.Any(one => one.IsShown && one.Conclusion == card.Conclusion && one.Rank == card.Rank)).Answer;
        var quiet = rules.QuietOf(card);
        if (shown is not null && now - shown.AnsweredAt < quiet && !HasFallenSince(shown.AnsweredAt, card)) return new Silence(SilenceReasons.Repeated, card.Conclusion) { Until = shown.AnsweredAt + quiet };

        var overridden = overrides.FirstOrDefault(done => done.Conclusion == card.Conclusion);
        if (overridden is not null && now - overridden.AnsweredAt < rules.Override && !HasMovedSince(overridden.AnsweredAt, card)) return new Silence(SilenceReasons.Overridden, card.Conclusion);

        if (card.Indicator < Indicator.Warning) return null;
        var isOver = rules.MaxInterruptivePerUserPerDay is { } most && interruptions >= most;
        if (isOver && card.Indicator < Indicator.Critical && !IsRise(card)) return new Silence(SilenceReasons.OverDay, card.Conclusion);
        interruptions++;
        return null;
    }

    private bool HasFallenSince(DateTimeOffset since, Card card) => earlier.Exists(row => row.Answer.AnsweredAt > since && row.Said.Top < card.Rank);

    private bool HasMovedSince(DateTimeOffset since, Card card) => earlier.Exists(row => row.Answer.AnsweredAt > since && row.Said.Top != card.Rank);

    private bool IsRise(Card card) => earlier.Count > 0 && earlier[0].Said.Top < card.Rank;
}

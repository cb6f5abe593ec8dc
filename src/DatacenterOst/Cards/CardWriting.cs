using System.Text;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>From what a model says to what a clinician reads. Pure: the same estimate gives the same card but for its ids.</summary>
public static class CardWriting
{
    /// <summary>The standard's limit is "under 140 characters" (CDS Hooks 2.0.1, Card: summary).</summary>
    public const int MaxSummary = 139;

    /// <param name="uuids">Those that cards get, one after the other.</param>
    public static HookAnswer Write(CdsService service, RiskEstimate estimate, CardReader reader, AnswerUuids? uuids = null)
    {
        uuids ??= AnswerUuids.New(estimate.AsOf);
        var silences = new List<Silence>();
        var scope = new CardScope(service, estimate, reader);
        var cards = new List<Card>();
        foreach (var conclusion in Chosen(service, estimate, silences))
            if (Card(scope, service.Cards[conclusion.Id], conclusion, silences) is { } card) cards.Add(card with { Uuid = uuids.Next() });

        return new HookAnswer
        {
            Service = service.Id,
            Run = uuids.Run,
            Estimate = estimate,
            Language = reader.Language,
            Cards = cards,
            Silences = silences,
            Bytes = Bytes(service, estimate, cards, uuids.Run, reader.Language),
        };
    }

    /// <summary>The same answer without the cards of some conclusions.</summary>
    /// <param name="held">The conclusions, each with the reason why nothing is said.</param>
    public static HookAnswer Without(HookAnswer answer, CdsService service, IReadOnlyList<Silence> held)
    {
        if (held.Count == 0) return answer;
        var cards = answer.Cards.Where(card => !held.Any(silence => silence.Subject == card.Conclusion)).ToList();
        return answer with
        {
            Cards = cards,
            Silences = [.. answer.Silences, .. held],
            Bytes = Bytes(service, answer.Estimate, cards, answer.Run, answer.Language),
        };
    }

    private static ReadOnlyMemory<byte> Bytes(CdsService service, RiskEstimate estimate, List<Card> cards, Guid run, Language language)
        => CardJson.Write(cards, service, new CardOrigin(estimate, run, CardDetail.NewestInput(estimate)), language);

    /// <summary>Conclusions that have a card, most urgent first, without those that another one covers, at most as many as allowed.</summary>
    private static List<Conclusion> Chosen(CdsService service, RiskEstimate estimate, List<Silence> silences)
    {
        if (estimate.Conclusions.Count == 0)
            silences.Add(new Silence(estimate.Abstentions.Count > 0 ? SilenceReasons.Abstained : SilenceReasons.NothingConcluded, estimate.Model.Value));

        var mapped = new List<Conclusion>();
        foreach (var conclusion in estimate.Conclusions)
        {
            if (service.Cards.ContainsKey(conclusion.Id)) mapped.Add(conclusion);
            else silences.Add(new Silence(SilenceReasons.NotMapped, conclusion.Id));
        }

        if (mapped.Count < 2) return mapped;

        var covered = mapped.SelectMany(conclusion => service.Cards[conclusion.Id].Replaces).ToHashSet(StringComparer.Ordinal);
        foreach (var conclusion in mapped.Where(conclusion => covered.Contains(conclusion.Id))) silences.Add(new Silence(SilenceReasons.Replaced, conclusion.Id));

        // OrderBy is stable: among equals the model's own order holds.
        var ordered = mapped.Where(conclusion => !covered.Contains(conclusion.Id))
            .OrderByDescending(conclusion => service.Cards[conclusion.Id].Indicator)
            .ThenByDescending(conclusion => conclusion.Rank)
            .ToList();
        foreach (var conclusion in ordered.Skip(service.MaxCards)) silences.Add(new Silence(SilenceReasons.OverLimit, conclusion.Id));
        return ordered.Count > service.MaxCards ? ordered.GetRange(0, service.MaxCards) : ordered;
    }

    private static Card? Card(CardScope scope, CardContent content, Conclusion conclusion, List<Silence> silences)
    {
        var summary = new StringBuilder(160);
        var detail = new StringBuilder(800);
        var missing = content.Summary.In(scope.Reader.Language).Write(summary, scope, Markup.Plain)
            ?? CardDetail.Write(detail, scope, content, conclusion);
        if (missing is not null)
        {
            silences.Add(new Silence(SilenceReasons.TextIncomplete, $"{conclusion.Id}: {missing}"));
            return null;
        }

        return new Card(Guid.Empty, conclusion.Id, conclusion.Rank, content.Indicator, Fit(summary), detail.ToString(), content.Links);
    }

    // Only a long word from outside can bring a summary over the limit; the numbers stand in front.
    private static string Fit(StringBuilder summary)
    {
        if (summary.Length <= MaxSummary) return summary.ToString();
        var cut = summary.ToString(0, MaxSummary - 1);
        if (char.IsHighSurrogate(cut[^1])) cut = cut[..^1];
        var blank = cut.LastIndexOf(' ');
        return (blank > MaxSummary / 2 ? cut[..blank] : cut) + "…";
    }
}

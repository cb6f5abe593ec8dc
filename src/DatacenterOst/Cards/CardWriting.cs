using System.Text;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>From what a model says to what a clinician reads. Pure: the same estimate gives the same card but for its ids.</summary>
public static class CardWriting
{
    /// <summary>The standard's limit is "under 140 characters" (CDS Hooks 2.0.1, Card: summary).</summary>
    public const int MaxSummary = 139;

    /// <param name="frame">Whom and what the answer is about and for; none gives the words of the model alone, as 2.0.1.</param>
    /// <param name="uuids">Those that cards and suggestions get, one after the other.</param>
    public static HookAnswer Write(CdsService service, RiskEstimate estimate, CardReader reader, AnswerFrame? frame = null, AnswerUuids? uuids = null)
    {
        uuids ??= AnswerUuids.New(estimate.AsOf);
        var silences = new List<Silence>();
        var scope = new CardScope(service, estimate, reader, frame ?? AnswerFrame.None);
        var cards = new List<Card>();
        var actions = new List<CardAction>();
        foreach (var conclusion in Chosen(service, estimate, silences))
        {
            if (Card(scope, service.Cards[conclusion.Id], conclusion, silences) is not { } card) continue;
            cards.Add(card with { Uuid = uuids.Next(), Suggestions = [.. card.Suggestions.Select(suggestion => suggestion with { Uuid = uuids.Next() })] });
            if (scope.Frame.Client.TakesSystemActions) actions.AddRange(SuggestionWriting.SystemActions(scope, service.Cards[conclusion.Id], silences));
        }

        return Answer(scope, cards, silences, actions, uuids.Run);
    }

    /// <summary>
    /// For a client that was set up for another service, so that none of the data came: one card that says that nothing was
    /// assessed. No cards at all would read as "nothing is wrong".
    /// </summary>
    public static HookAnswer NotAssessed(CdsService service, RiskEstimate estimate, CardReader reader, AnswerFrame frame, AnswerUuids uuids)
    {
        var scope = new CardScope(service, estimate, reader, frame);
        var danish = reader.Language == Language.Danish;
        var label = service.Source.Label.In(reader.Language);
        var summary = new StringBuilder(danish ? $"Ikke vurderet, data mangler: {label}" : $"Not assessed, data are missing: {label}");
        var keys = string.Join(", ", service.Prefetch.Select(template => template.Key));
        var detail = new StringBuilder(danish
            ? $"Patienten er ikke vurderet. Journalsystemet sendte ingen af de data, som denne tjeneste beder om ({keys}), og de kunne ikke hentes. Det skal rettes i opsætningen.\n\n"
            : $"The patient was not assessed. The EHR sent none of the data that this service asks for ({keys}), and they could not be fetched. Its configuration needs to be corrected.\n\n");
        CardDetail.WriteOrigin(detail, scope);
        var card = new Card(uuids.Next(), SilenceReasons.NotAssessed, 0, Indicator.Info, Fit(summary), detail.ToString(), []);
        return Answer(scope, [card], [new Silence(SilenceReasons.NotAssessed, service.Id)], [], uuids.Run);
    }

    private static HookAnswer Answer(CardScope scope, List<Card> cards, List<Silence> silences, List<CardAction> actions, Guid run)
    {
        var answer = new HookAnswer
        {
            Service = scope.Service.Id,
            Run = run,
            Estimate = scope.Estimate,
            Language = scope.Reader.Language,
            Cards = cards,
            Silences = silences,
            SystemActions = actions,
            Frame = scope.Frame,
            Bytes = ReadOnlyMemory<byte>.Empty,
        };
        return answer with { Bytes = CardJson.Write(answer, scope.Service, scope.Frame.Client) };
    }

    /// <summary>The same answer without the cards of some conclusions.</summary>
    /// <param name="held">The conclusions, each with the reason why nothing is said.</param>
    public static HookAnswer Without(HookAnswer answer, CdsService service, IReadOnlyList<Silence> held)
    {
        if (held.Count == 0) return answer;
        var cards = answer.Cards.Where(card => !held.Any(silence => silence.Subject == card.Conclusion)).ToList();
        var left = answer with { Cards = cards, Silences = [.. answer.Silences, .. held] };
        return left with { Bytes = CardJson.Write(left, service, answer.Frame.Client) };
    }

    /// <summary>What a version that is not shown yet would have said: kept, and nothing of it sent.</summary>
    public static HookAnswer Unshown(HookAnswer answer, CdsService service)
    {
        var left = answer with { Cards = [], SystemActions = [], Silences = [.. answer.Silences, .. answer.Cards.Select(card => new Silence(SilenceReasons.SilentPhase, card.Conclusion)).DefaultIfEmpty(new Silence(SilenceReasons.SilentPhase, service.Id))] };
        return left with { Bytes = CardJson.Write(left, service, answer.Frame.Client) };
    }

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

        return new Card(Guid.Empty, conclusion.Id, conclusion.Rank, content.Indicator, Fit(summary), detail.ToString(), content.Links)
        {
            Suggestions = SuggestionWriting.Of(scope, content, silences),
            Selection = content.Selection,
            OverrideReasons = content.ReasonsOffered,
        };
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

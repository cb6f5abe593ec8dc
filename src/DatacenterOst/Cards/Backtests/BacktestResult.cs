using System.Globalization;
using System.Text.Json;
using DatacenterOst.Models.Evaluation;
using DatacenterOst.Models.Training;

namespace DatacenterOst.Cards.Backtests;

/// <summary>What the cards of one conclusion were worth, after silence.</summary>
/// <param name="Shown">Cards that were shown.</param>
/// <param name="Held">Cards that were held back.</param>
/// <param name="Per100Days">Shown cards per 100 patient-days.</param>
/// <param name="Ppv">Share of shown cards after which the outcome came.</param>
/// <param name="Sensitivity">Share of patients with the outcome who had such a card.</param>
/// <param name="LeadHours">Median time from a patient's first card to the event; null where nothing says when it came.</param>
public sealed record CardWorth(string Conclusion, int Shown, int Held, double Per100Days, double? Ppv, double? Sensitivity, double? LeadHours);

/// <summary>A whole backtest: how well the number did, and what the cards would have been.</summary>
public sealed record BacktestResult
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required string Service { get; init; }

    public required string Title { get; init; }

    public required string Outcome { get; init; }

    public required int Calls { get; init; }

    /// <summary>By reason: calls without a number.</summary>
    public required IReadOnlyDictionary<string, int> Abstained { get; init; }

    /// <summary>By reason: rows of the study that were not called.</summary>
    public required IReadOnlyDictionary<string, int> LeftOut { get; init; }

    /// <summary>By reason and conclusion: cards that the silence rules held back.</summary>
    public required IReadOnlyDictionary<string, int> Silenced { get; init; }

    public required IReadOnlyList<CardWorth> Cards { get; init; }

    /// <summary>Null for a model whose score is no probability.</summary>
    public required Performance? Performance { get; init; }

    public static BacktestResult Of(CdsService service, StudyData study, IReadOnlyList<BacktestCall> calls)
    {
        var scored = calls.Where(call => call.Row.IsKnown && call.Score is >= 0 and <= 1).Select(call => new ScoredRow(
            call.Row.Patient.Value, call.Row.IndexTime, call.Score!.Value, call.Row.Outcome, call.Row.EventAt, study.Study.Index.Days, call.Row.Groups)).ToArray();
        var numbers = calls.Count(call => call.Row.IsKnown && call.Score is not null);
        var plan = study.Study.Validation;
        return new BacktestResult
        {
            Service = service.Id,
            Title = study.Study.Title,
            Outcome = study.Study.Outcome.Name,
            Calls = calls.Count,
            Abstained = Count(calls.Where(call => call.Score is null).SelectMany(call => call.Abstentions.DefaultIfEmpty("no number"))),
            LeftOut = study.Cohort.LeftOut,
            Silenced = Count(calls.SelectMany(call => call.Held).Select(held => $"{held.Reason}: {held.Subject}")),
            Cards = [.. service.Cards.Keys.Order(StringComparer.Ordinal).Select(conclusion => Worth(conclusion, calls, study.Study.Index.Days))],
            Performance = scored.Length > 0 && scored.Length == numbers ? Performance.Of(scored, plan.Thresholds, new Bootstrap(plan.Bootstrap, plan.Seed)) : null,
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>One self-contained page.</summary>
    public string ToHtml()
    {
        var lead = new List<string>
        {
            Title,
            $"{Calls.ToString("#,0", CultureInfo.InvariantCulture)} calls of {Service}, each answered by the service's own logic as of its index time, with what was known then. Outcome: {Outcome}.",
            "Where the model learnt from these very patients, the figures flatter it: judge by its model card, or by patients it never saw.",
            $"Without a number: {Say(Abstained)}. Not called: {Say(LeftOut)}. Held back by the silence rules: {Say(Silenced)}.",
        };
        foreach (var card in Cards)
        {
            lead.Add(string.Create(CultureInfo.InvariantCulture,
                $"Card “{card.Conclusion}”: shown {card.Shown} times ({card.Per100Days:0.0} per 100 patient-days), held back {card.Held} times; followed by the outcome {Share(card.Ppv)}; of patients with the outcome {Share(card.Sensitivity)} had it{(card.LeadHours is { } hours ? $", in the median {hours:0} h before" : "")}."));
        }

        return ReportPage.Write($"Backtest of {Service}", lead, Performance is null ? [] : [new ReportSection("The number, before any silence", Performance, [])]);
    }

    private static CardWorth Worth(string conclusion, IReadOnlyList<BacktestCall> calls, double days)
    {
        var shown = calls.Where(call => call.Shown.Any(card => card.Conclusion == conclusion)).ToArray();
        var withOutcome = calls.Where(call => call.Row.Outcome).Select(call => call.Row.Patient).ToHashSet();
        var reached = shown.Where(call => call.Row.Outcome).GroupBy(call => call.Row.Patient).ToArray();
        var leads = reached.Select(own => own.MinBy(call => call.Row.IndexTime)!.Row).Where(row => row.EventAt >= row.IndexTime).Select(row => (row.EventAt!.Value - row.IndexTime).TotalHours).Order().ToArray();
        return new CardWorth(
            conclusion,
            shown.Length,
            calls.Count(call => call.Held.Any(held => held.Subject == conclusion)),
            calls.Count == 0 ? 0 : 100 * shown.Length / (calls.Count * Math.Max(days, 1e-9)),
            shown.Length == 0 ? null : (double)shown.Count(call => call.Row.Outcome) / shown.Length,
            withOutcome.Count == 0 ? null : (double)reached.Length / withOutcome.Count,
            leads.Length == 0 ? null : (leads[(leads.Length - 1) / 2] + leads[leads.Length / 2]) / 2);
    }

    private static SortedDictionary<string, int> Count(IEnumerable<string> reasons)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var reason in reasons) counts[reason] = counts.GetValueOrDefault(reason) + 1;
        return counts;
    }

    private static string Say(IReadOnlyDictionary<string, int> counts)
        => counts.Count == 0 ? "none" : string.Join("; ", counts.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} – {pair.Key}")));

    private static string Share(double? share) => share is { } number ? (number * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : "–";
}

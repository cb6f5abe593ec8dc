using System.Globalization;
using DatacenterOst.Models;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// What one answer said, in a line that statistics group by and silence is decided from: each conclusion with its rank, its
/// indicator and whether it was shown. No patient data.
/// </summary>
public sealed record Said(IReadOnlyList<SaidOne> All, bool IsAbstained)
{
    public const string Shown = "+";

    private const string Abstention = "?";

    private const string Late = "!";

    /// <summary>Longer lines would be of a model that concludes everything at once; the rest is cut.</summary>
    private const int MaxConclusions = 20;

    /// <summary>Nothing was said because nothing was ready in time.</summary>
    public bool IsLate { get; private init; }

    /// <summary>The highest rank that was concluded; below every rank when nothing was.</summary>
    public int Top => All.Count == 0 ? int.MinValue : All.Max(one => one.Rank);

    public static Said Of(HookAnswer answer, CdsService service)
    {
        var said = new List<SaidOne>();
        foreach (var conclusion in answer.Estimate.Conclusions.Take(MaxConclusions))
        {
            var indicator = service.Cards.TryGetValue(conclusion.Id, out var content) ? content.Indicator : default;
            said.Add(new SaidOne(conclusion.Id, conclusion.Rank, indicator, StateOf(answer, conclusion)));
        }

        return new Said(said, answer.Estimate.Conclusions.Count == 0 && answer.Estimate.Abstentions.Count > 0)
        {
            IsLate = answer.Silences.Any(silence => silence.Reason == SilenceReasons.OverBudget),
        };
    }

    public static Said Parse(string text)
    {
        if (text == Late) return new Said([], true) { IsLate = true };
        if (text == Abstention) return new Said([], true);
        var said = new List<SaidOne>();
        foreach (var one in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = one.Split('/');
            said.Add(new SaidOne(Uri.UnescapeDataString(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture), (Indicator)(parts[2][0] - '0'), parts[3]));
        }

        return new Said(said, false);
    }

    public override string ToString() => IsLate ? Late
        : IsAbstained ? Abstention
        : string.Join(';', All.Select(one => string.Create(CultureInfo.InvariantCulture, $"{Uri.EscapeDataString(one.Conclusion)}/{one.Rank}/{(int)one.Indicator}/{one.State}")));

    private static string StateOf(HookAnswer answer, Conclusion conclusion)
    {
        if (answer.Cards.Any(card => card.Conclusion == conclusion.Id)) return Shown;

        // "conclusion: value" names the value that a text missed.
        return answer.Silences.FirstOrDefault(silence => silence.Subject == conclusion.Id || silence.Subject.StartsWith(conclusion.Id + ":", StringComparison.Ordinal))?.Reason
            ?? SilenceReasons.NotMapped;
    }
}

/// <param name="Indicator">0 where the service has no card for the conclusion.</param>
/// <param name="State"><see cref="Said.Shown"/>, or why not: one of <see cref="SilenceReasons"/>.</param>
public sealed record SaidOne(string Conclusion, int Rank, Indicator Indicator, string State)
{
    public bool IsShown => State == Said.Shown;
}

using DatacenterOst.Store.Models;

namespace DatacenterOst.Models.Monitoring;

/// <summary>
/// Which outcome belongs to which estimate. One that is told of an answer is that answer's; one that is told of a patient belongs to all
/// estimates before it within the horizon. A patient to whom nothing happened counts when followed for the whole horizon.
/// </summary>
public sealed class OutcomeJoin
{
    private readonly Dictionary<Guid, bool> byRun = [];
    private readonly ILookup<long, ModelOutcome> bySubject;
    private readonly IReadOnlyDictionary<(string Hash, Guid Run), bool> stored;

    /// <param name="outcomes">Those told last come last, and hold.</param>
    /// <param name="stored">What the record says, which holds where nobody has told anything.</param>
    public OutcomeJoin(IReadOnlyList<ModelOutcome> outcomes, IReadOnlyDictionary<(string Hash, Guid Run), bool>? stored = null)
    {
        this.stored = stored ?? new Dictionary<(string Hash, Guid Run), bool>();
        foreach (var outcome in outcomes.Where(outcome => outcome.Run != Guid.Empty)) byRun[outcome.Run] = outcome.Happened;
        bySubject = outcomes.Where(outcome => outcome.Run == Guid.Empty).ToLookup(outcome => outcome.Subject);
    }

    /// <returns>Null when it is not known yet.</returns>
    public bool? Of(ScoredRow row, TimeSpan? horizon)
    {
        if (byRun.TryGetValue(row.Run, out var told)) return told;
        var until = horizon is { } span ? row.AsOf + span : DateTimeOffset.MaxValue;
        bool? happened = null;
        foreach (var outcome in bySubject[row.Subject])
        {
            if (outcome.Happened && outcome.OccurredAt > row.AsOf && outcome.OccurredAt <= until) return true;
            if (!outcome.Happened && outcome.OccurredAt >= (horizon is null ? row.AsOf : until)) happened = false;
        }

        if (happened is not null) return happened;
        return stored.TryGetValue((row.Estimate.Hash, row.Run), out var read) ? read : null;
    }
}

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

    /// <param name="outcomes">Those told last come last, and hold.</param>
    public OutcomeJoin(IReadOnlyList<ModelOutcome> outcomes)
    {
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

        return happened;
    }
}

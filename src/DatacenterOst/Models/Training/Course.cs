namespace DatacenterOst.Models.Training;

/// <summary>What came after an index time.</summary>
/// <param name="Outcome">It came within the horizon, while the patient was followed.</param>
/// <param name="Days">From the index time to the outcome or to the end of the follow-up; null where the study knows neither horizon nor end.</param>
/// <param name="IsKnown">False for somebody who was lost before the horizon.</param>
internal sealed record Course(bool Outcome, DateTimeOffset? EventAt, double? Days, bool IsKnown)
{
    /// <summary>There is nothing left to foretell: the outcome had come by the index time, or nobody looked after it.</summary>
    public static readonly Course Over = new(false, null, null, false);

    /// <summary>It came, and nobody knows when.</summary>
    public static readonly Course Undated = new(true, null, null, false);

    /// <param name="events">The first outcomes of the record, sorted.</param>
    /// <param name="ends">Facts that end the follow-up, sorted.</param>
    public static Course OfFacts(OutcomeRule rule, DateTimeOffset at, IReadOnlyList<DateTimeOffset> events, IReadOnlyList<DateTimeOffset> ends)
        => events.Count > 0 && events[0] <= at ? Over : Of(rule, at, events.Count > 0 ? events[0] : null, End(rule, at, ends, null));

    /// <param name="isRepeated">The patient has several index times, so that some may lie after the outcome.</param>
    public static Course OfFile(OutcomeRule rule, KnownOutcome known, DateTimeOffset anchor, DateTimeOffset at, bool isRepeated, bool isSurvival)
    {
        var when = known.EventDays is { } days ? anchor.AddDays(days) : (DateTimeOffset?)null;
        if (when < at && (isRepeated || isSurvival)) return Over;
        if (known.Came && when is null) return isSurvival ? Undated : new Course(true, null, null, true);
        if (known.Came && rule.Within == TimeSpan.Zero) return new Course(true, when, (when!.Value - at).TotalDays, true);
        return Of(rule, at, when, End(rule, at, [], known.FollowedDays is { } followed ? anchor.AddDays(followed) : null));
    }

    private static Course Of(OutcomeRule rule, DateTimeOffset at, DateTimeOffset? came, DateTimeOffset? end)
    {
        if (end <= at) return Over;
        if (came is { } when && (end is null || when <= end)) return new Course(true, when, (when - at).TotalDays, true);
        return new Course(false, null, end is { } last ? (last - at).TotalDays : null, rule.Within == TimeSpan.Zero || end >= at + rule.Within);
    }

    private static DateTimeOffset? End(OutcomeRule rule, DateTimeOffset at, IReadOnlyList<DateTimeOffset> ends, DateTimeOffset? followed)
    {
        DateTimeOffset? end = rule.Within > TimeSpan.Zero ? at + rule.Within : null;
        foreach (var one in new[] { ends.Where(one => one > at).Select(one => (DateTimeOffset?)one).FirstOrDefault(), rule.Censoring.Until, followed })
        {
            if (one is { } earlier && (end is null || earlier < end)) end = earlier;
        }

        return end;
    }
}

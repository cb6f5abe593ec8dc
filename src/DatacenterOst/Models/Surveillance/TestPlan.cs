namespace DatacenterOst.Models.Surveillance;

/// <summary>In these strata, from one day after the start up to another, a test is expected this often.</summary>
/// <param name="Grace">How long after the expected time a missing sample is not yet called missed.</param>
public sealed record CalendarPhase(IReadOnlyList<string> Strata, TimeSpan From, TimeSpan To, TimeSpan Every, TimeSpan Grace);

/// <summary>A test of the plan, with its calendar in time order.</summary>
/// <param name="Place">The feature whose facts are the samples.</param>
public sealed record TestPlan(string Name, int Place, IReadOnlyList<CalendarPhase> Phases)
{
    /// <summary>
    /// The next sample is due at the first time at which the time since the newest sample reaches the interval of the
    /// phase that applies then. So the interval may grow or shrink from phase to phase, and after the last phase nothing is due.
    /// </summary>
    /// <param name="newest">The newest sample since the start; the start itself when there is none.</param>
    public (DateTimeOffset Due, CalendarPhase Phase)? Next(string stratum, DateTimeOffset start, DateTimeOffset newest)
    {
        var since = newest - start;
        foreach (var phase in Phases)
        {
            if (!Applies(phase, stratum)) continue;
            var due = since + phase.Every;
            if (due < phase.From) due = phase.From;
            if (due < phase.To) return (start + due, phase);
        }

        return null;
    }

    private static bool Applies(CalendarPhase phase, string stratum)
    {
        foreach (var name in phase.Strata)
        {
            if (name == stratum) return true;
        }

        return false;
    }
}

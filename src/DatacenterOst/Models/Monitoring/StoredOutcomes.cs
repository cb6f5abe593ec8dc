using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Training;
using DatacenterOst.Store;

namespace DatacenterOst.Models.Monitoring;

/// <summary>
/// What came of patients that a model scored, read from the record by the outcome that the package declares: the same rule that a training
/// goes by, with the end of the data at the time of the report. What somebody has told of an estimate goes before it.
/// </summary>
public sealed class StoredOutcomes(StoreDatabase database)
{
    /// <summary>Patients whose records one report looks into; over it the newest estimates are taken.</summary>
    public const int MaxPatients = 20_000;

    private readonly Timeline timeline = new(database);
    private readonly PatientsWithFact withFact = new(database);
    private readonly PatientDirectory directory = new(database);

    /// <param name="rows">Estimates of one version.</param>
    /// <param name="names">How callers named patients, by subject: what a call brought with it was never looked up in the store.</param>
    /// <param name="now">What was not known by then has not come.</param>
    /// <returns>By run; estimates of which nothing is known yet are not there.</returns>
    public async Task<IReadOnlyDictionary<Guid, bool>> Read(OutcomeRule rule, IReadOnlyList<ScoredRow> rows, IReadOnlyDictionary<long, string> names, DateTimeOffset now, Caller caller, CancellationToken cancellationToken)
    {
        var until = rule.Censoring.Until is { } end && end < now ? end : now;
        rule = rule with { Censoring = rule.Censoring with { Until = until } };
        var outcomes = new Dictionary<Guid, bool>();
        var touched = (await withFact.Read([.. rule.Codes, .. rule.Censoring.Codes], caller, cancellationToken)).ToHashSet();
        foreach (var own in rows.GroupBy(row => row.Subject).Take(MaxPatients))
        {
            if (await Patient(own, names, caller, cancellationToken) is not { } patient) continue;

            // Of most patients there is no such fact at all, and nothing to read.
            IReadOnlyList<DateTimeOffset> events = [], ends = [];
            if (touched.Contains(patient))
            {
                events = rule.Times(await Facts(patient, rule.Codes, now, caller, cancellationToken));
                if (rule.Censoring.Codes.Count > 0) ends = [.. (await Facts(patient, rule.Censoring.Codes, now, caller, cancellationToken)).Select(fact => fact.Finding.ObservedAt)];
            }

            foreach (var row in own)
            {
                if (Course.OfFacts(rule, row.AsOf, events, ends) is { IsKnown: true } course) outcomes[row.Run] = course.Outcome;
            }
        }

        return outcomes;
    }

    private async Task<PatientId?> Patient(IGrouping<long, ScoredRow> own, IReadOnlyDictionary<long, string> names, Caller caller, CancellationToken cancellationToken)
    {
        if (own.FirstOrDefault(row => row.Patient != PatientId.None) is { } known) return known.Patient;
        return names.TryGetValue(own.Key, out var name) ? await directory.FindReference($"Patient/{name}", caller, cancellationToken) : null;
    }

    private Task<IReadOnlyList<Fact>> Facts(PatientId patient, IReadOnlyList<Code> codes, DateTimeOffset now, Caller caller, CancellationToken cancellationToken)
        => timeline.Read(patient, new TimelineQuery(codes, DateTimeOffset.MinValue, now), AsOf.KnownBy(now), caller, cancellationToken);
}

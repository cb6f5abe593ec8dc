using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Store;

namespace DatacenterOst.Models.Training;

/// <summary>One patient at one index time, with what came of them.</summary>
public sealed record CohortRow(PatientId Patient, DateTimeOffset IndexTime, FeatureVector Vector, bool Outcome, DateTimeOffset? EventAt, IReadOnlyDictionary<string, string> Groups)
{
    /// <summary>Days to the outcome or to the end of the follow-up; null where the study knows neither.</summary>
    public double? FollowedDays { get; init; }

    /// <summary>False for somebody who was lost before the horizon: the row counts for survival, and for nothing else.</summary>
    public bool IsKnown { get; init; } = true;
}

/// <summary>All rows of a study, and how many were left out and why.</summary>
public sealed record CohortData(IReadOnlyList<CohortRow> Rows, IReadOnlyDictionary<string, int> LeftOut);

/// <summary>
/// Reads a study's cohort from the store. A row's features see only what was known by its index time; its outcome may be known later, and is
/// the only thing that is.
/// </summary>
internal sealed class Cohort(Study study, PackageDraft draft, IReadOnlyDictionary<string, KnownOutcome>? outcomes, CohortStore store)
{
    public const string NoOutcome = "no outcome is known";
    public const string Undated = "the outcome came, and nobody knows when";
    public const string Lost = "lost before the horizon, so that nobody knows what came";
    public const string Unknown = "not in the store, or without the fact that begins the study as far as anybody knew by the index times";

    private readonly Dictionary<string, int> leftOut = new(StringComparer.Ordinal);

    public async Task<CohortData> Read(IProgress<int>? progress, Caller caller, CancellationToken cancellationToken)
    {
        var rows = new List<CohortRow>();
        var seen = 0;
        foreach (var (patient, known) in await Patients(caller, cancellationToken))
        {
            rows.AddRange(await Rows(patient, known, caller, cancellationToken));
            if (rows.Count > TrainingRows.MaxRows) throw new Problem(ProblemKind.TooLarge, $"a study takes {TrainingRows.MaxRows} rows at most; take fewer index times", where: "index");
            progress?.Report(++seen);
        }

        return new CohortData(rows, leftOut);
    }

    private async Task<List<(PatientId Patient, KnownOutcome? Known)>> Patients(Caller caller, CancellationToken cancellationToken)
    {
        var patients = new List<(PatientId, KnownOutcome?)>();
        if (outcomes is not null)
        {
            foreach (var (value, known) in outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (await store.Patients.Find(new Identifier(study.Outcome.File!.System, value), caller, cancellationToken) is { } patient) patients.Add((patient, known));
                else LeaveOut(Unknown);
            }

            return patients;
        }

        foreach (var patient in await store.WithFact.Read(study.Index.Anchor, caller, cancellationToken)) patients.Add((patient, null));
        return patients;
    }

    private async Task<List<CohortRow>> Rows(PatientId patient, KnownOutcome? known, Caller caller, CancellationToken cancellationToken)
    {
        var everything = new TimelineQuery(study.Index.Anchor, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        var begins = Begins(await store.Timeline.ReadUnresolved(patient, everything, AsOf.KnownBy(DateTimeOffset.MaxValue), caller, cancellationToken));
        if (begins.Count == 0)
        {
            LeaveOut(Unknown);
            return [];
        }

        var times = begins.Select(begin => begin.At).ToArray();
        var record = await store.Patients.Get(patient, caller, cancellationToken);
        var prepared = draft.Features.Prepare(record.Demographics, await Facts(patient, times, caller, cancellationToken));
        var events = outcomes is null ? await Events(patient, times, caller, cancellationToken) : [];
        var ends = study.Outcome.Censoring.Codes.Count > 0 ? await Ends(patient, caller, cancellationToken) : [];
        var rows = new List<CohortRow>(times.Length);
        foreach (var (anchor, at) in begins)
        {
            var course = known is null
                ? Course.OfFacts(study.Outcome, at, events, ends)
                : Course.OfFile(study.Outcome, known, anchor.Finding.ObservedAt, at, study.Index.Every is not null, study.IsSurvival);
            if (ReferenceEquals(course, Course.Over)) continue;
            if (Unfit(course) is { } unfit)
            {
                LeaveOut(unfit);
                continue;
            }

            var vector = prepared.Evaluate(at);
            if (draft.Refuses(vector) is { } reason) LeaveOut(reason);
            else rows.Add(Row(patient, at, vector, course, Groups(vector, record.Demographics, at, anchor.Source.Profile)));
        }

        return rows;
    }

    // Index times, each with the fact that begins the study. A time counts where that fact is the first of its kind as far as anybody knew by then: a
    // stay that was noted late, or was no stay, must not move what a model is taught and judged by.
    private List<(Fact Anchor, DateTimeOffset At)> Begins(IReadOnlyList<Fact> anchors)
    {
        var begins = new SortedDictionary<DateTimeOffset, Fact>();
        var versions = anchors.CountBy(fact => fact.Finding.ResultId).ToDictionary();
        foreach (var anchor in anchors.OrderBy(fact => fact.Finding.ObservedAt).DistinctBy(fact => fact.Finding.ObservedAt))
        {
            foreach (var at in study.Index.Times(anchor.Finding.ObservedAt))
            {
                if (TimelineResolution.Resolve(anchors, AsOf.KnownBy(at)) is [var first, ..] && first.Finding.ObservedAt == anchor.Finding.ObservedAt) begins.TryAdd(at, first);
            }

            // One that was known in time and stayed as it was is the first for good.
            if (versions[anchor.Finding.ResultId] == 1 && anchor.Finding.Status != FactStatus.Retracted && anchor.Finding.KnownAt <= anchor.Finding.ObservedAt + study.Index.After) break;
        }

        return [.. begins.Select(begin => (begin.Value, begin.Key))];
    }

    // From the earliest window of the first index time to the last index time; what is known when is cut by the engine for each.
    private async Task<IReadOnlyList<Fact>> Facts(PatientId patient, DateTimeOffset[] times, Caller caller, CancellationToken cancellationToken)
    {
        var query = draft.Features.Needs.Query(times[^1]) with { ObservedFrom = draft.Features.Needs.Query(times[0]).ObservedFrom };
        return await store.Timeline.ReadUnresolved(patient, query, AsOf.KnownBy(times[^1]), caller, cancellationToken);
    }

    private async Task<IReadOnlyList<DateTimeOffset>> Events(PatientId patient, DateTimeOffset[] times, Caller caller, CancellationToken cancellationToken)
    {
        var query = new TimelineQuery(study.Outcome.Codes, DateTimeOffset.MinValue, times[^1] + study.Outcome.Within);
        var facts = await store.Timeline.Read(patient, query, AsOf.KnownBy(DateTimeOffset.MaxValue), caller, cancellationToken);
        return study.Outcome.Times(facts);
    }

    private async Task<IReadOnlyList<DateTimeOffset>> Ends(PatientId patient, Caller caller, CancellationToken cancellationToken)
    {
        var query = new TimelineQuery(study.Outcome.Censoring.Codes, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        var facts = await store.Timeline.Read(patient, query, AsOf.KnownBy(DateTimeOffset.MaxValue), caller, cancellationToken);
        return [.. facts.Select(fact => fact.Finding.ObservedAt)];
    }

    private string? Unfit(Course course)
    {
        if (ReferenceEquals(course, Course.Undated)) return Undated;
        return course.IsKnown || study.IsSurvival ? null : Lost;
    }

    private static CohortRow Row(PatientId patient, DateTimeOffset at, FeatureVector vector, Course course, IReadOnlyDictionary<string, string> groups)
        => new(patient, at, vector, course.Outcome, course.EventAt, groups) { FollowedDays = course.Days, IsKnown = course.IsKnown };

    private Dictionary<string, string> Groups(FeatureVector vector, Demographics person, DateTimeOffset at, string source)
    {
        var groups = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["sex"] = person.Sex switch { Sex.Female => "female", Sex.Male => "male", _ => "not known" },
            ["source"] = source,
        };
        if (person.BirthDate is { } born) groups["age"] = AgeBand(at.Year - born.Year - (DateOnly.FromDateTime(at.DateTime) < born.AddYears(at.Year - born.Year) ? 1 : 0));
        foreach (var rule in study.Subgroups)
        {
            if (rule.OneOf.FirstOrDefault(name => vector.Find(name)?.Number > 0) is { } group) groups[rule.Name] = group;
        }

        return groups;
    }

    private static string AgeBand(int age) => age switch
    {
        < 18 => "0-17",
        < 45 => "18-44",
        < 65 => "45-64",
        < 80 => "65-79",
        _ => "80 and more",
    };

    private void LeaveOut(string reason) => leftOut[reason] = leftOut.GetValueOrDefault(reason) + 1;
}

/// <summary>The parts of the store that a cohort is read from.</summary>
internal sealed record CohortStore(PatientDirectory Patients, PatientsWithFact WithFact, Timeline Timeline);

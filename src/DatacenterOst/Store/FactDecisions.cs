using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// Decides for each finding whether it is new, there already, or a correction that its source did not mark as one.
/// Pure: it sees the facts of the store that could matter, and those decided before it.
/// </summary>
internal sealed class FactDecisions
{
    private readonly Dictionary<(long Patient, UInt128 Result), List<FactRow>> byResult = [];
    private readonly Dictionary<(long Patient, int Concept, DateTimeOffset ObservedAt), List<FactRow>> byMoment = [];
    private readonly HashSet<(long Patient, FactKey Key)> keys = [];

    /// <summary>Results that stand at more than one place of the timeline: a correction moved them to another time or code.</summary>
    public HashSet<(long Patient, UInt128 Result)> Moved { get; } = [];

    public void Add(FactRow fact)
    {
        if (keys.Add((fact.Patient, fact.Key)))
        {
            if (byResult.GetValueOrDefault((fact.Patient, fact.Result)) is [var first, ..]
                && (first.Concept != fact.Concept || first.Finding.ObservedAt != fact.Finding.ObservedAt))
            {
                Moved.Add((fact.Patient, fact.Result));
            }

            Append(byResult, (fact.Patient, fact.Result), fact);
            Append(byMoment, (fact.Patient, fact.Concept, fact.Finding.ObservedAt), fact);
        }
    }

    /// <summary>What is to be written, if anything.</summary>
    /// <param name="version">The version of the FHIR resource that says it; null for other sources.</param>
    /// <param name="arrivedAt">When the bytes that say it came for the first time.</param>
    public (ItemState State, FactRow Row) Decide(FactRow said, ResourceTaken? version, DateTimeOffset arrivedAt)
    {
        var row = version is { Version: > 1 } ? AsUpdate(said, version) : AsSent(said, arrivedAt);
        if (row is null || keys.Contains((said.Patient, row.Key)))
        {
            return (ItemState.Unchanged, said);
        }

        var isDoublet = byMoment.GetValueOrDefault((row.Patient, row.Concept, row.Finding.ObservedAt))?
            .Any(other => other.Result != row.Result && other.Finding.Status != FactStatus.Retracted && IsSame(other, row)) ?? false;
        Add(row);
        return (isDoublet && row.Finding.Status != FactStatus.Retracted ? ItemState.Doublet : ItemState.New, row);
    }

    /// <summary>Whether nothing later is known of the same result.</summary>
    public bool IsLatest(FactRow row) => Latest(row, DateTimeOffset.MaxValue) is not { } latest || latest.Key == row.Key;

    // A source that restores an earlier value without calling it corrected sends the very fact that is there already.
    // It is a correction of the value in between, and gets a key of its own as such.
    private FactRow? AsSent(FactRow said, DateTimeOffset arrivedAt)
    {
        if (!keys.Contains((said.Patient, said.Key)))
        {
            return IsLateCorrection(said, arrivedAt)
                ? Latest(said, arrivedAt) is { } now && Holds(now, said) ? null : Corrected(said, FactStatus.Corrected, arrivedAt)
                : said;
        }

        if (said.Finding.Status != FactStatus.Final)
        {
            return said;
        }

        var earlier = Latest(said, said.Finding.KnownAt);
        var first = byResult[(said.Patient, said.Result)].First(fact => fact.Key == said.Key);
        var isRestored = earlier is not null && earlier.Finding.KnownAt > first.Finding.KnownAt
            && earlier.Finding.KnownAt < said.Finding.KnownAt && !Holds(earlier, said);
        return isRestored ? Corrected(said, FactStatus.Corrected, said.Finding.KnownAt) : said;
    }

    // Another value of a result that was reported, with the time at which the first one was: it was not known then, but
    // from its arrival on.
    private bool IsLateCorrection(FactRow said, DateTimeOffset arrivedAt) =>
        said.Finding is { Status: FactStatus.Final or FactStatus.Corrected } && arrivedAt > said.Finding.KnownAt
        && Latest(said, said.Finding.KnownAt) is { } earlier && earlier.Finding.KnownAt == said.Finding.KnownAt
        && earlier.Finding is { Status: FactStatus.Final or FactStatus.Corrected } && !Holds(earlier, said);

    // What an update says was not known before the update came, whatever its issued says: an old issued would carry the
    // new value into the past. Null when the update does not change this finding.
    private FactRow? AsUpdate(FactRow said, ResourceTaken version)
    {
        var earlier = Latest(said, version.KnownAt);
        if (earlier is null)
        {
            return Corrected(said, said.Finding.Status, version.KnownAt);
        }

        var status = said.Finding.Status == FactStatus.Retracted ? FactStatus.Retracted
            : earlier.Finding.Status == FactStatus.Preliminary ? said.Finding.Status
            : FactStatus.Corrected;
        var isSettled = TimelineResolution.Standing(earlier.Finding.Status) >= TimelineResolution.Standing(FactStatus.Final);
        var row = Corrected(said, status, version.KnownAt);
        var saysNothingNew = Holds(earlier, said) && (isSettled || said.Finding.Status == FactStatus.Preliminary);
        return saysNothingNew && status != FactStatus.Retracted && !keys.Contains((said.Patient, row.Key)) ? null : row;
    }

    private FactRow? Latest(FactRow of, DateTimeOffset known) =>
        byResult.GetValueOrDefault((of.Patient, of.Result))?
            .Where(fact => fact.Finding.KnownAt <= known)
            .OrderBy(fact => fact.Finding.KnownAt).ThenBy(fact => fact.StoredAt)
            .ThenBy(fact => TimelineResolution.Standing(fact.Finding.Status)).LastOrDefault();

    private static FactRow Corrected(FactRow said, FactStatus status, DateTimeOffset knownAt)
    {
        var finding = said.Finding with { Status = status, KnownAt = knownAt };
        return said with { Finding = finding, Key = FactKeys.Of(finding) };
    }

    private static bool Holds(FactRow earlier, FactRow said) =>
        earlier.Finding.Status != FactStatus.Retracted && earlier.Concept == said.Concept
        && earlier.Finding.ObservedAt == said.Finding.ObservedAt && earlier.Finding.EndedAt == said.Finding.EndedAt && IsSame(earlier, said);

    private static bool IsSame(FactRow one, FactRow other) =>
        one.Finding.Value == other.Finding.Value && one.Finding.Comparator == other.Finding.Comparator
        && one.Finding.Category == other.Finding.Category && one.Finding.Text == other.Finding.Text;

    private static void Append<TKey>(Dictionary<TKey, List<FactRow>> index, TKey key, FactRow fact)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var facts))
        {
            index.Add(key, facts = []);
        }

        facts.Add(fact);
    }
}

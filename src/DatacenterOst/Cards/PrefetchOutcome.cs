using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Store;

namespace DatacenterOst.Cards;

/// <summary>
/// What the prefetch of one request gave. Keys in <see cref="Missing"/> gave nothing that can be relied on: their data must
/// come from the store or the EHR's FHIR server, else the answer is 412.
/// </summary>
public sealed record PrefetchOutcome
{
    /// <summary>Facts before resolution, so that those from the store can join them.</summary>
    public required IReadOnlyList<Fact> Facts { get; init; }

    public required Demographics Demographics { get; init; }

    public required AsOf AsOf { get; init; }

    public required IReadOnlyList<MissingPrefetch> Missing { get; init; }

    /// <summary>Resources of another patient, or of none that could be told; they were left out.</summary>
    public required int OtherPatients { get; init; }

    /// <summary>Results that could not be understood, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Rejected { get; init; }

    public bool IsComplete => Missing.Count == 0;

    /// <summary>What a model sees: corrections applied, doublets counted once, nothing that was not known by then.</summary>
    public History History(PatientId patient) => new(patient, Demographics, TimelineResolution.Resolve(Facts, AsOf));

    /// <summary>
    /// The same with the store's part, for keys that are missing: all that is stored, before resolution
    /// (<see cref="Timeline.ReadUnresolved"/>), so that corrections on either side hold on both. What both have counts once; what the client itself just
    /// sent of who the patient is goes before what the store remembers.
    /// </summary>
    public History With(PatientId patient, Demographics stored, IReadOnlyList<Fact> storedFacts) => new(
        patient,
        Demographics == Demographics.Unknown ? stored : Demographics,
        TimelineResolution.Resolve(Facts.Concat(storedFacts), AsOf));

    /// <summary>The same, where these keys need not be there.</summary>
    public PrefetchOutcome Without(IEnumerable<string> optional)
    {
        var known = optional.ToHashSet(StringComparer.Ordinal);
        return this with { Missing = [.. Missing.Where(missing => !known.Contains(missing.Key))] };
    }

    /// <exception cref="Problem">PreconditionFailed (412), naming the keys, when data are missing.</exception>
    public void RequireComplete()
    {
        if (IsComplete) return;
        var keys = string.Join("; ", Missing.Select(missing => $"{missing.Key} ({missing.Reason})"));
        throw new Problem(ProblemKind.PreconditionFailed, $"Prefetch these keys and call again: {keys}.", $"prefetch.{Missing[0].Key}");
    }

    public override string ToString() => nameof(PrefetchOutcome);
}

/// <param name="Reason">One of <see cref="PrefetchReasons"/>.</param>
public sealed record MissingPrefetch(string Key, string Reason);

/// <summary>Why a prefetch key gave nothing to rely on.</summary>
public static class PrefetchReasons
{
    public const string Absent = "not supplied";
    public const string Failed = "the client's own fetch failed";
    public const string Incomplete = "only a part of the period that the model looks back over was supplied";
}

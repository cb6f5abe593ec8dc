using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Normalise;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Store;

/// <summary>A normalised record and when its bytes reached us.</summary>
public sealed record Arrival(NormalRecord Record, DateTimeOffset ArrivedAt)
{
    /// <summary>
    /// The raw bytes as they are kept. Hashing and compressing is most of the work of an ingest: who reads does it, so that
    /// who writes need not.
    /// </summary>
    internal KeptRaw? Kept { get; init; }

    /// <summary>For each item what its resource is found by.</summary>
    internal IReadOnlyList<IndexedValues?>? Indexed { get; init; }

    internal ResourceWrite Write { get; init; } = ResourceWrite.Ingest;

    internal Arrival Prepared(string profile, SearchParameters parameters) => this with
    {
        Kept = KeptRaw.Of(profile, Record.Raw),
        Indexed = [.. Record.Items.Select(item => item.Resource is { } resource ? IndexedValues.Of(resource, parameters) : null)],
    };
}

public enum ItemState
{
    /// <summary>Stored now.</summary>
    New,

    /// <summary>Was there already: the same message again.</summary>
    Unchanged,

    /// <summary>Stored now, and says what another result says already: counts once when read.</summary>
    Doublet,

    /// <summary>Not understood, wholly or in part; kept with the reason.</summary>
    Rejected,
}

/// <summary>What became of one item.</summary>
/// <param name="Rejections">Empty unless rejected.</param>
public sealed record ItemOutcome(string Place, ItemState State, IReadOnlyList<Rejection> Rejections);

/// <summary>What became of one record.</summary>
/// <param name="Patient">None when no patient was found or the record has none.</param>
public sealed record RecordOutcome(PatientId Patient, IReadOnlyList<ItemOutcome> Items);

/// <summary>The account of an ingest: read = accepted + rejected, always.</summary>
/// <param name="Accepted">Of these <paramref name="Unchanged"/> were there already and <paramref name="Doublets"/> repeat another result.</param>
/// <param name="RejectedByReason">An item counts once, by its first reason.</param>
public sealed record IntakeSummary(
    long Read, long Accepted, long Unchanged, long Doublets, IReadOnlyDictionary<string, long> RejectedByReason, TimeSpan Duration)
{
    public long Rejected => RejectedByReason.Values.Sum();

    public static readonly IntakeSummary Empty = new(0, 0, 0, 0, new Dictionary<string, long>(), TimeSpan.Zero);

    /// <summary>The account of both, one after the other.</summary>
    public IntakeSummary Plus(IntakeSummary next)
    {
        var rejected = new SortedDictionary<string, long>(new Dictionary<string, long>(RejectedByReason), StringComparer.Ordinal);
        foreach (var (reason, count) in next.RejectedByReason)
            rejected[reason] = rejected.GetValueOrDefault(reason) + count;
        return new IntakeSummary(
            Read + next.Read, Accepted + next.Accepted, Unchanged + next.Unchanged, Doublets + next.Doublets, rejected, Duration + next.Duration);
    }

    internal IntakeSummary With(IEnumerable<ItemOutcome> items, TimeSpan duration)
    {
        var (read, accepted, unchanged, doublets) = (Read, Accepted, Unchanged, Doublets);
        var rejected = new SortedDictionary<string, long>(new Dictionary<string, long>(RejectedByReason), StringComparer.Ordinal);
        foreach (var item in items)
        {
            read++;
            accepted += item.State == ItemState.Rejected ? 0 : 1;
            unchanged += item.State == ItemState.Unchanged ? 1 : 0;
            doublets += item.State == ItemState.Doublet ? 1 : 0;
            if (item.State == ItemState.Rejected)
            {
                rejected[item.Rejections[0].Reason] = rejected.GetValueOrDefault(item.Rejections[0].Reason) + 1;
            }
        }

        return new IntakeSummary(read, accepted, unchanged, doublets, rejected, duration);
    }
}

/// <summary>How far an ingest has come.</summary>
public sealed record IntakeProgress(IntakeSummary SoFar, long Bytes);

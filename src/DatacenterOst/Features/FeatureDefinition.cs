using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>How a feature is made. The first group reads facts in a window, the second the person, the third other features.</summary>
public enum Take
{
    Last,
    First,
    Min,
    Max,
    Mean,
    Count,

    /// <summary>1 when there is any fact in the window, else 0.</summary>
    Ever,

    /// <summary>Time from the newest fact in the window to the index time, in the feature's unit: h or d.</summary>
    TimeSince,

    /// <summary>1 when a period (treatment, condition) covers the index time, else 0.</summary>
    Current,

    /// <summary>Completed years at the index time.</summary>
    Age,
    Sex,

    /// <summary>First feature minus second.</summary>
    Delta,

    /// <summary>First feature divided by second.</summary>
    Ratio,
}

/// <summary>Which side of a fact is read.</summary>
public enum ReadAs
{
    Number,
    Category,
    Text,
    Code,

    /// <summary>The fact itself, whatever it says: for counts, times and series.</summary>
    Any,
}

/// <summary>What a model does when the feature is missing.</summary>
public enum MissingPolicy
{
    /// <summary>The feature is handed on as missing; the runtime knows what that means.</summary>
    Missing,

    /// <summary>A stated value stands in; the feature still says that it was missing.</summary>
    Impute,

    /// <summary>The model makes no number.</summary>
    Abstain,
}

/// <summary>One feature as the package declares it.</summary>
/// <param name="Selector">Place of its facts among the set's selectors; -1 where it reads none.</param>
/// <param name="Unit">UCUM unit of the feature's number; empty where it has none.</param>
/// <param name="FactUnit">The only unit that numbers among its facts may have; null where it reads none.</param>
/// <param name="Window">Around the index time, or around ObservedAt of the anchor.</param>
/// <param name="Anchor">Place of the feature whose deciding fact anchors the window; -1 for the index time.</param>
/// <param name="First">Place of the first feature that it is derived from; -1 where it is not derived.</param>
/// <param name="PlausibleFrom">Facts below it make no number; canonical unit.</param>
/// <param name="StaleAfter">The newest fact may be this old at the index time, and no older.</param>
/// <param name="OngoingFor">How long a period without an end is taken to last from its start.</param>
/// <param name="Map">From the words of the source (or the beginning of a code) to the words of the model; empty when it needs none.</param>
/// <param name="Categories">Numbers for results in words, where a package gives them.</param>
public sealed record FeatureDefinition(
    string Name,
    Take Take,
    ReadAs As,
    int Selector,
    string Unit,
    string? FactUnit,
    FactWindow Window,
    int Anchor,
    int First,
    int Second,
    decimal? PlausibleFrom,
    decimal? PlausibleTo,
    TimeSpan? StaleAfter,
    TimeSpan? OngoingFor,
    MissingPolicy WhenMissing,
    decimal? ImputedNumber,
    string? ImputedText,
    IReadOnlyDictionary<string, string> Map,
    IReadOnlyDictionary<ResultCategory, decimal> Categories)
{
    public bool ReadsFacts => Selector >= 0;

    public bool IsPlausible(decimal value) => !(value < PlausibleFrom) && !(value > PlausibleTo);
}

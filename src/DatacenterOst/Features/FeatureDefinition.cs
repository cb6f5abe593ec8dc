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

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    Median,

    /// <summary>Sample standard deviation (n − 1); it takes two values.</summary>
    Sd,

    /// <summary>Change per hour or per day by least squares over all values; it takes two times.</summary>
    Slope,

    /// <summary>Highest minus lowest.</summary>
    Range,
    Sum,

    /// <summary>Newest minus oldest, divided by the time between them, per hour or per day.</summary>
    Rate,

    /// <summary>The dose of the newest course that covers the index time; 0 when there is no course, missing when none says its dose in the stated unit.</summary>
    CurrentDose,
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

    /// <summary>The first of the named features that is not missing.</summary>
    AnyOf,

    /// <summary>A FHIRPath expression with the features above as variables.</summary>
    Derived,

    /// <summary>One part of the restricted cubic spline of another feature.</summary>
    Spline,
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

    /// <summary>The newest value of a longer stated window stands in; the feature still says that it was missing.</summary>
    Carry,
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
    /// <summary>Places of the features that it is made of: for any-of in order of preference, for a derived one those its expression names.</summary>
    public IReadOnlyList<int> Of { get; init; } = [];

    /// <summary>Null where the feature is not derived by an expression.</summary>
    public FeatureExpression? Expression { get; init; }

    /// <summary>The hour or day of a slope or rate; zero for all others.</summary>
    public TimeSpan Per { get; init; }

    /// <summary>How far back a value may lie that stands in for a missing one; null where none does.</summary>
    public TimeSpan? CarryFor { get; init; }

    /// <summary>The knots of a spline, rising; empty for all others.</summary>
    public IReadOnlyList<double> Knots { get; init; } = [];

    /// <summary>Which part of the spline, from 1 to the number of knots less 2; the feature itself is the straight part.</summary>
    public int Part { get; init; }

    /// <summary>Numbers for words, where the model counts with a category; empty when it does not.</summary>
    public IReadOnlyDictionary<string, decimal> Numbers { get; init; } = new Dictionary<string, decimal>();

    /// <summary>Applied to the finished number, also to one that stands in.</summary>
    public ValueTransform Transform { get; init; } = ValueTransform.None;

    public bool ReadsFacts => Selector >= 0;

    /// <summary>True of a feature whose value is a word: a category, a code, a sex.</summary>
    internal bool IsInWords => Take == Take.Sex || (Take <= Take.First && As != ReadAs.Number);

    public bool IsPlausible(decimal value) => !(value < PlausibleFrom) && !(value > PlausibleTo);
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Answers;

/// <summary>What an answer was given for.</summary>
public enum AnswerKind : short
{
    /// <summary>To somebody with the patient before them: counts in statistics, and for what is said again later.</summary>
    Shown = 0,

    /// <summary>As of another time, or on trial: kept, and otherwise as if it had not been.</summary>
    Tried = 1,
}

/// <summary>
/// One answer to a CDS Hooks call as it is kept. What is searched and counted stands in columns; the rest – inputs, features,
/// cards, texts – in the body, whose format is the card writer's own.
/// </summary>
/// <param name="Subject">Hash of the client's patient id, so that the answers about a patient who is not linked to one of ours lie together.</param>
/// <param name="RequestKey">Hash of the request: the same request again is the same answer.</param>
/// <param name="PatientId">The client's patient id.</param>
/// <param name="Body">Opened.</param>
public sealed record KeptAnswer(PatientId Patient, long Subject, UInt128 RequestKey, Guid Run, string PatientId, ReadOnlyMemory<byte> Body)
{
    public required DateTimeOffset AnsweredAt { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Hash of client and user; 0 where the hook names no user.</summary>
    public required long User { get; init; }

    public required string Service { get; init; }

    public required string Hook { get; init; }

    public required string Client { get; init; }

    /// <summary>Model and version, with a blank between them.</summary>
    public required string Model { get; init; }

    /// <summary>Ward or organisation; where none is known, the client.</summary>
    public required string Unit { get; init; }

    /// <summary>Each conclusion with its band, its urgency and whether it was shown.</summary>
    public required string Said { get; init; }

    public AnswerKind Kind { get; init; }

    /// <summary>Cards that interrupt: warnings and critical ones.</summary>
    public int Interrupting { get; init; }

    /// <summary>From the request's arrival until it was handed over to be kept, in microseconds.</summary>
    public int Took { get; init; }

    public override string ToString() => $"{nameof(KeptAnswer)} {Run}";
}

/// <summary>What was said of a patient lately, and what was done with it: all that silence is decided from.</summary>
/// <param name="Interruptions">Interrupting cards that the user has seen since the day began that was asked for.</param>
public sealed record RecentAnswers(IReadOnlyList<RecentAnswer> Answers, IReadOnlyList<RecentOverride> Overrides, int Interruptions)
{
    public static readonly RecentAnswers None = new([], [], 0);
}

/// <summary>One earlier answer, without its body.</summary>
public sealed record RecentAnswer(DateTimeOffset AnsweredAt, long User, string Hook, string Said, Guid Run, UInt128 RequestKey);

/// <summary>A card that was overridden with a reason.</summary>
/// <param name="AnsweredAt">When the card was shown.</param>
public sealed record RecentOverride(DateTimeOffset AnsweredAt, long User, string Conclusion);

/// <summary>Which earlier answers silence looks at.</summary>
/// <param name="Patient">None where the patient is not linked; answers from before the patient was linked are found as well.</param>
/// <param name="Since">The longest that any silence of the service lasts.</param>
/// <param name="DaySince">From when on the user's interruptions are counted.</param>
public sealed record RecentQuery(PatientId Patient, long Subject, string Service, string Client, long User, DateTimeOffset Since, DateTimeOffset DaySince)
{
    /// <summary>Whether what other users were told does not count: a chart that a whole ward opens has many answers, and one's own must be among those read.</summary>
    public bool OfUserAlone { get; init; }

    // A span, since an index tells users within a span apart, and not "all or this one".
    internal (long From, long To) Users => OfUserAlone ? (User, User) : (long.MinValue, long.MaxValue);

    /// <summary>Interrupting cards that the user sees within the day at most; null for no limit.</summary>
    public int? MaxInterruptions { get; init; }
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Answers;

/// <summary>What the user did with a card (CDS Hooks 2.0.1, Feedback).</summary>
public enum FeedbackOutcome : short
{
    Accepted = 1,
    Overridden = 2,
}

/// <summary>What is odd about feedback that is kept all the same.</summary>
[Flags]
public enum FeedbackFlags : short
{
    None = 0,

    /// <summary>No card of that uuid was sent to this client.</summary>
    UnknownCard = 1,

    /// <summary>The card is of another service.</summary>
    OtherService = 2,

    /// <summary>An accepted suggestion is not one of that card.</summary>
    UnknownSuggestion = 4,
}

/// <summary>One item of feedback as it is kept.</summary>
/// <param name="Key">Hash of what it says: the same again is stored once.</param>
/// <param name="Body">The item's bytes as they came.</param>
public sealed record KeptFeedback(PatientId Patient, long Subject, UInt128 Key, Guid Card, FeedbackOutcome Outcome, ReadOnlyMemory<byte> Body)
{
    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset OutcomeAt { get; init; }

    /// <summary>When the card was shown; for a card that is not known, when the feedback came.</summary>
    public required DateTimeOffset AnsweredAt { get; init; }

    public required long User { get; init; }

    public required string Service { get; init; }

    public required string Client { get; init; }

    /// <summary>Model and version of the card; empty when the card is not known.</summary>
    public required string Model { get; init; }

    public required string Unit { get; init; }

    /// <summary>What the card said: the model's conclusion; empty when the card is not known.</summary>
    public required string Conclusion { get; init; }

    /// <summary>system|code of the override reason; empty where none was given.</summary>
    public required string Reason { get; init; }

    public FeedbackFlags Flags { get; init; }

    public override string ToString() => $"{nameof(KeptFeedback)} {Card}";
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Models;

/// <summary>What a version would have said beside the one that answered; nobody was shown it.</summary>
/// <param name="Run">The answer's run: both scored the same request.</param>
/// <param name="Body">Features, conclusions and abstentions as JSON, opened.</param>
public sealed record SilentScore(PatientId Patient, long Subject, Guid Run, DateTimeOffset AsOf, double? Score, ReadOnlyMemory<byte> Body)
{
    public required DateTimeOffset ScoredAt { get; init; }

    public required string Service { get; init; }

    /// <summary>Model and version, with a blank between them.</summary>
    public required string Model { get; init; }

    public required string Unit { get; init; }

    public required ModelStage Stage { get; init; }

    /// <summary>Microseconds.</summary>
    public int Took { get; init; }

    public override string ToString() => $"{nameof(SilentScore)} {Run}";
}

/// <summary>What became of a patient, for the calibration of a model.</summary>
/// <param name="Run">The answer that it belongs to; empty where it is told of the patient, for all that was said before.</param>
/// <param name="OccurredAt">When it happened; for one that did not happen, until when the patient was followed.</param>
public sealed record ModelOutcome(PatientId Patient, long Subject, string Model, Guid Run, DateTimeOffset OccurredAt, bool Happened)
{
    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }

    public override string ToString() => nameof(ModelOutcome);
}

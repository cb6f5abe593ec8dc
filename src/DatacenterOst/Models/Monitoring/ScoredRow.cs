namespace DatacenterOst.Models.Monitoring;

/// <summary>One estimate, of an answer or in silence, as a report reads it.</summary>
/// <param name="Subject">The patient as a number that means nothing elsewhere.</param>
public sealed record ScoredRow(Guid Run, long Subject, DateTimeOffset At, DateTimeOffset AsOf, KeptEstimate Estimate)
{
    /// <summary>None where the store does not know the patient.</summary>
    public Clinical.PatientId Patient { get; init; } = Clinical.PatientId.None;

    public required string Unit { get; init; }

    public required bool IsSilent { get; init; }

    public required double Milliseconds { get; init; }

    public bool IsAbstained => Estimate.Score is null && Estimate.Abstentions.Count > 0;

    public override string ToString() => nameof(ScoredRow);
}

/// <summary>How cards of one version were taken at one site.</summary>
public sealed record OverrideRow(string Version, string Unit, long Cards, long Overridden);

/// <summary>What a report is made of, all read before.</summary>
public sealed record ReportInput(string Model, DateTimeOffset From, DateTimeOffset To, DateTimeOffset MadeAt)
{
    public required IReadOnlyList<ScoredRow> Rows { get; init; }

    public required IReadOnlyList<Store.Models.ModelOutcome> Outcomes { get; init; }

    /// <summary>What the record says came of an estimate, by the content of its package and its run.</summary>
    public IReadOnlyDictionary<(string Hash, Guid Run), bool> Stored { get; init; } = new Dictionary<(string Hash, Guid Run), bool>();

    public required IReadOnlyList<OverrideRow> Overrides { get; init; }

    public required IReadOnlyList<MonitoredVersion> Versions { get; init; }

    public required Store.Models.ModelHistory History { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public long Dropped { get; init; }
}

/// <summary>One version as a report needs it.</summary>
public sealed record MonitoredVersion(string Version, string Hash, string Stage, ReferenceData? Reference, MonitoringRules Rules);

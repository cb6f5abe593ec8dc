using DatacenterOst.Clinical;
using DatacenterOst.Sources;

namespace DatacenterOst.Normalise;

/// <summary>An item after normalisation: findings, a resource to keep, or rejections; what is good is kept even if a part is rejected.</summary>
public sealed record NormalItem(
    string Place,
    IReadOnlyList<PlacedFinding> Findings,
    DatacenterOst.Fhir.Resource? Resource,
    IReadOnlyList<Rejection> Rejections);

/// <summary>A finding and where in its raw record it came from.</summary>
public sealed record PlacedFinding(string Place, Finding Finding);

/// <summary>Why something could not be understood: a stable reason to count by, where it was, and what to do.</summary>
/// <param name="Reason">A word of <see cref="RejectionReasons"/>.</param>
/// <param name="Subject">What is missing or wrong, so that repairs can be grouped: the unmapped code, the unknown unit.</param>
public sealed record Rejection(string Reason, string Place, string Message, string Subject);

/// <summary>A raw record after normalisation; its patient is not yet resolved.</summary>
public sealed record NormalRecord(RawRecord Raw, IReadOnlyList<NormalItem> Items);

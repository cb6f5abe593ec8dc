namespace DatacenterOst.Normalise;

/// <summary>Why a part of a fact could not be understood; becomes a <see cref="Rejection"/> with its place.</summary>
internal sealed record Refusal(string Reason, string Message, string Subject);

using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>The identities that make ingest idempotent: equal content has equal keys, on every node and on both stores.</summary>
public static class FactKeys
{
    /// <summary>
    /// First 128 bits of SHA-256 over what the finding says. KnownAt takes part only in corrections and retractions: the
    /// same final result sent again later is the same fact, but a value withdrawn, restored and withdrawn again is three.
    /// </summary>
    public static FactKey Of(Finding finding)
    {
        var said = new KeyText()
            .Add(finding.ResultId)
            .Add((long)finding.Kind)
            .Add(finding.Concept.Code.System).Add(finding.Concept.Code.Value).Add(finding.Concept.Unit)
            .Add(Number(finding.Value))
            .Add((long)finding.Comparator)
            .Add((long)(finding.Category ?? 0))
            .Add(finding.Text)
            .Add(Instants.Micros(finding.ObservedAt))
            .Add(finding.EndedAt is { } ended ? Instants.Micros(ended) : long.MinValue)
            .Add(finding.Status == FactStatus.Final ? 0L : (long)finding.Status);
        if (finding.Status is FactStatus.Corrected or FactStatus.Retracted)
        {
            said.Add(Instants.Micros(finding.KnownAt));
        }

        return new FactKey(said.Hash());
    }

    /// <summary>The key that a result and its corrections share.</summary>
    public static UInt128 OfResult(string resultId)
    {
        // Findings without an identity would all be taken for one result, and the latest would hide the others.
        ArgumentException.ThrowIfNullOrEmpty(resultId);
        return new KeyText().Add(resultId).Hash();
    }

    /// <summary>First 128 bits of SHA-256 of profile and bytes.</summary>
    public static RawKey OfRaw(string profile, ReadOnlySpan<byte> bytes) => new(KeyText.HashOf(profile, bytes));

    /// <summary>
    /// Identity of a rejection within its raw record. The place is left out, because a record that is read again by
    /// itself counts its places from one.
    /// </summary>
    internal static UInt128 OfRejection(RawKey raw, string reason, string subject, int ordinal) =>
        new KeyText().Add(KeyBytes.Of(raw.Value)).Add(reason).Add(subject).Add(ordinal).Hash();

    // 5.0 and 5 are one value; a decimal's own text would tell them apart.
    private static string? Number(decimal? value) =>
        value is { } number ? (number / 1.000000000000000000000000000m).ToString(CultureInfo.InvariantCulture) : null;
}

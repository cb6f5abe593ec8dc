using System.Data.Common;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>A row of the fact table as it is decided about: with the numbers of its words, and where they are of no matter without the words.</summary>
internal sealed record FactRow(
    long Patient, int Concept, int Code, int Profile, int Rule, FactKey Key, UInt128 Result, RawKey Raw,
    Finding Finding, DateTimeOffset StoredAt, string Place, string? ResourceId)
{
    public const string Columns =
        """
        f.patient_key, f.concept_id, f.code_id, f.profile_id, f.rule_id, f.fact_key, f.result_key, f.raw_key,
        f.kind, f.status, f.comparator, f.category, f.decimals, f.value, f.text,
        f.observed_at, f.ended_at, f.known_at, f.stored_at, f.place, f.resource_id
        """;

    // The numbers tell two apart.
    private static readonly Concept NoConcept = new(default, "", "");
    private static readonly Coding NoCoding = new(default);

    public static FactRow Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4),
        new FactKey(row.Uuid(5)), row.Uuid(6), new RawKey(row.Key(7)),
        new Finding(
            (FactKind)row.GetInt16(8), NoConcept, NoCoding,
            row.IsDBNull(13) ? null : Decimals.From(row.GetDouble(13), row.GetInt16(12)),
            (Comparator)row.GetInt16(10),
            row.GetInt16(11) is 0 ? null : (ResultCategory)row.GetInt16(11),
            row.TextOrNull(14),
            Instants.From(row.GetInt64(15)),
            row.LongOrNull(16) is { } ended ? Instants.From(ended) : null,
            Instants.From(row.GetInt64(17)),
            (FactStatus)row.GetInt16(9),
            "", ""),
        Instants.From(row.GetInt64(18)), row.GetString(19), row.TextOrNull(20));
}

/// <summary>
/// A value is kept as a double, which holds 15 significant digits exactly, and the number of decimals that were
/// written: 5.0 comes back as 5.0.
/// </summary>
internal static class Decimals
{
    private const int MaxDigits = 15;

    private static readonly double[] Powers = [.. Enumerable.Range(0, MaxDigits + 1).Select(power => Math.Pow(10, power))];

    public static (double Value, short Decimals) Of(decimal value) => ((double)value, value.Scale);

    // Of 15 digits the whole number is exact, and a decimal made of it takes a tenth of the time of one made of a double.
    public static decimal From(double value, short decimals)
    {
        if (decimals <= MaxDigits && Math.Round(value * Powers[decimals]) is var whole && Math.Abs(whole) < Powers[MaxDigits])
        {
            var digits = Math.Abs((long)whole);
            return new decimal((int)digits, (int)(digits >> 32), 0, whole < 0, (byte)decimals);
        }

        return Math.Round((decimal)value, decimals) + new decimal(0, 0, 0, false, (byte)decimals);
    }
}

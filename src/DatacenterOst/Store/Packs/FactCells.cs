using System.Data.Common;

namespace DatacenterOst.Store.Packs;

/// <summary>A row of the fact table beside patient and concept, with the numbers of its words: as a query gives it, or as a pack keeps it.</summary>
/// <param name="Small">Kind, status, comparator and category of four bits each, and above them the decimals.</param>
/// <param name="Observed">This and the other instants: microseconds since 1970 UTC.</param>
internal readonly record struct FactCells(
    int Code, int Profile, int Rule, int Small, UInt128 Key, UInt128 Result, UInt128 Raw,
    double? Value, string? Text, long Observed, long? Ended, long Known, long Stored, string Place)
{
    /// <summary>After the concept. The small numbers in one, since each column of a row costs as much as what is in it.</summary>
    public const string Columns =
        """
        f.code_id, f.profile_id, f.rule_id, f.fact_key, f.result_key, f.raw_key,
        f.kind + 16 * f.status + 256 * f.comparator + 4096 * f.category + 65536 * f.decimals,
        f.value, f.text, f.observed_at, f.ended_at, f.known_at, f.stored_at, f.place
        """;

    public static FactCells From(DbDataReader row) => new(
        row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(7), row.Uuid(4), row.Uuid(5), row.Key(6),
        row.IsDBNull(8) ? null : row.GetDouble(8), row.TextOrNull(9), row.GetInt64(10), row.LongOrNull(11), row.GetInt64(12), row.GetInt64(13), row.GetString(14));
}

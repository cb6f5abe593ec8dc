using System.Data.Common;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// Reads the facts of one patient. Most of what a request for features takes is this, so a row becomes a fact without a step between, and
/// only what a fact has is read.
/// </summary>
internal sealed class FactReading(PatientId patient, Vocabulary words)
{
    // The small numbers in one, since each column of a row costs as much as what is in it.
    public const string Columns =
        """
        f.concept_id, f.code_id, f.profile_id, f.rule_id, f.fact_key, f.result_key, f.raw_key,
        f.kind + 16 * f.status + 256 * f.comparator + 4096 * f.category + 65536 * f.decimals,
        f.value, f.text, f.observed_at, f.ended_at, f.known_at, f.stored_at, f.place
        """;

    // Stand in until the words are known.
    private static readonly Concept NoConcept = new(default, "", "");
    private static readonly Coding NoCoding = new(default);

    private readonly WordReading<Concept> concepts = new(words.Concepts, NoConcept);
    private readonly WordReading<Coding> codes = new(words.Codes, NoCoding);
    private readonly WordReading<string> profiles = new(words.Profiles, "");
    private readonly WordReading<string> rules = new(words.Rules, "");

    public Fact Read(DbDataReader row)
    {
        var small = row.GetInt32(7);
        var category = (small >> 12) & 15;
        var finding = new Finding(
            (FactKind)(small & 15),
            concepts.Find(row.GetInt32(0)),
            codes.Find(row.GetInt32(1)),
            row.IsDBNull(8) ? null : Decimals.From(row.GetDouble(8), (short)(small >> 16)),
            (Comparator)((small >> 8) & 15),
            category == 0 ? null : (ResultCategory)category,
            row.TextOrNull(9),
            Instants.From(row.GetInt64(10)),
            row.LongOrNull(11) is { } ended ? Instants.From(ended) : null,
            Instants.From(row.GetInt64(12)),
            (FactStatus)((small >> 4) & 15),
            HexText.Of(row.Uuid(5)),
            rules.Find(row.GetInt32(3)));
        var source = new SourceRef(profiles.Find(row.GetInt32(2)), new RawKey(row.Key(6)), row.GetString(14));
        return new Fact(patient, new FactKey(row.Uuid(4)), finding, Instants.From(row.GetInt64(13)), source);
    }

    /// <summary>Looks up the words that were not known here; false where all were. What was read is to be read again then.</summary>
    public async Task<bool> LoadUnknown(CancellationToken cancellationToken) =>
        await concepts.LoadUnknown(cancellationToken) | await codes.LoadUnknown(cancellationToken)
        | await profiles.LoadUnknown(cancellationToken) | await rules.LoadUnknown(cancellationToken);
}

/// <summary>The words of one column. Rows come in the order of their concept, so that a number mostly is that of the row before.</summary>
/// <param name="unknown">Stands in for a word until it is loaded.</param>
internal sealed class WordReading<T>(Words<T> words, T unknown)
    where T : class
{
    private readonly HashSet<int> missing = [];
    private int last = -1;
    private T? word;

    public T Find(int number)
    {
        if (number == last) return word!;
        last = number;
        if (words.Find(number) is not { } found)
        {
            missing.Add(number);
            found = unknown;
        }

        return word = found;
    }

    public async Task<bool> LoadUnknown(CancellationToken cancellationToken)
    {
        if (missing.Count == 0) return false;
        await words.Load(missing, cancellationToken);
        return true;
    }
}

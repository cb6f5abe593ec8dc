using System.Data.Common;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Packs;

namespace DatacenterOst.Store;

/// <summary>
/// Reads the facts of one patient. Most of what a request for features takes is this, so a row becomes a fact without a step between, and
/// only what a fact has is read.
/// </summary>
internal sealed class FactReading(PatientId patient, Vocabulary words)
{
    public const string Columns = $"f.concept_id, {FactCells.Columns}";

    // Stand in until the words are known.
    private static readonly Concept NoConcept = new(default, "", "");
    private static readonly Coding NoCoding = new(default);

    private readonly WordReading<Concept> concepts = new(words.Concepts, NoConcept);
    private readonly WordReading<Coding> codes = new(words.Codes, NoCoding);
    private readonly WordReading<string> profiles = new(words.Profiles, "");
    private readonly WordReading<string> rules = new(words.Rules, "");

    public Fact Read(DbDataReader row) => Read(row.GetInt32(0), FactCells.From(row));

    public Fact Read(int concept, in FactCells cells)
    {
        var category = (cells.Small >> 12) & 15;
        var finding = new Finding(
            (FactKind)(cells.Small & 15),
            concepts.Find(concept),
            codes.Find(cells.Code),
            cells.Value is { } value ? Decimals.From(value, (short)(cells.Small >> 16)) : null,
            (Comparator)((cells.Small >> 8) & 15),
            category == 0 ? null : (ResultCategory)category,
            cells.Text,
            Instants.From(cells.Observed),
            cells.Ended is { } ended ? Instants.From(ended) : null,
            Instants.From(cells.Known),
            (FactStatus)((cells.Small >> 4) & 15),
            HexText.Of(cells.Result),
            rules.Find(cells.Rule));
        return new Fact(
            patient, new FactKey(cells.Key), finding, Instants.From(cells.Stored), new SourceRef(profiles.Find(cells.Profile), new RawKey(cells.Raw), cells.Place));
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

using DatacenterOst.Clinical;

namespace DatacenterOst.Sources;

/// <summary>
/// One countable piece of input – a CSV row, a v2 OBX, a Bundle entry – or the reason why it could not be read.
/// An item is accepted, or rejected; read = accepted + rejected always.
/// </summary>
public sealed record RawItem
{
    /// <summary>Where in the file, for people: <c>line 17</c>, <c>message 3, OBX[2]</c>, <c>entry[4]</c>.</summary>
    public required string Place { get; init; }

    /// <summary>What is good. It stands beside a problem when only a part could not be read, as one of several components.</summary>
    public IReadOnlyList<RawFact> Facts { get; init; } = [];

    /// <summary>A FHIR resource to be kept as such, beside the facts taken from it.</summary>
    public DatacenterOst.Fhir.Resource? Resource { get; init; }

    public RawProblem? Problem { get; init; }
}

/// <summary>Why an item could not be read: a stable reason, and words that say where and what to do.</summary>
public sealed record RawProblem(string Reason, string Message);

/// <summary>
/// One raw record whose bytes are kept as they came: a v2 message, a CSV row, a Bundle entry. All its items are about one patient.
/// </summary>
/// <param name="Bytes">Exactly as they came.</param>
/// <param name="Place">Where in the file.</param>
/// <param name="Patient">Who it is about, as the source says; null where it has no patient (Organization) or could not be read.</param>
public sealed record RawRecord(ReadOnlyMemory<byte> Bytes, string Place, RawPatient? Patient, IReadOnlyList<RawItem> Items)
{
    /// <summary>
    /// What must be known to read the bytes again alone: the header line of a table, what a bundle's references stand for.
    /// Empty where the bytes need nothing.
    /// </summary>
    public ReadOnlyMemory<byte> Context { get; init; }

    /// <summary>The same, with the file named in its places.</summary>
    public RawRecord In(string file) => this with
    {
        Place = $"{file}: {Place}",
        Items = [.. Items.Select(item => item with { Place = $"{file}: {item.Place}" })],
    };
}

/// <summary>A raw record as it was kept, to be read once more after a map or a profile was mended.</summary>
public sealed record EarlierRecord(ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Context, string Place);

/// <summary>Who a record is about, as the source says: identifiers, or a FHIR reference, and who the source believes it is.</summary>
public sealed record RawPatient(IReadOnlyList<Identifier> Identifiers, string? Reference, Demographics Demographics);

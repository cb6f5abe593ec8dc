using DatacenterOst.Clinical;
using DatacenterOst.Normalise;

namespace DatacenterOst.Store;

/// <summary>A record on its way into the store.</summary>
internal sealed class RecordInHand
{
    public RecordInHand(Arrival arrival, string profile, PatientMatch? match)
    {
        Arrival = arrival;
        Match = match;
        Kept = arrival.Kept ?? KeptRaw.Of(profile, arrival.Record.Raw);
        Patient = match?.Patient ?? PatientId.None;
        ReceivedAt = Instants.Kept(arrival.ArrivedAt);
        Items = [.. arrival.Record.Items.Select((item, order) => new ItemInHand(this, item, order))];
    }

    public Arrival Arrival { get; }

    /// <summary>Null when the record has no patient.</summary>
    public PatientMatch? Match { get; }

    public PatientId Patient { get; }

    public KeptRaw Kept { get; }

    public RawKey Raw => Kept.Key;

    /// <summary>When these bytes came for the first time.</summary>
    public DateTimeOffset ReceivedAt { get; set; }

    public bool WasThere { get; set; }

    /// <summary>The raw bytes are kept as the body of a version, and have no row of their own.</summary>
    public bool IsRawABody { get; set; }

    public IReadOnlyList<ItemInHand> Items { get; }

    /// <summary>
    /// The same bytes came before, and are the body of a version. A caller who puts them again means them now; a source repeats itself. What
    /// is not understood of them any more is read again from a raw record, which then has to be there.
    /// </summary>
    public void CameAs(ItemInHand item, DateTimeOffset first)
    {
        IsRawABody = item.Rejections.Count == 0;
        if (!Arrival.Write.IsByCaller) ReceivedAt = first;
    }

    public RecordOutcome Outcome() => new(Patient, [.. Items.Select(item => item.Outcome())]);
}

/// <summary>One item of a record on its way into the store, and what has become of its parts so far.</summary>
internal sealed class ItemInHand
{
    private readonly NormalItem item;
    private int stored;
    private int doublets;
    private int unchanged;

    public ItemInHand(RecordInHand record, NormalItem item, int order)
    {
        Record = record;
        this.item = item;
        Order = order;
        Rejections = [.. item.Rejections];
        if (record.Match is { Reason: { } reason } match)
        {
            Refuse(new Rejection(reason, item.Place, match.Message, match.Subject));
        }
        else if (record.Match is null && item.Findings.Count > 0)
        {
            Refuse(new Rejection(RejectionReasons.PatientMissing, item.Place, "a result without a patient cannot be stored", "patient"));
        }
    }

    public RecordInHand Record { get; }

    public int Order { get; }

    public List<Rejection> Rejections { get; }

    public IReadOnlyList<PlacedFinding> Findings => IsRefused ? [] : item.Findings;

    public Fhir.Resource? Resource => IsRefused ? null : item.Resource;

    public ResourceTaken? Taken { get; set; }

    /// <summary>What the resource is found by, where who read it has worked that out already.</summary>
    public Search.IndexedValues? Indexed => Record.Arrival.Indexed?[Order];

    /// <summary>Why a caller's change could not be made.</summary>
    public Problem? Failure { get; private set; }

    /// <summary>Nothing of the item may be stored beside its raw bytes: it is not sure whose it is.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>
    /// Whether the resource is all of what came, and nothing in it was wrong: then its body is its raw record. What was not understood
    /// is read again from the raw records, and must be there.
    /// </summary>
    public bool IsItsRaw()
    {
        var raw = Record.Arrival.Record.Raw;
        return !Record.Arrival.Write.IsDelete && Record.Items.Count == 1 && Rejections.Count == 0
            && raw.Context.IsEmpty && raw.Bytes.Span.SequenceEqual(Resource!.Source.Span);
    }

    public void Refuse(Rejection rejection)
    {
        IsRefused = true;
        Rejections.Insert(0, rejection);
    }

    /// <summary>A caller's change cannot be made on what is there: nothing is stored, and nothing was wrong with the data.</summary>
    public void Fail(Problem failure)
    {
        IsRefused = true;
        Failure = failure;
    }

    /// <summary>Why a caller's change was not made, as it is told to them; null when it was.</summary>
    public Problem? Objection => Failure ?? (IsRefused ? new Problem(ProblemKind.Invalid, Rejections[0].Message, where: Rejections[0].Place) : null);

    public void Count(ItemState state)
    {
        stored += state == ItemState.New ? 1 : 0;
        doublets += state == ItemState.Doublet ? 1 : 0;
        unchanged += state == ItemState.Unchanged ? 1 : 0;
    }

    public ItemOutcome Outcome()
    {
        if (Rejections.Count > 0)
        {
            return new ItemOutcome(item.Place, ItemState.Rejected, Rejections);
        }

        var isNew = stored > 0 || Taken is { IsNew: true };
        var state = doublets > 0 && stored == 0 ? ItemState.Doublet
            : isNew ? ItemState.New
            : unchanged > 0 || Taken is not null || Record.WasThere ? ItemState.Unchanged
            : ItemState.New;
        return new ItemOutcome(item.Place, state, []);
    }
}

/// <summary>A version of a resource as it was found or will be written.</summary>
/// <param name="KnownAt">From when on its content may be used.</param>
internal sealed record ResourceTaken(string Type, string Id, int Version, DateTimeOffset KnownAt, long StoredAt, bool IsNew)
{
    /// <summary>Nothing was there before it, or what was there had been deleted.</summary>
    public bool IsCreated { get; init; }
}

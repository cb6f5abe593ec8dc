using DatacenterOst.Store.Search;

namespace DatacenterOst.Store;

/// <summary>A version of a resource as it is to be written.</summary>
/// <param name="BodyKey">Empty for resources that the store makes of results and patients of other sources.</param>
/// <param name="RawKey">Empty where no raw record says it.</param>
/// <param name="Indexed">Null for a deleted version, which no search finds.</param>
internal sealed record NewVersion(
    long Patient, string Type, string Id, int Version, long StoredAt, long KnownAt, (byte[] Bytes, short Encoding) Body, byte[] BodyKey, byte[] RawKey, IndexedValues? Indexed)
{
    /// <summary>Where the body is the whole of its raw record: under which profile and when that came. Profile 0 where the raw record is kept beside it.</summary>
    public (int Profile, long ReceivedAt) AsRaw { get; init; }
}

/// <summary>Versions of resources on their way into the store, with what they are found by.</summary>
internal sealed class ResourceRows(IStoreDialect dialect)
{
    /// <summary>The version is the current one.</summary>
    public const long NotReplaced = long.MaxValue;

    private readonly StagedRows rows = new(StagingTable.Resources);
    private readonly StagedRows terms = new(StagingTable.Terms);
    private readonly StagedRows ranges = new(StagingTable.Ranges);
    private readonly StagedRows texts = new(StagingTable.Texts);
    private readonly StagedRows locations = new(StagingTable.Locations);
    private readonly StagedRows replaced = new(StagingTable.Replaced);

    public void Add(NewVersion added)
    {
        var indexed = added.Indexed;
        var all = indexed?.Terms ?? [];
        var type = ResourceTypes.NumberOf(added.Type);
        rows.Add(added.Patient).Add(added.StoredAt).Add(NotReplaced).Add(added.KnownAt)
            .Add(indexed?.DatedFrom ?? IndexedValues.Undated).Add(indexed?.DatedTo ?? IndexedValues.Undated)
            .Add(added.AsRaw.ReceivedAt).Add(added.Version).Add(added.AsRaw.Profile).Add(type).Add(indexed is null ? 1L : 0L).Add(added.Body.Encoding)
            .Add(added.BodyKey).Add(added.RawKey).Add(added.Id).Add(added.Body.Bytes).Add([.. all]);
        if (added.Version == 1)
        {
            locations.Add(added.Patient).Add(type).Add(added.Id);
        }
        else
        {
            replaced.Add(added.Patient).Add(added.StoredAt).Add(added.Version - 1).Add(type).Add(added.Id);
        }

        if (dialect.HasTermsApart)
        {
            foreach (var term in all)
            {
                terms.Add(added.Patient).Add(term).Add(added.StoredAt);
            }
        }

        foreach (var (term, low, high) in indexed?.Ranges ?? [])
        {
            ranges.Add(added.Patient).Add(added.StoredAt).Add(term).Add((double?)low).Add((double?)high);
        }

        foreach (var (term, folded) in indexed?.Texts ?? [])
        {
            texts.Add(added.Patient).Add(added.StoredAt).Add(term).Add(folded);
        }
    }

    public async Task Write(StoreTransaction transaction, CancellationToken cancellationToken)
    {
        // Locations fail where another writer was first to place the resource: then all is read again and decided anew.
        await transaction.Insert(locations, WhatIsThere.Fails, cancellationToken);
        await transaction.Insert(rows, WhatIsThere.Fails, cancellationToken);
        await transaction.Insert(ranges, WhatIsThere.Fails, cancellationToken);
        await transaction.Insert(texts, WhatIsThere.Fails, cancellationToken);
        await transaction.Insert(terms, WhatIsThere.Stays, cancellationToken);
        if (replaced.Count > 0)
        {
            transaction.Stage(replaced);
            await transaction.Command("""
                update resource set replaced_at = s.stored_at from staged_replaced s
                where resource.patient_key = s.patient_key and resource.type = s.type and resource.id = s.id and resource.version = s.version
                """).Execute(cancellationToken);
        }
    }
}

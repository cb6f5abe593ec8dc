using DatacenterOst.Store.Search;

namespace DatacenterOst.Store;

/// <summary>A version of a resource as it is to be written.</summary>
/// <param name="BodyKey">Empty for resources that the store makes of results and patients of other sources.</param>
/// <param name="RawKey">Empty where no raw record says it.</param>
/// <param name="Indexed">Null for a deleted version, which no search finds.</param>
internal sealed record NewVersion(
    long Patient, string Type, string Id, int Version, long StoredAt, long KnownAt, (byte[] Bytes, short Encoding) Body, byte[] BodyKey, byte[] RawKey, IndexedValues? Indexed);

/// <summary>Versions of resources on their way into the store, with what they are found by.</summary>
internal sealed class ResourceRows(IStoreDialect dialect)
{
    /// <summary>The version is the current one.</summary>
    public const long NotReplaced = long.MaxValue;

    private readonly StagedRows rows = new(StagingTable.Resources);
    private readonly StagedRows terms = new(StagingTable.Terms);
    private readonly StagedRows ranges = new(StagingTable.Ranges);
    private readonly StagedRows texts = new(StagingTable.Texts);
    private bool hasFirst;
    private bool hasLater;

    public void Add(NewVersion added)
    {
        var indexed = added.Indexed;
        var all = indexed is null ? [] : indexed.Terms.ToArray();
        rows.Add(added.Patient).Add(added.StoredAt).Add(NotReplaced).Add(added.KnownAt)
            .Add(indexed?.DatedFrom ?? IndexedValues.Undated).Add(indexed?.DatedTo ?? IndexedValues.Undated)
            .Add(added.Version).Add(ResourceTypes.NumberOf(added.Type)).Add(indexed is null ? 1L : 0L).Add(added.Body.Encoding)
            .Add(added.BodyKey).Add(added.RawKey).Add(added.Id).Add(added.Body.Bytes).Add(all);
        hasFirst |= added.Version == 1;
        hasLater |= added.Version > 1;
        foreach (var term in all)
        {
            terms.Add(added.Patient).Add(term).Add(added.StoredAt);
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
        await Insert(transaction, "resource", rows, "patient_key, type, id, version", cancellationToken);
        await Insert(transaction, "resource_range", ranges, "patient_key, term, low", cancellationToken);
        await Insert(transaction, "resource_text", texts, "patient_key, term, folded", cancellationToken);
        await dialect.IndexTerms(transaction, terms, cancellationToken);
        if (hasFirst)
        {
            // Without "on conflict": who is first places the resource, and the other writer reads it again and decides anew.
            await transaction.Command("""
                insert into resource_location (type, id, patient_key)
                select type, id, patient_key from staged_resource where version = 1 order by type, id
                """).Execute(cancellationToken);
        }

        if (hasLater)
        {
            await transaction.Command("""
                update resource set replaced_at = s.stored_at from staged_resource s
                where s.version > 1 and resource.patient_key = s.patient_key and resource.type = s.type and resource.id = s.id
                and resource.version = s.version - 1
                """).Execute(cancellationToken);
        }
    }

    private async Task Insert(StoreTransaction transaction, string table, StagedRows staged, string order, CancellationToken cancellationToken)
    {
        if (staged.Count > 0)
        {
            await dialect.Stage(transaction, staged, cancellationToken);
            await transaction.Command($"insert into {table} ({staged.Table.ColumnList}) select {staged.Table.ColumnList} from {staged.Table.Name} order by {order}")
                .Execute(cancellationToken);
        }
    }
}

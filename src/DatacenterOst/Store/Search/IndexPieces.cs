using DatacenterOst.Fhir;

namespace DatacenterOst.Store.Search;

/// <summary>Resources that are there already, a piece at a time, with the values that a parameter finds in them.</summary>
internal sealed class IndexPieces(StoreDatabase database, SearchParameter parameter)
{
    /// <summary>Resources in one transaction: short enough to let writers in between.</summary>
    private const int Together = 500;

    /// <summary>The versions of a type stored after a moment, those that were replaced among them, for the past is searched, too.</summary>
    public async Task<IndexPiece> Next(string type, long after, CancellationToken cancellationToken)
    {
        var rows = await database.Dialect.Query(
            $"""
            select {Resources.Columns} from resource r {Resources.WithRaw}
            where r.type = @type and r.stored_at > @after order by r.stored_at limit @limit
            """,
            command => command.With("@type", ResourceTypes.Find(type)).With("@after", after).With("@limit", Together),
            Resources.Stored, cancellationToken);
        return new IndexPiece(database.Dialect, parameter, rows);
    }
}

/// <summary>Some resources to be indexed.</summary>
internal sealed class IndexPiece(IStoreDialect dialect, SearchParameter parameter, IReadOnlyList<StoredResource> rows)
{
    public IReadOnlyList<StoredResource> Rows { get; } = rows;

    public long Last => Instants.Micros(Rows[^1].StoredAt);

    /// <summary>Adds what the parameter finds to the index. The same again changes nothing.</summary>
    public async Task Write(StoreTransaction transaction, CancellationToken cancellationToken)
    {
        var terms = new StagedRows(StagingTable.Terms);
        var ranges = new StagedRows(StagingTable.Ranges);
        var texts = new StagedRows(StagingTable.Texts);
        foreach (var stored in Rows.Where(stored => !stored.IsDeleted))
        {
            var found = IndexedValues.Of(stored.Type, parameter.ValuesOf(Resource.ParseJson(stored.Body)));
            var (patient, at) = (stored.Patient.Value, Instants.Micros(stored.StoredAt));
            foreach (var term in found.Terms)
            {
                terms.Add(patient).Add(term).Add(at);
            }

            foreach (var (term, low, high) in found.Ranges)
            {
                ranges.Add(patient).Add(at).Add(term).Add((double?)low).Add((double?)high);
            }

            foreach (var (term, folded) in found.Texts)
            {
                texts.Add(patient).Add(at).Add(term).Add(folded);
            }
        }

        await dialect.AddTerms(transaction, Rows[0].Type, terms, cancellationToken);
        await transaction.Insert(ranges, WhatIsThere.Stays, cancellationToken);
        await transaction.Insert(texts, WhatIsThere.Stays, cancellationToken);
    }
}

using DatacenterOst.Clinical;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>A search whose chains and lists have been followed, so that each condition is about the resource itself.</summary>
/// <param name="Patient">The one patient whose resources are searched; null for all.</param>
internal sealed record ResolvedQuery(IReadOnlyList<string> Types, IReadOnlyList<Criterion> Criteria, PatientId? Patient, IReadOnlyList<SortKey> Sort)
{
    /// <summary>Terms that no match may have.</summary>
    public IReadOnlyCollection<long> Without { get; init; } = [];

    /// <summary>The SQL of the conditions; those that it does not wholly express are noted in the statement.</summary>
    public void Write(SearchStatement statement, SearchView view)
    {
        if (Patient is { } patient)
        {
            statement.OfPatient(patient);
        }

        var compartments = Criteria.OfType<CompartmentCriterion>().ToList();
        statement.OfTypes(Types, isSaidByEach: compartments.Count > 0);
        statement.AsSeen(view);
        if (compartments.Count > 0)
        {
            statement.Add(Clauses.OfCompartments(compartments, statement));
        }

        if (Without.Count > 0)
        {
            statement.Add($"not ({Clauses.HasAny(statement, Without).Sql})");
        }

        foreach (var criterion in Criteria.Where(criterion => criterion is not CompartmentCriterion))
        {
            var clause = Clauses.Of(Types[0], criterion, statement);
            statement.Add(clause.Sql);
            if (!clause.IsExact)
            {
                statement.Open.Add(criterion is PerTypeCriterion several ? several.Whole : criterion);
            }
        }
    }
}

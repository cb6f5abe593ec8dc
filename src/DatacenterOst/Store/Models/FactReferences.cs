using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store.Models;

/// <summary>The FHIR resources that facts came from, for the basis of what was made of them.</summary>
public sealed class FactReferences(StoreDatabase database)
{
    /// <summary>References to the Observations of measurements, in the order of the facts; facts that no resource said are left out.</summary>
    public async Task<IReadOnlyList<string>> Of(PatientId patient, IReadOnlyCollection<Fact> facts, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(caller);
        var measured = facts.Where(fact => fact.Finding.Kind == FactKind.Measurement).DistinctBy(fact => fact.Key).ToList();
        if (measured.Count == 0) return [];
        var rows = await database.Dialect.Query(
            "select fact_key, resource_id from fact where patient_key = @patient and observed_at between @from and @to and resource_id is not null limit @limit",
            command => command.With("@patient", patient.Value).With("@from", Instants.Micros(measured.Min(fact => fact.Finding.ObservedAt)))
                .With("@to", Instants.Micros(measured.Max(fact => fact.Finding.ObservedAt))).With("@limit", TimelineQuery.MaxFacts),
            row => (Key: new FactKey(row.Uuid(0)), Id: row.GetString(1)), cancellationToken);
        var ids = rows.DistinctBy(row => row.Key).ToDictionary(row => row.Key, row => row.Id);
        return [.. measured.Where(fact => ids.ContainsKey(fact.Key)).Select(fact => $"Observation/{ids[fact.Key]}").Distinct(StringComparer.Ordinal)];
    }
}

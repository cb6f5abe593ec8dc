using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>Everybody of whom a fact of some codes is stored: the widest circle of a cohort.</summary>
public sealed class PatientsWithFact(StoreDatabase database)
{
    /// <summary>Patients of one cohort; over it the codes are those that everybody has.</summary>
    public const int MaxPatients = 5_000_000;

    /// <returns>In the order of their keys, each once.</returns>
    /// <exception cref="Problem">TooCostly above <see cref="MaxPatients"/>.</exception>
    public async Task<IReadOnlyList<PatientId>> Read(IReadOnlyList<Code> codes, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var dialect = database.Dialect;
        var text = $"""
            select distinct f.patient_key from fact f
            where {dialect.AnyOf("f.concept_id", $"select c.concept_id from {dialect.WantedCodes} join concept c on c.system = wanted.system and c.code = wanted.code")}
            order by f.patient_key limit @limit
            """;
        var patients = await dialect.Query(
            text,
            command =>
            {
                command.With("@limit", MaxPatients + 1);
                dialect.AddCodes(command, codes);
            },
            row => new PatientId(row.GetInt64(0)),
            cancellationToken);
        return patients.Count <= MaxPatients ? patients : throw new Problem(ProblemKind.TooCostly, $"more than {MaxPatients} patients have such a fact; choose codes that fewer have", where: "codes");
    }
}

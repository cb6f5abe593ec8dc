using DatacenterOst.Features;

namespace DatacenterOst.Models.Surveillance;

/// <summary>One row: when all its conditions hold, the patient is in this stratum.</summary>
public sealed record StratumRow(IReadOnlyList<Condition> When, string Stratum);

/// <summary>
/// The risk strata of a plan; the first row that fits decides. Where none does (a serology is not known), the stratum is
/// <see cref="Unknown"/> and the plan of the most cautious stratum is followed, openly.
/// </summary>
public sealed record StratumTable(IReadOnlyList<StratumRow> Rows, string MostCautious)
{
    public const string Unknown = "unknown";

    public string Find(FeatureVector vector)
    {
        for (var i = 0; i < Rows.Count; i++)
        {
            if (Condition.All(Rows[i].When, vector)) return Rows[i].Stratum;
        }

        return Unknown;
    }

    public string CalendarFor(string stratum) => stratum == Unknown ? MostCautious : stratum;
}

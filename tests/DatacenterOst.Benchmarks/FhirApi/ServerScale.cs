using DatacenterOst.Benchmarks.Load;

namespace DatacenterOst.Benchmarks.FhirApi;

/// <summary>
/// How much is loaded and how long is measured. The marks are about the full size; a smaller one only shows that everything works.
/// </summary>
/// <param name="Observations">Loaded in transactions, 200 for each patient.</param>
public sealed record ServerScale(int Observations)
{
    public const int Full = 20_000;

    public int Patients => Observations / Population.ObservationsOfPatient;

    /// <summary>Lines of NDJSON that are ingested and copied.</summary>
    public int Lines => Observations * 5 / 2;

    /// <summary>Single creates between the first latencies and the last.</summary>
    public int Creates => Observations * 5;

    public Pace Pace => Observations >= Full
        ? new Pace(8, 3, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10))
        : new Pace(8, 3, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
}

using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Growth;

/// <summary>What was measured at one size.</summary>
/// <param name="PerSecond">Lines ingested in a second to come from the size before to this one.</param>
/// <param name="Seconds">How long that took.</param>
/// <param name="Rejected">Lines that were not taken.</param>
/// <param name="IngestMegabytes">Peak memory of the ingest.</param>
public sealed record GrowthStep(long Observations, double PerSecond, double Seconds, long Rejected, double IngestMegabytes)
{
    /// <summary>Bytes in the store for each Observation, patients included.</summary>
    public double BytesEach { get; init; }

    public double ServerMegabytes { get; init; }

    /// <summary>Times by the name of the search.</summary>
    public IReadOnlyDictionary<string, GrowthTimes> Searches { get; init; } = new Dictionary<string, GrowthTimes>();

    /// <param name="store">What grows.</param>
    /// <param name="small">What stays small.</param>
    public static async Task<GrowthStep> Measure(
        MeasuredStore store, IcuStays stays, (long Size, string File) wanted, (MeasuredStore Store, IReadOnlyList<GrowthPatient> Patients) small,
        IReadOnlyList<GrowthSearch> searches, CancellationToken cancellationToken)
    {
        await stays.WriteUntil(wanted.Size, wanted.File, cancellationToken);
        var taken = await GrownStore.Ingest(store, wanted.File, cancellationToken);
        File.Delete(wanted.File);
        var step = new GrowthStep(stays.Observations, taken.Read / taken.Seconds, taken.Seconds, taken.Rejected, taken.Megabytes);
        var bytes = await store.BytesOnDisk(cancellationToken);
        Console.Error.WriteLine(Text($"{step.Observations:N0} Observations of {stays.Patients.Count:N0} patients: {step.PerSecond:0} lines/s, {step.Rejected} rejected, {bytes / stays.Observations} B each"));

        await using var here = await GrownStore.Serve(store, stays.Patients, cancellationToken);
        await using var beside = await GrownStore.Serve(small.Store, small.Patients, cancellationToken);
        foreach (var one in (GrownStore[])[here, beside])
            await Asking.WarmAll([.. searches.Where(search => search.Scope == Scope.OnePatient)], one, cancellationToken);
        var times = new Dictionary<string, GrowthTimes>();
        foreach (var search in searches)
        {
            times[search.Name] = await SearchTime.InTurns(search, here, beside, cancellationToken);
            Console.Error.WriteLine(Text($"  {search.Name}: {times[search.Name].Same} ms, of the small store {times[search.Name].Small}, about any patient {times[search.Name].Any}, {times[search.Name].Any.Found:P0} found something"));
        }

        return step with { BytesEach = (double)bytes / stays.Observations, ServerMegabytes = ProcessTrees.Memory(here.Server.Id).Peak, Searches = times };
    }
}

using System.Text.Json;
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
    public IReadOnlyDictionary<string, SearchTime> Searches { get; init; } = new Dictionary<string, SearchTime>();

    public static async Task<GrowthStep> Measure(
        MeasuredStore store, IcuStays stays, (long Size, string File) wanted, IReadOnlyList<GrowthSearch> searches, CancellationToken cancellationToken)
    {
        await stays.WriteUntil(wanted.Size, wanted.File, cancellationToken);
        var (output, peak, _) = await Product.Run(store.Environment, ["ingest", "fhir", wanted.File, "--json"], cancellationToken);
        File.Delete(wanted.File);
        using var summary = JsonDocument.Parse(output);
        var seconds = summary.RootElement.GetProperty("durationSeconds").GetDouble();
        var read = summary.RootElement.GetProperty("read").GetInt64();
        var step = new GrowthStep(stays.Observations, read / seconds, seconds, summary.RootElement.GetProperty("rejected").GetInt64(), peak / 1048576.0);
        var bytes = await store.BytesOnDisk(cancellationToken);
        Console.Error.WriteLine(Text($"{step.Observations:N0} Observations of {stays.Patients.Count:N0} patients: {step.PerSecond:0} lines/s, {step.Rejected} rejected, {bytes / stays.Observations} B each"));

        await using var server = await ServerProcess.Start(Product.Dost, ["serve"], store.Environment, cancellationToken);
        await SearchTime.Warm([.. searches.Where(search => search.Scope == Scope.OnePatient)], server, stays.Patients, cancellationToken);
        var times = new Dictionary<string, SearchTime>();
        foreach (var search in searches)
        {
            times[search.Name] = await SearchTime.Of(search, server, store, stays.Patients, cancellationToken);
            Console.Error.WriteLine(Text($"  {search.Name}: {times[search.Name]} ms, {times[search.Name].Found:P0} found something"));
        }

        return step with { BytesEach = (double)bytes / stays.Observations, ServerMegabytes = ProcessTrees.Memory(server.Id).Peak, Searches = times };
    }
}

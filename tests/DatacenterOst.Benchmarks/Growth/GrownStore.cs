using System.Text.Json;
using DatacenterOst.Benchmarks.Load;

namespace DatacenterOst.Benchmarks.Growth;

/// <summary>A store with a server on it, and the patients in it.</summary>
public sealed record GrownStore(MeasuredStore Store, ServerProcess Server, IReadOnlyList<GrowthPatient> Patients) : IAsyncDisposable
{
    public static async Task<GrownStore> Serve(MeasuredStore store, IReadOnlyList<GrowthPatient> patients, CancellationToken cancellationToken)
        => new(store, await ServerProcess.Start(Product.Dost, ["serve"], store.Environment, cancellationToken), patients);

    /// <summary>Reads a file of NDJSON into the store.</summary>
    /// <returns>Lines read, lines rejected, seconds that it took, and megabytes of memory at most.</returns>
    public static async Task<(long Read, long Rejected, double Seconds, double Megabytes)> Ingest(MeasuredStore store, string file, CancellationToken cancellationToken)
    {
        var (output, peak, _) = await Product.Run(store.Environment, ["ingest", "fhir", file, "--json"], cancellationToken);
        using var summary = JsonDocument.Parse(output);
        var said = summary.RootElement;
        return (said.GetProperty("read").GetInt64(), said.GetProperty("rejected").GetInt64(), said.GetProperty("durationSeconds").GetDouble(), peak / 1048576.0);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

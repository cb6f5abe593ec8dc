using System.Net;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>How long and how wide a load is: runs of a time each, after a warm-up.</summary>
public sealed record Pace(int Connections, int Runs, TimeSpan WarmUp, TimeSpan Time);

/// <summary>The run in the middle by rate, the CPU time in the middle, and how busy others kept the machine meanwhile.</summary>
/// <param name="Load">Rate and latencies of the median run.</param>
/// <param name="CpuMilliseconds">For each request, all counted processes together; median of the runs.</param>
/// <param name="OthersCores">Processors busy with neither the counted processes nor the generator; median of the runs.</param>
public sealed record Measurement(LoadResult Load, double CpuMilliseconds, double OthersCores)
{
    public static async Task<Measurement> Of(
        IPEndPoint server, IReadOnlyList<byte[]> requests, ProcessTrees counted, Pace pace, CancellationToken cancellationToken)
    {
        await LoadGenerator.Run(server, requests, pace.Connections, pace.WarmUp, cancellationToken);
        var runs = new List<Measurement>();
        for (var run = 0; run < pace.Runs; run++)
        {
            var (machine, cpu, own) = (ProcessTrees.MachineMilliseconds(), counted.CpuMilliseconds(), Environment.CpuUsage.TotalTime.TotalMilliseconds);
            var load = await LoadGenerator.Run(server, requests, pace.Connections, pace.Time, cancellationToken);
            cpu = counted.CpuMilliseconds() - cpu;
            own = Environment.CpuUsage.TotalTime.TotalMilliseconds - own;
            var others = ProcessTrees.MachineMilliseconds() - machine - cpu - own;
            runs.Add(new Measurement(load, cpu / load.Latencies.Length, Math.Max(0, others / load.Elapsed.TotalMilliseconds)));
        }

        return new Measurement(
            runs.OrderBy(run => run.Load.PerSecond).ElementAt(pace.Runs / 2).Load,
            Fhir.Rounds.Median(runs.Select(run => run.CpuMilliseconds)),
            Fhir.Rounds.Median(runs.Select(run => run.OthersCores)));
    }
}

using System.Diagnostics;
using System.Text.Json;
using DatacenterOst.Fhir;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>What the first use costs, each time in a process of its own: loading the embedded definitions, with compiling the code that does it.</summary>
public static class LoadRows
{
    public const string Argument = "fhir-load";
    private const double MarkSeconds = 0.150;

    public static async Task Run(CancellationToken cancellationToken)
    {
        var types = new List<Measured>();
        var all = new List<Measured>();
        for (var run = 0; run < Rounds.Count; run++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(LoadRows).Assembly.Location, Argument]) { RedirectStandardOutput = true })!;
            var answer = JsonSerializer.Deserialize<Measured[]>(await process.StandardOutput.ReadToEndAsync(cancellationToken))!;
            await process.WaitForExitAsync(cancellationToken);
            types.Add(answer[0]);
            all.Add(answer[1]);
        }

        Row("definitions of all types, loaded in a new process", types, mark: false);
        Row("all definitions: types, search parameters, codes and value sets, operations", all, mark: true);
    }

    /// <summary>The new process: prints what it took.</summary>
    public static void Once()
    {
        var (cpu, watch, bytes) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        var known = FhirDefinitions.ResourceTypes.Count;
        var types = new Measured(watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - bytes);
        known += SearchParameter.All.Count + FhirDefinitions.Operations.Count;
        known += FhirDefinitions.IsInValueSet("http://hl7.org/fhir/ValueSet/observation-status", "http://hl7.org/fhir/observation-status", "final") == true ? 1 : 0;
        var all = new Measured(watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - bytes);
        GC.KeepAlive(known);
        Console.WriteLine(JsonSerializer.Serialize<Measured[]>([types, all]));
    }

    private static void Row(string name, List<Measured> runs, bool mark)
    {
        var measured = new Measured(
            Rounds.Median(runs.Select(run => run.WallSeconds)),
            Rounds.Median(runs.Select(run => run.CpuSeconds)),
            Rounds.Median(runs.Select(run => run.Bytes)));
        Table.Row(name, measured, Table.Text($"least of {runs.Count}: {Table.Time(runs.Min(run => run.WallSeconds))}"), mark ? Table.Mark("≤ 150 ms", measured.WallSeconds <= MarkSeconds) : "");
    }
}

using System.Diagnostics;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>One piece of work: what it does once, over how many items. The number it gives back only keeps it from being left out.</summary>
public sealed record Work(int Items, Func<long> Once);

/// <summary>Medians for one item: wall time, CPU time of the whole process (so with its garbage collector), bytes allocated.</summary>
public readonly record struct Measured(double WallSeconds, double CpuSeconds, double Bytes);

/// <summary>
/// Measures on one thread: warm-up first, then rounds in which the pieces of work take turns, so that what else the machine does
/// falls on all of them.
/// </summary>
public static class Rounds
{
    public const int Count = 7;

    // Long enough for tiered compilation to have finished with what is called often.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.4);

    public static Measured[] Measure(params Work[] works)
    {
        var repeats = works.Select(Repeats).ToArray();
        var measured = works.Select(_ => new List<Measured>(Count)).ToArray();
        for (var round = 0; round < Count; round++)
            for (var i = 0; i < works.Length; i++) measured[i].Add(Run(works[i], repeats[i]));
        return [.. measured.Select(Medians)];
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static int Repeats(Work work)
    {
        var watch = Stopwatch.StartNew();
        var last = TimeSpan.Zero;
        for (var times = 0; times < 3 || watch.Elapsed < WarmUp; times++)
        {
            var before = watch.Elapsed;
            GC.KeepAlive(work.Once());
            last = watch.Elapsed - before;
        }

        return Math.Max(1, (int)Math.Ceiling(Round / last));
    }

    private static Measured Run(Work work, int repeats)
    {
        GC.Collect();
        var sum = 0L;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < repeats; i++) sum += work.Once();
        var wall = watch.Elapsed;
        var used = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        GC.KeepAlive(sum);
        var items = (double)work.Items * repeats;
        return new Measured(wall.TotalSeconds / items, used.TotalSeconds / items, bytes / items);
    }

    private static Measured Medians(List<Measured> rounds) => new(
        Median(rounds.Select(round => round.WallSeconds)),
        Median(rounds.Select(round => round.CpuSeconds)),
        Median(rounds.Select(round => round.Bytes)));
}

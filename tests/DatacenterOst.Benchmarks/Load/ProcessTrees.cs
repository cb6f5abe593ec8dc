using System.Globalization;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>
/// CPU time of whole trees of processes, from Linux' <c>/proc</c> (proc_pid_stat(5), proc_stat(5)): PostgreSQL works in one process for
/// each connection. Resolution is a tick of 10 ms.
/// </summary>
/// <param name="roots">Ids of the processes that are counted with all their descendants.</param>
public sealed class ProcessTrees(params int[] roots)
{
    private const double MillisecondsPerTick = 10;

    /// <summary>Milliseconds until now. For the roots also what their ended children used, so that a closed connection is not lost.</summary>
    public double CpuMilliseconds()
    {
        var parents = new Dictionary<int, int>();
        var used = new Dictionary<int, long>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) || Fields(id) is not { } fields)
                continue;
            parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
            used[id] = fields[11..(roots.Contains(id) ? 15 : 13)].Sum(Number);
        }

        return used.Where(process => IsCounted(process.Key, parents)).Sum(process => process.Value) * MillisecondsPerTick;
    }

    /// <summary>Milliseconds that all processors together have worked since the machine was started.</summary>
    public static double MachineMilliseconds()
    {
        // user nice system idle iowait irq softirq
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Number(fields[1]) + Number(fields[2]) + Number(fields[3]) + Number(fields[6]) + Number(fields[7])) * MillisecondsPerTick;
    }

    /// <summary>Resident memory of a process in MB, now and at its highest.</summary>
    public static (double Now, double Peak) Memory(int id)
    {
        var lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/status"));
        double Of(string name) => Number(lines.First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
        return (Of("VmRSS:"), Of("VmHWM:"));
    }

    private bool IsCounted(int id, Dictionary<int, int> parents)
    {
        while (id > 1)
        {
            if (roots.Contains(id))
                return true;
            id = parents.GetValueOrDefault(id);
        }

        return false;
    }

    /// <summary>What follows the name, which may itself hold blanks and brackets; null when the process has ended meanwhile.</summary>
    private static string[]? Fields(int id)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

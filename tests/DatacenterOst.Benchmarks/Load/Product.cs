using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using DatacenterOst.Server;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>Where the product and the data are, and one run of the product's command line with its peak memory.</summary>
public static class Product
{
    public static string Dost => typeof(DataCentre).Assembly.Location;

    public static async Task<string> Data(string set, string target, CancellationToken cancellationToken)
    {
        var shared = Environment.GetEnvironmentVariable("DOST_SHARED") is { Length: > 0 } folder ? folder : "../shared";
        Directory.CreateDirectory(target);
        await using var file = File.OpenRead(Path.Combine(shared, "data", set + ".tar.gz"));
        await using var tar = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(tar, target, overwriteFiles: true, cancellationToken);
        return target;
    }

    /// <summary>Runs <c>dost</c> and gives what it printed, how long it took and its peak memory in bytes.</summary>
    public static async Task<(string Output, long PeakMemory, TimeSpan Cpu)> Run(
        IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Dost, .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var peak = 0L;
        var cpu = TimeSpan.Zero;
        while (!process.HasExited)
        {
            process.Refresh();
            try
            {
                peak = Math.Max(peak, process.PeakWorkingSet64);
                cpu = process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                break;
            }

            await Task.Delay(50, cancellationToken);
        }

        await process.WaitForExitAsync(cancellationToken);
        return (await output, peak, cpu);
    }
}

using System.Diagnostics;
using DatacenterOst.Benchmarks.Load;
using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.Features;

/// <summary>Stays of PhysioNet 2012 set a as the table that <c>dost ingest icu2012</c> reads, and one made-up stay with a stated number of values.</summary>
public static class StayTable
{
    public const string System = "urn:physionet:challenge-2012:record";

    /// <summary>The stay that was made up.</summary>
    public const string Busy = "9999999";

    public static readonly DateTimeOffset Admitted = new(2012, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Charted = ["HR", "NISysABP", "NIDiasABP", "RespRate", "Temp", "Urine", "GCS", "MAP"];

    /// <returns>The file, and the stays in it beside the one that was made up.</returns>
    public static async Task<(string File, IReadOnlyList<string> Stays)> Write(int stays, int busy, string folder, CancellationToken cancellationToken)
    {
        var set = Path.Combine(folder, "set");
        if (!Directory.Exists(set)) await Product.Data("icu2012-set-a", set, cancellationToken);
        var files = Directory.EnumerateFiles(set, "*.txt", SearchOption.AllDirectories)
            .Where(file => Path.GetFileNameWithoutExtension(file).All(char.IsAsciiDigit)).Order(StringComparer.Ordinal).Take(stays).ToList();
        var table = Path.Combine(folder, "stays.csv");
        var script = Path.Combine(Path.GetDirectoryName(Product.Dost)!, "content", "sources", "icu2012", "to-csv.awk");
        using var awk = Process.Start(new ProcessStartInfo("awk", ["-f", script, .. files]) { RedirectStandardOutput = true })!;
        await using (var output = File.Create(table)) await awk.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
        await awk.WaitForExitAsync(cancellationToken);
        await File.AppendAllLinesAsync(table, Enumerable.Range(0, busy).Select(Line), cancellationToken);
        return (table, [.. files.Select(file => Path.GetFileNameWithoutExtension(file))]);
    }

    // Even over 48 hours, each code in turn.
    private static string Line(int number)
    {
        var at = Admitted.AddSeconds(48 * 3600.0 * number / 5_000);
        return Text($"{Busy},{Charted[number % Charted.Length]},{60 + (number % 37)},{at:yyyy-MM-ddTHH:mm:ssZ},1950-01-01,F,busy-{number}");
    }
}

using System.Globalization;

namespace DatacenterOst.Benchmarks.Fhir;

/// <summary>The one table that is printed; a mark is said to be held or missed by the wall time.</summary>
public static class Table
{
    public static void Begin()
    {
        Console.WriteLine("| FHIR library, one thread | each | per second | process CPU, each | allocated, each | beside it | mark |");
        Console.WriteLine("|---|---:|---:|---:|---:|---|---|");
    }

    public static void Row(string name, Measured measured, string beside = "", string mark = "")
        => Console.WriteLine(Text($"| {name} | {Time(measured.WallSeconds)} | {1 / measured.WallSeconds:N0} | {Time(measured.CpuSeconds)} | {measured.Bytes:N0} B | {beside} | {mark} |"));

    public static void Note(string name, string note) => Console.WriteLine($"| {name} | – | – | – | – | {note} | not measured |");

    public static string Mark(string mark, bool isHeld) => $"{mark}: {(isHeld ? "held" : "missed")}";

    public static string PerSecond(int mark, Measured measured) => Mark(Text($"≥ {mark:N0}/s"), 1 / measured.WallSeconds >= mark);

    public static string Time(double seconds) => seconds switch
    {
        >= 1 => Text($"{seconds:0.00} s"),
        >= 1e-3 => Text($"{seconds * 1e3:0.00} ms"),
        >= 1e-6 => Text($"{seconds * 1e6:0.00} µs"),
        _ => Text($"{seconds * 1e9:0} ns"),
    };

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

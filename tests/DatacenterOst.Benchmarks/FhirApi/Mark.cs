using static DatacenterOst.Benchmarks.Fhir.Table;

namespace DatacenterOst.Benchmarks.FhirApi;

/// <summary>A mark of the specification beside what was measured: held or not, and the factor between them.</summary>
public static class Mark
{
    public static string AtLeast(double mark, double measured, string unit)
        => Text($"≥ {mark:#,0.###} {unit}: {Word(measured >= mark)}, {measured / mark:0.00} ×");

    public static string AtMost(double mark, double measured, string unit)
        => Text($"≤ {mark:#,0.###} {unit}: {Word(measured <= mark)}, {measured / mark:0.00} ×");

    private static string Word(bool isHeld) => isHeld ? "held" : "NOT held";
}

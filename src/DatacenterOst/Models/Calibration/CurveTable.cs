using DatacenterOst.Features;

namespace DatacenterOst.Models.Calibration;

/// <summary>A curve by its points, straight between them and level beyond the first and the last.</summary>
internal sealed class CurveTable
{
    private readonly double[] at;
    private readonly double[] value;

    private CurveTable(double[] at, double[] value) => (this.at, this.value) = (at, value);

    public double At(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x <= at[0]) return value[0];
        if (x >= at[^1]) return value[^1];
        var place = Array.BinarySearch(at, x);
        if (place >= 0) return value[place];
        var next = ~place;
        var share = (x - at[next - 1]) / (at[next] - at[next - 1]);
        return value[next - 1] + share * (value[next] - value[next - 1]);
    }

    public bool IsRising => Enumerable.Range(1, value.Length - 1).All(i => value[i] >= value[i - 1]);

    public static CurveTable Read(YamlMap section, string key, List<(double At, double Value)> points)
    {
        if (points.Count == 0)
        {
            section.Report($"'{key}' is missing; list at least one row");
            points = [(0, 0)];
        }

        for (var i = 1; i < points.Count; i++)
        {
            if (!(points[i].At > points[i - 1].At)) section.Report(key, "must have rows in rising order, each once");
        }

        return new CurveTable([.. points.Select(point => point.At)], [.. points.Select(point => point.Value)]);
    }

    public static double Needed(YamlMap map, string key)
    {
        var number = map.Number(key);
        if (number is null && !map.Has(key)) map.Report($"'{key}' is missing; say a number");
        return (double)(number ?? 0);
    }
}

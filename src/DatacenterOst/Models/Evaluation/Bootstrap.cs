using DatacenterOst.Clinical;
using DatacenterOst.Models.Training;

namespace DatacenterOst.Models.Evaluation;

/// <summary>
/// Percentile intervals by drawing patients with replacement: rows of one patient hang together, so that patients are drawn and not rows
/// (Efron, Tibshirani 1993). The seed decides the draws.
/// </summary>
public sealed class Bootstrap(int draws, ulong seed)
{
    public const int MaxDraws = 10_000;

    /// <summary>0 gives no intervals.</summary>
    public int Draws => draws;

    /// <param name="measure">One or several numbers of a set of rows; NaN where one cannot be told.</param>
    public Measure[] Measure(IReadOnlyList<ScoredRow> rows, Func<IReadOnlyList<ScoredRow>, double[]> measure)
    {
        if (draws is < 0 or > MaxDraws) throw new Problem(ProblemKind.Invalid, $"must be 0 to {MaxDraws}", where: "bootstrap");
        var whole = measure(rows);
        if (draws == 0) return Array.ConvertAll(whole, value => new Measure(Evaluation.Measure.Told(value), null, null));
        var patients = rows.GroupBy(row => row.Patient).Select(own => own.ToArray()).ToArray();
        var drawn = new double[draws][];
        Parallel.For(0, draws, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount) }, draw =>
        {
            var random = SeededDraws.For(seed, draw);
            var sample = new List<ScoredRow>(rows.Count);
            for (var i = 0; i < patients.Length; i++) sample.AddRange(patients[random.Below(patients.Length)]);
            drawn[draw] = measure(sample);
        });
        return [.. whole.Select((value, i) => Interval(value, drawn.Select(values => values[i])))];
    }

    private static Measure Interval(double value, IEnumerable<double> drawn)
    {
        var told = drawn.Where(double.IsFinite).Order().ToArray();
        // From a handful of draws that could be told no interval can be read.
        return told.Length < 20
            ? new Measure(Evaluation.Measure.Told(value), null, null)
            : new Measure(Evaluation.Measure.Told(value), Quantile(told, 0.025), Quantile(told, 0.975));
    }

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 == sorted.Length ? sorted[low] : sorted[low] + ((at - low) * (sorted[low + 1] - sorted[low]));
    }
}

namespace DatacenterOst.Models.Training;

/// <summary>
/// Makes rows with missing values fit for a linear model: the median stands in, one more input says that it does, and values beyond the
/// 1st and 99th percentile are held there. Learnt from the training rows alone.
/// </summary>
public sealed class Imputation
{
    private readonly double[] medians;
    private readonly (double Low, double High)[] bounds;
    private readonly int[] flagged;

    private Imputation(IReadOnlyList<string> inputs, double[] medians, (double, double)[] bounds, int[] flagged)
    {
        (this.medians, this.bounds, this.flagged) = (medians, bounds, flagged);
        Inputs = [.. inputs, .. flagged.Select(input => inputs[input] + " missing")];
    }

    public IReadOnlyList<string> Inputs { get; }

    /// <summary>What stands in for a missing value, by input.</summary>
    public IReadOnlyList<double> Medians => medians;

    /// <summary>Where values are held, by input.</summary>
    public IReadOnlyList<(double Low, double High)> Bounds => bounds;

    /// <summary>Inputs with one more that says that they are missing, in the order of those.</summary>
    public IReadOnlyList<int> Flagged => flagged;

    public static Imputation Learn(TrainingRows rows)
    {
        var inputs = rows.Inputs.Count;
        var (medians, bounds) = (new double[inputs], new (double, double)[inputs]);
        var flagged = new List<int>();
        var patterns = new HashSet<string>(StringComparer.Ordinal);
        for (var j = 0; j < inputs; j++)
        {
            var input = j;
            var values = rows.Values.Select(row => row[input]).Where(value => !double.IsNaN(value)).Order().ToArray();
            medians[j] = values.Length == 0 ? 0 : values[values.Length / 2];
            bounds[j] = values.Length == 0 ? (0, 0) : (values[values.Length / 100], values[values.Length - 1 - (values.Length / 100)]);

            // The lowest, highest and last value of one analysis are missing together; one flag says it for all.
            var pattern = string.Concat(rows.Values.Select(row => double.IsNaN(row[input]) ? '1' : '0'));
            if (values.Length < rows.Count && values.Length > 0 && patterns.Add(pattern)) flagged.Add(j);
        }

        return new Imputation(rows.Inputs, medians, bounds, [.. flagged]);
    }

    public TrainingRows Apply(TrainingRows rows) => rows with { Inputs = Inputs, Values = Array.ConvertAll(rows.Values, Apply) };

    public double[] Apply(double[] row)
    {
        var made = new double[row.Length + flagged.Length];
        for (var j = 0; j < row.Length; j++) made[j] = double.IsNaN(row[j]) ? medians[j] : Math.Clamp(row[j], bounds[j].Low, bounds[j].High);
        for (var i = 0; i < flagged.Length; i++) made[row.Length + i] = double.IsNaN(row[flagged[i]]) ? 1 : 0;
        return made;
    }
}

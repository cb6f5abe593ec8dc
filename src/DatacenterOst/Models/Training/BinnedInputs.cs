namespace DatacenterOst.Models.Training;

/// <summary>
/// The inputs of all rows as bins: what histogram splits are searched on. Values are taken as single precision, which is what
/// every reader of the XGBoost format compares, so that a row falls on the same side in training and in use.
/// </summary>
internal sealed class BinnedInputs
{
    /// <summary>The bin of a missing value; real bins are below it.</summary>
    public const ushort Missing = ushort.MaxValue;

    private readonly float[][] cuts;
    private readonly ushort[][] bins;

    private BinnedInputs(float[][] cuts, ushort[][] bins) => (this.cuts, this.bins) = (cuts, bins);

    public int Inputs => cuts.Length;

    /// <summary>Upper ends: a value lies in the first bin whose cut is above it. The last bin has none.</summary>
    public int Bins(int input) => cuts[input].Length + 1;

    /// <summary>By row.</summary>
    public ushort[] Of(int input) => bins[input];

    /// <summary>A row goes left where its value is below this.</summary>
    public float Cut(int input, int bin) => cuts[input][bin];

    public static BinnedInputs Make(TrainingRows rows, int maxBin, ParallelOptions parallel)
    {
        var cuts = new float[rows.Inputs.Count][];
        var bins = new ushort[rows.Inputs.Count][];
        Parallel.For(0, rows.Inputs.Count, parallel, input =>
        {
            var column = Column(rows, input);
            cuts[input] = Cuts(column, maxBin);
            bins[input] = Array.ConvertAll(column, value => float.IsNaN(value) ? Missing : Bin(cuts[input], value));
        });
        return new BinnedInputs(cuts, bins);
    }

    private static float[] Column(TrainingRows rows, int input)
    {
        var column = new float[rows.Count];
        for (var row = 0; row < column.Length; row++) column[row] = (float)rows.Values[row][input];
        return column;
    }

    /// <summary>Between all distinct values where there are few, else at quantiles of the rows.</summary>
    private static float[] Cuts(float[] column, int maxBin)
    {
        var sorted = Array.FindAll(column, value => !float.IsNaN(value));
        Array.Sort(sorted);
        var starts = new List<float>();
        foreach (var value in sorted)
        {
            if (starts.Count == 0 || value > starts[^1]) starts.Add(value);
        }

        if (starts.Count == 0) return [];
        if (starts.Count <= maxBin) return [.. starts.Skip(1)];

        var chosen = new List<float>(maxBin);
        for (var bin = 1; bin < maxBin; bin++)
        {
            var value = sorted[(int)((long)bin * sorted.Length / maxBin)];
            if (value > sorted[0] && (chosen.Count == 0 || value > chosen[^1])) chosen.Add(value);
        }

        return [.. chosen];
    }

    private static ushort Bin(float[] cuts, float value)
    {
        var (low, high) = (0, cuts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (value < cuts[middle]) high = middle;
            else low = middle + 1;
        }

        return (ushort)low;
    }
}

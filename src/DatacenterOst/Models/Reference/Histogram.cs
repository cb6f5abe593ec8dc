namespace DatacenterOst.Models.Reference;

/// <summary>
/// How many values lie in each bin. <see cref="Edges"/> are the inner edges, rising: bin 0 is below the first, bin i from edge i − 1
/// (included) to below edge i, the last from the last edge on. So no later value can fall outside.
/// </summary>
public sealed record Histogram(IReadOnlyList<double> Edges, IReadOnlyList<long> Counts)
{
    /// <summary>Ten bins are what a population stability index is read with.</summary>
    public const int UsualBins = 10;

    /// <summary>Finer tables say nothing more of a drift.</summary>
    public const int MaxBins = 100;

    public long Total
    {
        get
        {
            var total = 0L;
            for (var i = 0; i < Counts.Count; i++) total += Counts[i];
            return total;
        }
    }

    public int BinOf(double value)
    {
        var bin = 0;
        while (bin < Edges.Count && value >= Edges[bin]) bin++;
        return bin;
    }

    /// <summary>Another sample in the same bins.</summary>
    public Histogram Of(IEnumerable<double> values)
    {
        var counts = new long[Edges.Count + 1];
        foreach (var value in values) counts[BinOf(value)]++;
        return this with { Counts = counts };
    }

    /// <summary>Bins that each hold about the same share of the values; fewer than asked where many values are equal.</summary>
    public static Histogram ByQuantiles(IReadOnlyCollection<double> values, int bins = UsualBins)
    {
        var sorted = values.Order().ToArray();
        var edges = new List<double>(bins - 1);
        for (var i = 1; i < bins && sorted.Length > 0; i++)
        {
            var edge = sorted[(int)((long)sorted.Length * i / bins)];
            if (edge > sorted[0] && (edges.Count == 0 || edge > edges[^1])) edges.Add(edge);
        }

        return new Histogram(edges, []).Of(sorted);
    }

    /// <summary>Bins of equal width from 0 to 1: for probabilities.</summary>
    public static Histogram OfProbabilities(IEnumerable<double> values, int bins = 20)
        => new Histogram([.. Enumerable.Range(1, bins - 1).Select(i => (double)i / bins)], []).Of(values);

    internal bool IsSound()
    {
        if (Edges.Count >= MaxBins || Counts.Count != Edges.Count + 1) return false;
        for (var i = 0; i < Edges.Count; i++)
        {
            if (!double.IsFinite(Edges[i]) || (i > 0 && Edges[i] <= Edges[i - 1])) return false;
        }

        return Counts.All(count => count >= 0);
    }
}

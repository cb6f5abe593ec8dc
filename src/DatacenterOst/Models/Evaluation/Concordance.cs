namespace DatacenterOst.Models.Evaluation;

/// <summary>
/// Harrell's C: among pairs of which one is known to have had the event first, the share in which it had the higher risk; equal risks
/// count half (Harrell, JAMA 1982;247:2543-2546; the definition of R's <c>survival::concordance</c>).
/// </summary>
public static class Concordance
{
    /// <returns>NaN where no pair can be compared.</returns>
    public static double Of(IReadOnlyList<double> times, IReadOnlyList<bool> events, IReadOnlyList<double> risks)
    {
        var levels = risks.Distinct().Order().ToArray();
        int[] ranks = [.. risks.Select(risk => Array.BinarySearch(levels, risk))];
        int[] order = [.. Enumerable.Range(0, times.Count).OrderByDescending(row => times[row])];
        var outlived = new Counts(levels.Length);
        var (concordant, tied, pairs) = (0L, 0L, 0L);
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to < order.Length && times[order[to]] == times[order[from]]) to++;

            // Someone censored at the very time of the event is taken to have outlived it.
            for (var i = from; i < to; i++) if (!events[order[i]]) outlived.Add(ranks[order[i]]);
            for (var i = from; i < to; i++)
            {
                if (!events[order[i]]) continue;
                var below = outlived.Below(ranks[order[i]]);
                concordant += below;
                tied += outlived.Below(ranks[order[i]] + 1) - below;
                pairs += outlived.All;
            }

            for (var i = from; i < to; i++) if (events[order[i]]) outlived.Add(ranks[order[i]]);
            from = to;
        }

        return pairs == 0 ? double.NaN : (concordant + (0.5 * tied)) / pairs;
    }

    /// <summary>How many of each rank, with sums in a logarithm of steps (Fenwick, Softw Pract Exp 1994;24:327-336): every pair looked at would take hours for a register.</summary>
    private sealed class Counts(int ranks)
    {
        private readonly long[] tree = new long[ranks + 1];

        public long All { get; private set; }

        public void Add(int rank)
        {
            All++;
            for (var at = rank + 1; at < tree.Length; at += at & -at) tree[at]++;
        }

        public long Below(int rank)
        {
            var sum = 0L;
            for (var at = rank; at > 0; at -= at & -at) sum += tree[at];
            return sum;
        }
    }
}

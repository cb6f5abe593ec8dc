using System.Numerics;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Explanation;

/// <summary>Exact Shapley values by all coalitions (Shapley 1953): for formulas of few inputs, whatever their shape.</summary>
public static class CoalitionShapley
{
    /// <summary>1,024 evaluations, some milliseconds.</summary>
    public const int MaxPlayers = 10;

    /// <param name="worth">The result with the inputs of the bit set as they are and all others at their reference.</param>
    /// <returns>The bias is the result of the reference itself; bias and values sum to the result with all inputs as they are.</returns>
    public static Contributions Of(int players, Func<int, double> worth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(players, MaxPlayers);
        var worths = new double[1 << players];
        for (var set = 0; set < worths.Length; set++) worths[set] = worth(set);

        var weights = Weights(players);
        var values = new double[players];
        for (var i = 0; i < players; i++)
        {
            for (var set = 0; set < worths.Length; set++)
            {
                if ((set >> i & 1) == 0) values[i] += weights[BitOperations.PopCount((uint)set)] * (worths[set | (1 << i)] - worths[set]);
            }
        }

        return new Contributions(worths[0], values);
    }

    // |S|! (n − |S| − 1)! / n!
    private static double[] Weights(int players)
    {
        var weights = new double[Math.Max(players, 1)];
        for (var size = 0; size < players; size++)
        {
            var ways = 1d;
            for (var i = 0; i < size; i++) ways = ways * (players - 1 - i) / (i + 1);
            weights[size] = 1 / (players * ways);
        }

        return weights;
    }
}

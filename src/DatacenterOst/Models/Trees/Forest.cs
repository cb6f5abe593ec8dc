namespace DatacenterOst.Models.Trees;

/// <summary>
/// Trees as they were read and checked: every child and feature index lies inside, every number is finite, no path is longer than
/// <see cref="TreeLimits.MaxDepth"/>. Its walk is the clear version that <see cref="PackedForest"/> must agree with bit for bit.
/// </summary>
public sealed class Forest
{
    // LightGBM's kZeroThreshold, a float: numbers this small are zero.
    private const double Zero = 1e-35f;

    private readonly TreeNode[] nodes;
    private readonly int[] starts;
    private readonly uint[] words;
    private readonly (int Start, int Count)[] sets;

    internal Forest(ForestParts parts)
    {
        nodes = parts.Nodes;
        starts = parts.Starts;
        words = parts.Words;
        sets = parts.Sets;
        Depth = parts.Depth;
        HasCovers = parts.HasCovers;
        HasCategories = sets.Length > 0;
    }

    /// <summary>Number of trees.</summary>
    public int Count => starts.Length - 1;

    /// <summary>Splits on the longest path.</summary>
    public int Depth { get; }

    /// <summary>Says whether the file tells how the training rows went; without it there is no explanation.</summary>
    public bool HasCovers { get; }

    public bool HasCategories { get; }

    public ReadOnlySpan<TreeNode> Tree(int tree) => nodes.AsSpan(starts[tree], starts[tree + 1] - starts[tree]);

    /// <summary>The leaf value that a row comes to.</summary>
    public double Walk(int tree, ReadOnlySpan<double> row)
    {
        var all = Tree(tree);
        var at = 0;
        while (true)
        {
            ref readonly var node = ref all[at];
            if (node.Test == SplitTest.Leaf) return node.Value;
            at = GoesLeft(in node, row[node.Feature]) ? at + 1 : node.Right;
        }
    }

    public bool GoesLeft(in TreeNode split, double input) => split.Test switch
    {
        SplitTest.Below => double.IsNaN(input) ? split.MissingGoesLeft : input < split.Value,
        SplitTest.AtMost => double.IsNaN(input) ? split.MissingGoesLeft : input <= split.Value,
        SplitTest.AtMostZeroMissing => double.IsNaN(input) || Math.Abs(input) <= Zero ? split.MissingGoesLeft : input <= split.Value,
        SplitTest.AtMostNoneMissing => (double.IsNaN(input) ? 0 : input) <= split.Value,
        // Minus a half is no category in XGBoost, but is category 0 in LightGBM, which cuts before it looks.
        SplitTest.NotAmong => double.IsNaN(input) ? split.MissingGoesLeft : input < 0 || !Holds(split.Set, input),
        _ => input > -1 && Holds(split.Set, input),
    };

    private bool Holds(int set, double category)
    {
        var (start, count) = sets[set];
        if (!(category < count * 32.0)) return false;
        var code = (int)category;
        return (words[start + (code >> 5)] >> (code & 31) & 1) != 0;
    }
}

/// <summary>What a forest is made of.</summary>
internal sealed record ForestParts(TreeNode[] Nodes, int[] Starts, uint[] Words, (int Start, int Count)[] Sets)
{
    public int Depth { get; init; }

    public bool HasCovers { get; init; }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>BRANCH_… and LEAF of ai.onnx.ml: how a node compares the value with its threshold.</summary>
internal enum TreeMode
{
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
    Leaf,
}

/// <summary>One node. A leaf says where its weights begin and how many they are; a branch where to go.</summary>
internal readonly record struct TreeNode(double Threshold, int Feature, int Yes, int No, TreeMode Mode, bool MissingIsYes)
{
    public int FirstWeight => Yes;

    public int Weights => No;
}

/// <summary>
/// A forest as flat arrays: a row goes from each root to one leaf and collects its weights. Sums are kept in double and rounded to
/// float once: ONNX Runtime sums floats in an order that its threads decide, so no one float order is the contract, and ML.NET's
/// own scores are nearer to this.
/// </summary>
internal sealed class TreeEnsemble(TreeNode[] nodes, int[] roots, int[] targets, double[] weights, int width)
{
    private readonly bool plain = Array.TrueForAll(nodes, node => node.Mode is TreeMode.LessOrEqual or TreeMode.Leaf && !node.MissingIsYes);

    public int Trees => roots.Length;

    /// <summary>Values that a row must have at least.</summary>
    public int Width => width;

    public ReadOnlySpan<TreeNode> Nodes => nodes;

    public ReadOnlySpan<int> Roots => roots;

    public ReadOnlySpan<int> Targets => targets;

    public ReadOnlySpan<double> Weights => weights;

    public void Sum(ReadOnlySpan<double> row, Span<double> scores)
    {
        foreach (var root in roots)
        {
            ref readonly var leaf = ref nodes[plain ? Plainly(root, row) : Walk(root, row)];
            for (var i = leaf.FirstWeight; i < leaf.FirstWeight + leaf.Weights; i++) scores[targets[i]] += weights[i];
        }
    }

    /// <summary>The least or greatest weight of each target; a target without one keeps NaN.</summary>
    public void Best(ReadOnlySpan<double> row, Span<double> scores, int sign)
    {
        scores.Fill(double.NaN);
        foreach (var root in roots)
        {
            ref readonly var leaf = ref nodes[Walk(root, row)];
            for (var i = leaf.FirstWeight; i < leaf.FirstWeight + leaf.Weights; i++)
            {
                ref var score = ref scores[targets[i]];
                if (double.IsNaN(score) || sign * weights[i] > sign * score) score = weights[i];
            }
        }
    }

    /// <summary>Where a value goes on from a branch.</summary>
    public static int Next(in TreeNode node, double value)
    {
        var yes = node.Mode switch
        {
            TreeMode.LessOrEqual => value <= node.Threshold,
            TreeMode.Less => value < node.Threshold,
            TreeMode.GreaterOrEqual => value >= node.Threshold,
            TreeMode.Greater => value > node.Threshold,
            TreeMode.Equal => value == node.Threshold,
            _ => value != node.Threshold,
        };
        return yes || (node.MissingIsYes && double.IsNaN(value)) ? node.Yes : node.No;
    }

    private int Plainly(int at, ReadOnlySpan<double> row)
    {
        var all = nodes;
        while (true)
        {
            ref readonly var node = ref all[at];
            if (node.Mode == TreeMode.Leaf) return at;
            at = row[node.Feature] <= node.Threshold ? node.Yes : node.No;
        }
    }

    private int Walk(int at, ReadOnlySpan<double> row)
    {
        while (true)
        {
            ref readonly var node = ref nodes[at];
            if (node.Mode == TreeMode.Leaf) return at;
            at = Next(node, row[node.Feature]);
        }
    }
}

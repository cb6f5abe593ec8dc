using System.Runtime.InteropServices;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>Takes trees as files number them, checks them, and lays them out in preorder. Throws a <see cref="Problem"/> that names tree and node.</summary>
internal sealed class ForestBuilder(int inputs)
{
    private readonly List<TreeNode> nodes = [];
    private readonly List<int> starts = [0];
    private readonly List<uint> words = [];
    private readonly List<(int Start, int Count)> sets = [];
    private readonly Stack<(int Node, int Depth, int RightOf)> open = new();
    private int depth;
    private bool hasCovers = true;

    public int Trees => starts.Count - 1;

    /// <summary>Keeps a category set, the bit of category 0 lowest in the first word.</summary>
    public int AddSet(ReadOnlySpan<uint> bits, string where)
    {
        if (words.Count + (long)bits.Length > TreeLimits.MaxCategoryWords)
            throw new Problem(ProblemKind.TooLarge, $"the category sets take more than {TreeLimits.MaxCategoryWords} words of 32 categories; use smaller category codes", where);
        sets.Add((words.Count, bits.Length));
        words.AddRange(bits);
        return sets.Count - 1;
    }

    public void Add(RawTree tree, string where)
    {
        if (Trees >= TreeLimits.MaxTrees) throw new Problem(ProblemKind.TooLarge, $"there are more than {TreeLimits.MaxTrees} trees", where);
        if (nodes.Count + (long)tree.Count > TreeLimits.MaxNodes) throw new Problem(ProblemKind.TooLarge, $"the trees have more than {TreeLimits.MaxNodes} nodes together", where);
        if (tree.Count == 0) throw Wrong("it has no node", where);

        hasCovers &= tree.Cover is not null;
        var start = nodes.Count;
        var seen = new bool[tree.Count];
        open.Clear();
        open.Push((0, 0, -1));
        while (open.TryPop(out var next))
        {
            var (node, level, rightOf) = next;
            if (seen[node]) throw Wrong($"node {node} is reached twice; a tree has no cycle and no shared child", where);
            seen[node] = true;
            if (level > TreeLimits.MaxDepth) throw new Problem(ProblemKind.TooLarge, $"it is deeper than {TreeLimits.MaxDepth} splits; train with a lower max_depth", where);
            depth = Math.Max(depth, level);
            if (rightOf >= 0) CollectionsMarshal.AsSpan(nodes)[rightOf] = nodes[rightOf] with { Right = nodes.Count - start };
            nodes.Add(Checked(tree, node, where));
            if (nodes[^1].IsLeaf) continue;
            open.Push((Child(tree, tree.Right, node, where), level + 1, nodes.Count - 1));
            open.Push((Child(tree, tree.Left, node, where), level + 1, -1));
        }

        starts.Add(nodes.Count);
    }

    public Forest Build() => new(new ForestParts([.. nodes], [.. starts], [.. words], [.. sets]) { Depth = depth, HasCovers = hasCovers });

    private TreeNode Checked(RawTree tree, int node, string where)
    {
        var value = tree.Value[node];
        var cover = tree.Cover?[node] ?? 0;
        if (!(cover >= 0) || double.IsInfinity(cover)) throw Wrong($"node {node} has the cover {Text(cover)}; it must be a number from 0", where);
        if (tree.Left[node] == -1)
        {
            if (!double.IsFinite(value)) throw Wrong($"leaf {node} has the weight {Text(value)}; it must be a finite number", where);
            return new TreeNode(SplitTest.Leaf, 0, 0, value, cover, -1, false);
        }

        var feature = tree.Feature[node];
        if (feature < 0 || feature >= inputs) throw Wrong($"node {node} splits on input {feature}, but the model has {inputs} inputs, counted from 0", where);
        var set = tree.Set?[node] ?? -1;
        // LightGBM writes an infinite threshold where a split only parts what is missing from what is not.
        var mayBeInfinite = tree.Test[node] is SplitTest.AtMost or SplitTest.AtMostZeroMissing or SplitTest.AtMostNoneMissing;
        if (set < 0 && (double.IsNaN(value) || (double.IsInfinity(value) && !mayBeInfinite))) throw Wrong($"node {node} has the threshold {Text(value)}; it must be a finite number", where);
        return new TreeNode(tree.Test[node], feature, 0, value, cover, set, tree.MissingGoesLeft[node]);
    }

    private static int Child(RawTree tree, int[] children, int node, string where)
    {
        // Sums of second derivatives are rounded, so a child's may come out a little above its parent's; more is a broken file.
        const double Rounding = 1.5;
        var child = children[node];
        if (child < 0 || child >= tree.Count) throw Wrong($"node {node} has the child {child}, but the nodes are 0 to {tree.Count - 1}", where);
        if (tree.Cover is { } cover && cover[child] > cover[node] * Rounding)
            throw Wrong($"node {child} has the cover {Text(cover[child])}, more than the {Text(cover[node])} of the node above it", where);
        return child;
    }

    private static Problem Wrong(string what, string where) => new(ProblemKind.Invalid, what, where);

    private static string Text(double number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

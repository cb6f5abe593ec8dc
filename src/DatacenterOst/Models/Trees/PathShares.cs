namespace DatacenterOst.Models.Trees;

/// <summary>The way into a node.</summary>
/// <param name="Feature">The input of the split above.</param>
/// <param name="Same">The node further up whose way in was the last split on the same input; -1 for none.</param>
/// <param name="Ratio">The share of the training rows at the split above that came here.</param>
/// <param name="Share">The product of such shares over all splits on this input down to here.</param>
internal readonly record struct Edge(int Parent, int Feature, int Same, double Ratio, double Share);

/// <summary>Lays out, once for each tree, what its explanation needs to know of the training rows.</summary>
internal sealed class PathShares
{
    // By input: the node into which its last split on the present path leads.
    private readonly int[] last;

    public PathShares(int inputs)
    {
        last = new int[inputs];
        Array.Fill(last, -1);
    }

    /// <summary>The mean over the training rows of the tree that was added last.</summary>
    public double Expected { get; private set; }

    /// <returns>How many distinct inputs the richest path has.</returns>
    public int Add(ReadOnlySpan<TreeNode> nodes, List<Edge> edges)
    {
        var start = edges.Count;
        for (var i = 0; i < nodes.Length; i++) edges.Add(new Edge(-1, 0, -1, 1, 1));
        Expected = 0;
        return Descend(nodes, edges, new Step(start, 0, 1, 0));
    }

    // At most as deep as TreeLimits.MaxDepth, which the forest was checked for.
    private int Descend(ReadOnlySpan<TreeNode> nodes, List<Edge> edges, Step step)
    {
        ref readonly var node = ref nodes[step.At];
        if (node.IsLeaf)
        {
            Expected += node.Value * step.Reached;
            return step.Distinct;
        }

        var most = 0;
        var before = last[node.Feature];
        foreach (var child in (ReadOnlySpan<int>)[step.At + 1, node.Right])
        {
            // Where no training row came, both ways are as likely.
            var ratio = node.Cover > 0 ? nodes[child].Cover / node.Cover : 0.5;
            var share = before < 0 ? ratio : ratio * edges[step.Start + before].Share;
            edges[step.Start + child] = new Edge(step.At, node.Feature, before, ratio, share);
            last[node.Feature] = child;
            most = Math.Max(most, Descend(nodes, edges, new Step(step.Start, child, step.Reached * ratio, step.Distinct + (before < 0 ? 1 : 0))));
        }

        last[node.Feature] = before;
        return most;
    }

    private readonly record struct Step(int Start, int At, double Reached, int Distinct);
}

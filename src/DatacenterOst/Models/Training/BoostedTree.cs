namespace DatacenterOst.Models.Training;

/// <summary>One node: a split, or a leaf where <paramref name="Left"/> is -1.</summary>
/// <param name="Cut">A value below it goes left; the weight of a leaf.</param>
/// <param name="Gain">Loss that the split takes away.</param>
/// <param name="Hessian">Sum of the rows' second derivatives (XGBoost: cover).</param>
/// <param name="Weight">What the node would give as a leaf, before the learning rate.</param>
internal readonly record struct TreeNode(int Parent, int Left, int Right, int Input, float Cut, bool MissingLeft, float Gain, float Hessian, float Weight);

/// <summary>A regression tree in the layout of XGBoost: nodes in the order in which they were made, the root first.</summary>
internal sealed class BoostedTree(TreeNode[] nodes)
{
    public IReadOnlyList<TreeNode> Nodes => nodes;

    public BoostedTree Scaled(float share) => new(Array.ConvertAll(nodes, node => node.Left < 0 ? node with { Cut = node.Cut * share, Weight = node.Weight * share } : node));

    public float Predict(double[] row)
    {
        var at = 0;
        while (nodes[at].Left >= 0)
        {
            ref readonly var node = ref nodes[at];
            var value = (float)row[node.Input];
            at = (float.IsNaN(value) ? node.MissingLeft : value < node.Cut) ? node.Left : node.Right;
        }

        return nodes[at].Cut;
    }
}

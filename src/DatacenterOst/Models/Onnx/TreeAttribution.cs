using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Onnx;

/// <summary>
/// Exact Shapley values of a forest against one reference row: of each leaf that some mixture of the two rows can reach, the inputs
/// that must be the row's and those that must be the reference's share its weight (Lundberg et al. 2020, supplement, interventional
/// TreeSHAP with a single reference). An ONNX file keeps no cover of its nodes, so the path-dependent kind has nothing to go by.
/// </summary>
internal sealed class TreeAttribution
{
    private readonly TreeEnsemble forest;
    private readonly double divisor;

    private TreeAttribution(TreeEnsemble forest, int rowPlace, double divisor)
        => (this.forest, RowPlace, this.divisor) = (forest, rowPlace, divisor);

    /// <summary>Where the rows stand that the forest takes.</summary>
    public int RowPlace { get; }

    /// <returns>Null where the step that makes the margin is no forest whose weights add up to it.</returns>
    public static TreeAttribution? Of(GraphPlan plan, Step? source)
    {
        if (source?.Node.Operator is not ("TreeEnsembleRegressor" or "TreeEnsembleClassifier")) return null;
        var node = new OperatorNode(source.Node, plan.File.Opsets[source.Node.Domain], plan.Name);
        var transform = Transforms.Read(node);
        if (source.Node.Operator == "TreeEnsembleRegressor")
        {
            var kind = node.Text("aggregate_function", "SUM");
            if (node.Integer("n_targets", 1) != 1 || transform == PostTransform.Probit || kind is not ("SUM" or "AVERAGE")) return null;
            var trees = new TreeReader(node).Read("target", 1);
            return new TreeAttribution(trees, source.Inputs[0], kind == "AVERAGE" ? trees.Trees : 1);
        }

        // Log-odds, or a score around zero, of the second class; a mean of probabilities is neither.
        var forest = new TreeReader(node).Read("class", 2);
        var onlyFirst = forest.Targets.IndexOfAnyExcept(0) < 0;
        var score = transform == PostTransform.Logistic || (transform == PostTransform.None && forest.Weights.ContainsAnyInRange(double.MinValue, -double.Epsilon));
        return onlyFirst && score ? new TreeAttribution(forest, source.Inputs[0], 1) : null;
    }

    /// <param name="row">What the forest was given for the row.</param>
    /// <param name="reference">What it was given for the reference.</param>
    /// <param name="owners">For each of these values, which input it comes of; read only where the two differ.</param>
    /// <param name="inputs">How many inputs there are.</param>
    public double[] Share(ReadOnlySpan<double> row, ReadOnlySpan<double> reference, int[] owners, int inputs)
    {
        var walk = new Walk { Sides = new Side[inputs], Values = new double[inputs] };
        foreach (var root in forest.Roots) Visit(root, row, reference, owners, walk);
        return divisor == 1 ? walk.Values : Array.ConvertAll(walk.Values, value => value / divisor);
    }

    // No deeper than a tree may be, see OnnxLimits.TreeDepth.
    private void Visit(int at, ReadOnlySpan<double> row, ReadOnlySpan<double> reference, int[] owners, Walk walk)
    {
        while (true)
        {
            ref readonly var node = ref forest.Nodes[at];
            if (node.Mode == TreeMode.Leaf)
            {
                Leaf(node, walk);
                return;
            }

            var (own, other) = (TreeEnsemble.Next(node, row[node.Feature]), TreeEnsemble.Next(node, reference[node.Feature]));
            if (own == other)
            {
                at = own;
                continue;
            }

            var input = owners[node.Feature];
            if (walk.Sides[input] != Side.Open)
            {
                at = walk.Sides[input] == Side.Row ? own : other;
                continue;
            }

            walk.Sides[input] = Side.Row;
            walk.Chosen.Add(input);
            Visit(own, row, reference, owners, walk);
            walk.Sides[input] = Side.Reference;
            Visit(other, row, reference, owners, walk);
            walk.Chosen.RemoveAt(walk.Chosen.Count - 1);
            walk.Sides[input] = Side.Open;
            return;
        }
    }

    private void Leaf(in TreeNode leaf, Walk walk)
    {
        if (walk.Chosen.Count == 0) return;
        double weight = 0;
        for (var i = leaf.FirstWeight; i < leaf.FirstWeight + leaf.Weights; i++) weight += forest.Weights[i];
        var own = walk.Chosen.Count(input => walk.Sides[input] == Side.Row);
        var others = walk.Chosen.Count - own;
        foreach (var input in walk.Chosen)
        {
            if (walk.Sides[input] == Side.Row) walk.Values[input] += weight * Orders(own - 1, others);
            else walk.Values[input] -= weight * Orders(own, others - 1);
        }
    }

    /// <summary>a! b! / (a + b + 1)!: the share of all orders in which just these come before and those after.</summary>
    private static double Orders(int a, int b)
    {
        var share = 1.0 / (a + b + 1);
        for (var i = 1; i <= Math.Min(a, b); i++) share *= i / (double)(Math.Max(a, b) + i);
        return share;
    }

    private enum Side : byte
    {
        Open,
        Row,
        Reference,
    }

    private sealed class Walk
    {
        public required Side[] Sides { get; init; }

        public required double[] Values { get; init; }

        public List<int> Chosen { get; } = [];
    }
}

namespace DatacenterOst.Models.Training;

/// <summary>
/// Grows one tree level by level over histograms (Chen, Guestrin 2016; the "hist" method). Each histogram is summed by one thread in
/// the order of the rows, so that the tree is the same to the last bit whatever the number of threads.
/// </summary>
internal sealed class TreeGrower(BinnedInputs binned, BoostingSettings settings, ParallelOptions parallel)
{
    /// <summary>Below it a gain is rounding (XGBoost's kRtEps).</summary>
    private const double LeastGain = 1e-6;

    private readonly List<TreeNode> nodes = [];

    /// <param name="inTree">By row: whether the tree may learn from it.</param>
    public BoostedTree Grow(Gradient[] gradients, bool[] inTree, int[] inputs)
    {
        nodes.Clear();
        var rows = new List<int>(inTree.Length);
        for (var row = 0; row < inTree.Length; row++)
        {
            if (inTree[row]) rows.Add(row);
        }

        var level = new List<OpenNode> { Open(-1, [.. rows], gradients) };
        for (var depth = 0; depth < settings.MaxDepth && level.Count > 0; depth++) level = Deepen(level, gradients, inputs);
        if (settings.Gamma > 0) Prune();
        return new BoostedTree([.. nodes]);
    }

    private List<OpenNode> Deepen(List<OpenNode> level, Gradient[] gradients, int[] inputs)
    {
        Histograms(level, gradients, inputs);
        var next = new List<OpenNode>(level.Count * 2);
        foreach (var open in level)
        {
            if (Best(open, inputs) is not { } split) continue;
            var (left, right) = Divide(open.Rows, split);
            var sides = (Left: Open(open.Node, left, gradients), Right: Open(open.Node, right, gradients));
            nodes[open.Node] = nodes[open.Node] with
            {
                Left = sides.Left.Node,
                Right = sides.Right.Node,
                Input = split.Input,
                Cut = binned.Cut(split.Input, split.Bin),
                MissingLeft = split.MissingLeft,
                Gain = (float)split.Gain,
            };

            // The larger side's histogram is what the parent's has more than the smaller side's.
            var (small, large) = left.Length <= right.Length ? (sides.Left, sides.Right) : (sides.Right, sides.Left);
            large.Parent = open.Histogram;
            large.Sibling = small;
            next.Add(sides.Left);
            next.Add(sides.Right);
        }

        return next;
    }

    private OpenNode Open(int parent, int[] rows, Gradient[] gradients)
    {
        var sum = default(Gradient);
        foreach (var row in rows) sum += gradients[row];
        var weight = (float)(-sum.First / (sum.Second + settings.Lambda));
        nodes.Add(new TreeNode(parent, -1, -1, 0, (float)(weight * settings.Eta), false, 0, (float)sum.Second, weight));
        return new OpenNode(nodes.Count - 1, rows, sum, new Gradient[binned.Inputs][]);
    }

    private void Histograms(List<OpenNode> level, Gradient[] gradients, int[] inputs) => Parallel.ForEach(inputs, parallel, input =>
    {
        var bins = binned.Of(input);
        foreach (var open in level)
        {
            if (open.Sibling is null) open.Histogram[input] = Sum(open.Rows, bins, gradients, binned.Bins(input));
        }

        foreach (var open in level)
        {
            if (open.Sibling is { } sibling) open.Histogram[input] = Difference(open.Parent![input], sibling.Histogram[input]);
        }
    });

    /// <summary>One sum for each bin, and last that of the missing.</summary>
    private static Gradient[] Sum(int[] rows, ushort[] bins, Gradient[] gradients, int count)
    {
        var sums = new Gradient[count + 1];
        foreach (var row in rows) sums[Math.Min(bins[row], (ushort)count)] += gradients[row];
        return sums;
    }

    private static Gradient[] Difference(Gradient[] parent, Gradient[] sibling)
    {
        var sums = new Gradient[parent.Length];
        for (var i = 0; i < sums.Length; i++) sums[i] = parent[i] - sibling[i];
        return sums;
    }

    private Split? Best(OpenNode open, int[] inputs)
    {
        var found = new Split?[inputs.Length];
        Parallel.For(0, inputs.Length, parallel, i => found[i] = Best(open, inputs[i]));
        Split? best = null;
        foreach (var split in found)
        {
            if (split is { } better && better.Gain > (best?.Gain ?? LeastGain)) best = better;
        }

        return best;
    }

    private Split? Best(OpenNode open, int input)
    {
        var histogram = open.Histogram[input];
        var missing = histogram[^1];
        var parent = Gain(open.Sum);
        Split? best = null;
        var left = default(Gradient);
        for (var bin = 0; bin < histogram.Length - 2; bin++)
        {
            left += histogram[bin];
            Consider(left, missingLeft: false);
            if (missing.Second > 0) Consider(left + missing, missingLeft: true);

            void Consider(Gradient side, bool missingLeft)
            {
                var other = open.Sum - side;
                if (side.Second < settings.MinChildWeight || other.Second < settings.MinChildWeight) return;
                if (side.Second <= 0 || other.Second <= 0) return;
                var gain = Gain(side) + Gain(other) - parent;
                if (gain > (best?.Gain ?? 0)) best = new Split(input, bin, missingLeft, gain);
            }
        }

        return best;
    }

    private double Gain(Gradient sum) => sum.First * sum.First / (sum.Second + settings.Lambda);

    private (int[] Left, int[] Right) Divide(int[] rows, Split split)
    {
        var bins = binned.Of(split.Input);
        return (Array.FindAll(rows, IsLeft), Array.FindAll(rows, row => !IsLeft(row)));

        bool IsLeft(int row) => bins[row] == BinnedInputs.Missing ? split.MissingLeft : bins[row] <= split.Bin;
    }

    // From the bottom up: a split that gains less than gamma falls only when nothing below it stands (XGBoost's pruner).
    private void Prune()
    {
        for (var at = nodes.Count - 1; at >= 0; at--)
        {
            var node = nodes[at];
            if (node.Left < 0 || nodes[node.Left].Left >= 0 || nodes[node.Right].Left >= 0 || node.Gain >= settings.Gamma) continue;
            nodes[at] = node with { Left = -1, Right = -1, Input = 0, MissingLeft = false, Gain = 0, Cut = (float)(node.Weight * settings.Eta) };
        }

        Compact();
    }

    private void Compact()
    {
        var places = new Dictionary<int, int>();
        var kept = new List<int> { 0 };
        for (var i = 0; i < kept.Count; i++)
        {
            places[kept[i]] = i;
            if (nodes[kept[i]].Left >= 0) kept.AddRange([nodes[kept[i]].Left, nodes[kept[i]].Right]);
        }

        var moved = kept.ConvertAll(at => nodes[at] with
        {
            Parent = nodes[at].Parent < 0 ? -1 : places[nodes[at].Parent],
            Left = nodes[at].Left < 0 ? -1 : places[nodes[at].Left],
            Right = nodes[at].Right < 0 ? -1 : places[nodes[at].Right],
        });
        nodes.Clear();
        nodes.AddRange(moved);
    }

    private readonly record struct Split(int Input, int Bin, bool MissingLeft, double Gain);

    private sealed record OpenNode(int Node, int[] Rows, Gradient Sum, Gradient[][] Histogram)
    {
        public Gradient[][]? Parent { get; set; }

        public OpenNode? Sibling { get; set; }
    }
}

/// <summary>First and second derivative of the loss by the margin.</summary>
internal readonly record struct Gradient(double First, double Second)
{
    public static Gradient operator +(Gradient left, Gradient right) => new(left.First + right.First, left.Second + right.Second);

    public static Gradient operator -(Gradient left, Gradient right) => new(left.First - right.First, left.Second - right.Second);
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DatacenterOst.Models.Trees;

/// <summary>
/// Exact path-dependent Shapley values of a forest: what TreeSHAP computes (Lundberg et al., Nature Machine Intelligence 2020,
/// algorithm 2), in another way. A Shapley value is the integral over t from 0 to 1 of what an input adds when every other one is
/// known with probability t (Owen 1972). For a leaf that is a product with one factor for each distinct input of its path, t + z(1-t)
/// where the row follows the path and z(1-t) where it does not, z being the share of the training rows that follow. Such a product is
/// a polynomial, so a Gauss–Legendre sum gives the integral exactly, and one pass down and one up each tree gives all leaves at once:
/// nodes × path length, four points in one vector. Every factor is positive, so nothing cancels.
/// </summary>
internal sealed class TreeShapley
{
    private const int Points = 4;

    // For each node of a tree: the product so far, the inverse of its input's factor, what the input gives for a unit of the leaves below.
    private const int Columns = 3;

    // Vectors that fit the stack beside everything else: 64 kB.
    private const int StackVectors = 2048;

    private readonly Forest forest;
    private readonly int inputs;
    private readonly Edge[] edges;
    private readonly (int Start, int Blocks)[] trees;
    private readonly Vector256<double>[][] points;
    private readonly Vector256<double>[][] weights;
    private readonly int largest;

    public TreeShapley(Forest forest, int inputs)
    {
        this.forest = forest;
        this.inputs = inputs;
        trees = new (int, int)[forest.Count];
        var all = new List<Edge>();
        var path = new PathShares(inputs);
        for (var tree = 0; tree < forest.Count; tree++)
        {
            var nodes = forest.Tree(tree);
            var start = all.Count;
            var distinct = path.Add(nodes, all);
            Expected += path.Expected;
            // n points are exact to degree 2n-1, and the polynomial has one degree less than the path has distinct inputs.
            trees[tree] = (start, Math.Max(1, (distinct + (2 * Points) - 1) / (2 * Points)));
            largest = Math.Max(largest, nodes.Length);
        }

        edges = [.. all];
        (points, weights) = Quadratures(trees.Length == 0 ? 1 : trees.Max(tree => tree.Blocks));
    }

    /// <summary>The mean of the forest over its training rows: the sum that is explained with nothing known.</summary>
    public double Expected { get; }

    public void Explain(ReadOnlySpan<double> row, Span<double> values)
    {
        var needed = inputs + (largest * Columns);
        Vector256<double>[]? rented = null;
        var scratch = needed <= StackVectors ? stackalloc Vector256<double>[needed] : (rented = ArrayPool<Vector256<double>>.Shared.Rent(needed)).AsSpan(0, needed);
        byte[]? rentedFlags = null;
        var flags = largest <= StackVectors ? stackalloc byte[largest] : (rentedFlags = ArrayPool<byte>.Shared.Rent(largest)).AsSpan(0, largest);
        var sums = scratch[..inputs];
        sums.Clear();
        for (var tree = 0; tree < trees.Length; tree++)
        {
            var (start, blocks) = trees[tree];
            var nodes = forest.Tree(tree);
            Follow(nodes, start, row, flags);
            for (var block = 0; block < blocks; block++)
            {
                Descend(start, new Quadrature(points[blocks - 1][block], weights[blocks - 1][block]), flags[..nodes.Length], scratch[inputs..]);
                Ascend(nodes, start, flags, scratch);
            }
        }

        for (var i = 0; i < inputs; i++) values[i] = Vector256.Sum(sums[i]);
        if (rented is not null) ArrayPool<Vector256<double>>.Shared.Return(rented);
        if (rentedFlags is not null) ArrayPool<byte>.Shared.Return(rentedFlags);
    }

    // Bit 1: the row goes left here. Bit 2: on the way to this node the row followed every split on the input of the last one.
    // Bit 4: it did so up to the split before on the same input.
    private void Follow(ReadOnlySpan<TreeNode> nodes, int start, ReadOnlySpan<double> row, Span<byte> flags)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            ref readonly var node = ref nodes[i];
            var flag = node.IsLeaf || !forest.GoesLeft(in node, row[node.Feature]) ? 0 : 1;
            ref readonly var edge = ref edges[start + i];
            if (i > 0)
            {
                var followsHere = (flags[edge.Parent] & 1) != 0 == (edge.Parent == i - 1);
                var before = edge.Same < 0 || (flags[edge.Same] & 2) != 0;
                flag |= (before ? 4 : 0) | (before && followsHere ? 2 : 0);
            }

            flags[i] = (byte)flag;
        }
    }

    // Downwards: the product of the factors of each node's path, at four points.
    private void Descend(int start, Quadrature at, ReadOnlySpan<byte> flags, Span<Vector256<double>> scratch)
    {
        ref var node = ref MemoryMarshal.GetReference(scratch);
        ref var edge = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(edges), start);
        var rest = Vector256<double>.One - at.Points;
        var lost = Vector256.Create(-1.0) / rest;
        node = at.Weights;
        for (var i = 1; i < flags.Length; i++)
        {
            ref var mine = ref Unsafe.Add(ref node, i * Columns);
            ref readonly var here = ref Unsafe.Add(ref edge, i);
            var product = Unsafe.Add(ref node, here.Parent * Columns);
            if ((flags[i] & 4) == 0)
            {
                // The row left this input's splits further up: only the share of the training rows changes.
                mine = product * here.Ratio;
                continue;
            }

            var before = Vector256<double>.Zero;
            if (here.Same >= 0)
            {
                var inverse = Unsafe.Add(ref node, (here.Same * Columns) + 1);
                before = inverse * (1 - Unsafe.Add(ref edge, here.Same).Share);
                product *= inverse;
            }

            var shared = rest * here.Share;
            if ((flags[i] & 2) == 0)
            {
                mine = product * shared;
                Unsafe.Add(ref mine, 2) = lost - before;
                continue;
            }

            var factor = at.Points + shared;
            var one = Vector256<double>.One / factor;
            mine = product * factor;
            Unsafe.Add(ref mine, 1) = one;
            Unsafe.Add(ref mine, 2) = (one * (1 - here.Share)) - before;
        }
    }

    // Upwards: each node takes the sum of the leaves below it, and its input what it gives for them.
    private void Ascend(ReadOnlySpan<TreeNode> nodes, int start, ReadOnlySpan<byte> flags, Span<Vector256<double>> scratch)
    {
        ref var sums = ref MemoryMarshal.GetReference(scratch);
        ref var node = ref Unsafe.Add(ref sums, inputs);
        ref var edge = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(edges), start);
        for (var i = nodes.Length - 1; i > 0; i--)
        {
            ref var mine = ref Unsafe.Add(ref node, i * Columns);
            ref readonly var here = ref Unsafe.Add(ref edge, i);
            var below = nodes[i].IsLeaf ? mine * nodes[i].Value : mine;
            if ((flags[i] & 4) != 0) Unsafe.Add(ref sums, here.Feature) += below * Unsafe.Add(ref mine, 2);
            ref var parent = ref Unsafe.Add(ref node, here.Parent * Columns);
            // The right child, read first, begins the sum of its parent; the left one, which stands next to it, ends it.
            parent = here.Parent == i - 1 ? parent + below : below;
        }
    }

    private static (Vector256<double>[][] Points, Vector256<double>[][] Weights) Quadratures(int most)
    {
        var points = new Vector256<double>[most][];
        var weights = new Vector256<double>[most][];
        for (var blocks = 1; blocks <= most; blocks++)
        {
            var (p, w) = GaussLegendre.Of(blocks * Points);
            points[blocks - 1] = [.. Enumerable.Range(0, blocks).Select(block => Vector256.Create(p, block * Points))];
            weights[blocks - 1] = [.. Enumerable.Range(0, blocks).Select(block => Vector256.Create(w, block * Points))];
        }

        return (points, weights);
    }

    private readonly record struct Quadrature(Vector256<double> Points, Vector256<double> Weights);
}

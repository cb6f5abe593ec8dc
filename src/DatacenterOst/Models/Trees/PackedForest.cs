using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Trees;

/// <summary>
/// The fast form of an XGBoost forest: eight trees side by side, each padded to the depth of the deepest and laid out level by level,
/// so that one gather takes a node of each of the eight. The benchmark <c>trees</c> shows why it is here; <see cref="Forest.Walk"/> is
/// the reference, and a property test holds both to the same bits.
/// </summary>
internal sealed class PackedForest
{
    private const int Lanes = 8;

    /// <summary>Each level doubles the room: deeper trees are walked.</summary>
    private const int MaxDepth = 8;

    /// <summary>Nodes of all padded trees together: 64 MB.</summary>
    private const long MaxSlots = 8_000_000;

    private readonly int trees;
    private readonly (int Start, int Depth)[] blocks;
    private readonly int[] columns;
    private readonly float[] values;

    private PackedForest(Forest forest, int inputs, (int Start, int Depth)[] blocks, int slots)
    {
        trees = forest.Count;
        this.blocks = blocks;
        columns = new int[slots];
        values = new float[slots];
        for (var tree = 0; tree < trees; tree++) Fill(forest.Tree(tree), inputs, tree);
    }

    /// <returns>Null where trees are too deep, split on categories, or the processor has no AVX2.</returns>
    public static PackedForest? Of(Forest forest, int inputs)
    {
        if (!Avx2.IsSupported || forest.Depth > MaxDepth || forest.HasCategories || forest.Count == 0) return null;
        var blocks = new (int Start, int Depth)[(forest.Count + Lanes - 1) / Lanes];
        var slots = 0L;
        for (var block = 0; block < blocks.Length; block++)
        {
            var depth = 0;
            for (var tree = block * Lanes; tree < Math.Min(forest.Count, (block + 1) * Lanes); tree++) depth = Math.Max(depth, Depth(forest.Tree(tree), 0));
            blocks[block] = ((int)slots, depth);
            slots += ((2L << depth) - 1) * Lanes;
            if (slots > MaxSlots) return null;
        }

        return new PackedForest(forest, inputs, blocks, (int)slots);
    }

    /// <summary>
    /// Lays a row out twice: for the splits where missing goes right, missing is infinite, and for those where it goes left, minus
    /// infinite. Thresholds are finite, so the comparison alone then sends it the right way.
    /// </summary>
    public static void Lay(ReadOnlySpan<InputValue> row, Span<float> twice)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var number = (float)row[i].Number;
            var isMissing = float.IsNaN(number);
            twice[i] = isMissing ? float.PositiveInfinity : number;
            twice[row.Length + i] = isMissing ? float.NegativeInfinity : number;
        }
    }

    /// <param name="margin">What the sum begins with.</param>
    /// <param name="row">Made by <see cref="Lay"/>.</param>
    public unsafe float Margin(float margin, ReadOnlySpan<float> row)
    {
        var lane = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
        var step = Vector256.Create(Lanes) - lane;
        var right = Vector256.Create(Lanes);
        Span<float> leaves = stackalloc float[Lanes];
        fixed (int* allColumns = columns)
        fixed (float* allValues = values, inputs = row, gives = leaves)
        {
            for (var block = 0; block < blocks.Length; block++)
            {
                var (start, depth) = blocks[block];
                var column = allColumns + start;
                var value = allValues + start;
                var at = lane;
                for (var level = 0; level < depth; level++)
                {
                    var input = Avx2.GatherVector256(inputs, Avx2.GatherVector256(column, at, sizeof(int)), sizeof(float));
                    var isRight = Avx.CompareNotLessThan(input, Avx2.GatherVector256(value, at, sizeof(float))).AsInt32();
                    // The children of node n are 2n+1 and 2n+2, and a node takes eight places, one for each tree.
                    at = at + at + step + (isRight & right);
                }

                Avx2.GatherVector256(value, at, sizeof(float)).Store(gives);
                var count = Math.Min(Lanes, trees - (block * Lanes));
                // One after the other: XGBoost adds the trees in their order, and the last bits depend on it.
                for (var i = 0; i < count; i++) margin += gives[i];
            }
        }

        return margin;
    }

    private static int Depth(ReadOnlySpan<TreeNode> tree, int at)
        => tree[at].IsLeaf ? 0 : 1 + Math.Max(Depth(tree, at + 1), Depth(tree, tree[at].Right));

    private void Fill(ReadOnlySpan<TreeNode> tree, int inputs, int number)
    {
        var (start, depth) = blocks[number / Lanes];
        var last = (2 << depth) - 1;
        Span<int> standing = stackalloc int[last];
        for (var place = 0; place < last; place++)
        {
            // The node that stands at this place; a leaf above the last level is repeated below itself.
            ref readonly var above = ref tree[place == 0 ? 0 : standing[(place - 1) / 2]];
            standing[place] = place == 0 ? 0 : above.IsLeaf ? standing[(place - 1) / 2] : int.IsOddInteger(place) ? standing[(place - 1) / 2] + 1 : above.Right;
            ref readonly var node = ref tree[standing[place]];
            var slot = start + (place * Lanes) + (number % Lanes);
            columns[slot] = node.IsLeaf ? 0 : node.Feature + (node.MissingGoesLeft ? inputs : 0);
            values[slot] = (float)node.Value;
        }
    }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>Operators that rank along an axis. Among equals the first counts, as ONNX says, unless it says the last.</summary>
internal static class Ranking
{
    /// <param name="sign">1 for the greatest, -1 for the least.</param>
    public static Kernel ArgBest(OperatorNode node, int sign)
    {
        var along = node.Integer("axis", 0);
        var keep = node.Flag("keepdims", true);
        var last = node.Opset >= 12 && node.Flag("select_last_index", false);
        return (given, made) =>
        {
            var from = given[0]!;
            if (from.IsText) throw new Unevaluable("texts where numbers are needed");
            var axis = OperatorNode.Axis(along, from.Rank);
            Span<int> shape = stackalloc int[OnnxLimits.Rank];
            var rank = 0;
            for (var i = 0; i < from.Rank; i++)
            {
                if (i != axis) shape[rank++] = from.Shape[i];
                else if (keep) shape[rank++] = 1;
            }

            made[0].Take(ElementKind.Int64, shape[..rank]);
            made[0].Spend(from.Count);
            var (length, inner) = (from.Shape[axis], InnerOf(from, axis));
            if (length == 0) throw new Unevaluable($"{from.Describe()}; nothing to choose from");
            for (var i = 0; i < made[0].Count; i++)
            {
                var line = from.Numbers[((i / inner * length * inner) + (i % inner))..];
                var best = 0;
                for (var k = 1; k < length; k++)
                {
                    var better = sign * line[k * inner].CompareTo(line[best * inner]);
                    if (better > 0 || (last && better == 0)) best = k;
                }

                made[0].Numbers[i] = best;
            }
        };
    }

    public static Kernel TopK(OperatorNode node)
    {
        var along = node.Integer("axis", -1);
        var fixedCount = node.Opset < 10 ? node.Whole("k", 0, 1, OnnxLimits.TensorElements) : 0;
        var greatest = node.Opset < 11 || node.Flag("largest", true);
        if (node.Opset >= 11) _ = node.Flag("sorted", true); // Sorted is one of the orders that "unsorted" allows.
        if (node.Opset >= 10 && node.Inputs < 2) throw node.Refuse("has no k");
        return (given, made) =>
        {
            var from = given[0]!;
            if (from.IsText) throw new Unevaluable("texts where numbers are needed");
            var axis = OperatorNode.Axis(along, from.Rank);
            var (length, inner) = (from.Shape[axis], InnerOf(from, axis));
            var k = given.Length > 1 ? given[1]!.Numbers[0] : fixedCount;
            if (k < 0 || k > length) throw new Unevaluable($"the first {k} of {length}");
            Span<int> shape = stackalloc int[OnnxLimits.Rank];
            from.Shape.CopyTo(shape);
            shape[axis] = (int)k;
            made[0].Take(from.Kind, shape[..from.Rank]);
            made[0].Spend(from.Count * 20L);
            if (made.Length > 1) made[1].Take(ElementKind.Int64, shape[..from.Rank]);
            var (order, keys) = (new int[length], new double[length]);
            for (var start = 0; start < from.Count; start += length * inner)
                for (var offset = 0; offset < inner; offset++)
                    Line(from, made, start + offset, (start / Math.Max(1, length) * (int)k) + offset, inner, order, keys, greatest, (int)k);
        };
    }

    private static void Line(Tensor from, Tensor[] made, int start, int target, int inner, int[] order, double[] keys, bool greatest, int k)
    {
        for (var i = 0; i < order.Length; i++) (order[i], keys[i]) = (i, from.Numbers[start + (i * inner)]);
        Array.Sort(order, (a, b) =>
        {
            var compared = greatest ? keys[b].CompareTo(keys[a]) : keys[a].CompareTo(keys[b]);
            return compared != 0 ? compared : a.CompareTo(b);
        });
        for (var i = 0; i < k; i++)
        {
            made[0].Numbers[target + (i * inner)] = keys[order[i]];
            if (made.Length > 1) made[1].Numbers[target + (i * inner)] = order[i];
        }
    }

    private static int InnerOf(Tensor tensor, int axis)
    {
        var inner = 1;
        for (var i = axis + 1; i < tensor.Rank; i++) inner *= tensor.Shape[i];
        return inner;
    }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>Operators that keep the elements in order and change what shape they have, or tell the shape.</summary>
internal static class Shaping
{
    public static Kernel Reshape(OperatorNode node)
    {
        var zeroIsZero = node.Opset >= 14 && node.Flag("allowzero", false);
        return (given, made) =>
        {
            var from = given[0]!;
            var wanted = given[1]!.Numbers;
            if (wanted.Length > OnnxLimits.Rank) throw new Unevaluable($"a shape of {wanted.Length} dimensions");
            Span<int> shape = stackalloc int[wanted.Length];
            var (open, known) = (-1, 1L);
            for (var i = 0; i < wanted.Length; i++)
            {
                if (wanted[i] < -1 || wanted[i] > OnnxLimits.TensorElements || (wanted[i] == -1 && open >= 0))
                    throw new Unevaluable($"the shape [{string.Join(", ", wanted.ToArray())}]");
                if (wanted[i] == -1)
                {
                    open = i;
                    continue;
                }

                if (wanted[i] == 0 && !zeroIsZero && i >= from.Rank) throw new Unevaluable("a shape that keeps a dimension that is not there");
                shape[i] = wanted[i] == 0 && !zeroIsZero ? from.Shape[i] : (int)wanted[i];
                known = Math.Min(known * shape[i], int.MaxValue);
            }

            if (open >= 0) shape[open] = known == 0 ? 0 : (int)(from.Count / known);
            made[0].Copy(from, shape);
        };
    }

    public static Kernel Flatten(OperatorNode node)
    {
        var axis = node.Integer("axis", 1);
        return (given, made) =>
        {
            var from = given[0]!;
            var at = axis == from.Rank ? from.Rank : OperatorNode.Axis(axis, Math.Max(from.Rank, 1));
            var (outer, inner) = (1, 1);
            for (var i = 0; i < from.Rank; i++)
            {
                if (i < at) outer *= from.Shape[i];
                else inner *= from.Shape[i];
            }

            made[0].Copy(from, [outer, inner]);
        };
    }

    public static Kernel Squeeze(OperatorNode node)
    {
        var axes = AxesOf(node);
        return (given, made) =>
        {
            var from = given[0]!;
            Span<bool> gone = stackalloc bool[OnnxLimits.Rank];
            var named = Mark(given, axes, gone, from.Rank);
            Span<int> shape = stackalloc int[OnnxLimits.Rank];
            var rank = 0;
            for (var i = 0; i < from.Rank; i++)
            {
                var goes = named ? gone[i] : from.Shape[i] == 1;
                if (goes && from.Shape[i] != 1) throw new Unevaluable($"{from.Describe()}, whose dimension {i} is not 1");
                if (!goes) shape[rank++] = from.Shape[i];
            }

            made[0].Copy(from, shape[..rank]);
        };
    }

    public static Kernel Unsqueeze(OperatorNode node)
    {
        var axes = AxesOf(node);
        return (given, made) =>
        {
            var from = given[0]!;
            var more = given.Length > 1 && given[1] is { } input ? input.Count : axes.Length;
            var rank = from.Rank + more;
            if (rank > OnnxLimits.Rank) throw new Unevaluable($"a tensor of {rank} dimensions; {OnnxLimits.Rank} at most");
            Span<bool> added = stackalloc bool[OnnxLimits.Rank];
            Mark(given, axes, added, rank);
            Span<int> shape = stackalloc int[rank];
            var next = 0;
            for (var i = 0; i < rank; i++)
            {
                if (!added[i] && next >= from.Rank) throw new Unevaluable("the same axis twice");
                shape[i] = added[i] ? 1 : from.Shape[next++];
            }

            made[0].Copy(from, shape);
        };
    }

    public static Kernel ShapeOf(OperatorNode node)
    {
        var start = node.Opset >= 15 ? node.Integer("start", 0) : 0;
        var end = node.Opset >= 15 ? node.Integer("end", long.MaxValue) : long.MaxValue;
        return (given, made) =>
        {
            var rank = given[0]!.Rank;
            var first = (int)Math.Clamp(start < 0 ? start + rank : start, 0, rank);
            var last = (int)Math.Clamp(end < 0 ? end + rank : end, 0, rank);
            made[0].Take(ElementKind.Int64, [Math.Max(0, last - first)]);
            for (var i = first; i < last; i++) made[0].Numbers[i - first] = given[0]!.Shape[i];
        };
    }

    // Inference keeps everything: the mask is all true (ONNX, Dropout-13).
    public static Kernel Dropout(OperatorNode node)
    {
        if (node.Opset < 12) _ = node.Float("ratio", 0.5);
        else _ = node.Integer("seed", 0);
        return (given, made) =>
        {
            if (given.Length > 2 && given[2] is { } training && training.Numbers.Contains(1)) throw new Unevaluable("training mode; export the model for inference");
            made[0].Copy(given[0]!);
            if (made.Length < 2) return;
            made[1].Take(ElementKind.Bool, given[0]!.Shape);
            made[1].Numbers.Fill(1);
        };
    }

    // Until opset 12 axes are an attribute, from 13 an input.
    private static long[] AxesOf(OperatorNode node)
    {
        if (node.Opset >= 13) return [];
        if (node.Inputs > 1) throw node.Refuse($"has axes as an input; at opset {node.Opset} they are an attribute");
        return node.Integers("axes");
    }

    private static bool Mark(Tensor?[] given, long[] axes, Span<bool> marks, int rank)
    {
        if (given.Length > 1 && given[1] is { } input)
        {
            foreach (var axis in input.Numbers) marks[OperatorNode.Axis((long)axis, rank)] = true;
            return true;
        }

        foreach (var axis in axes) marks[OperatorNode.Axis(axis, rank)] = true;
        return axes.Length > 0;
    }
}

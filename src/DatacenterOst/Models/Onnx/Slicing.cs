namespace DatacenterOst.Models.Onnx;

/// <summary>Slice: from, to and step along some axes, as numpy's (attributes until opset 9, inputs from 10).</summary>
internal static class Slicing
{
    public static Kernel Slice(OperatorNode node)
    {
        if (node.Opset >= 10)
        {
            return (given, made) => Cut(given[0]!, made[0], Numbers(given, 1), Numbers(given, 2), Numbers(given, 3), Numbers(given, 4));
        }

        if (node.Inputs > 1) throw node.Refuse($"has its bounds as inputs; at opset {node.Opset} they are attributes");
        var starts = Widen(node.Integers("starts"));
        var ends = Widen(node.Integers("ends"));
        var axes = Widen(node.Integers("axes"));
        return (given, made) => Cut(given[0]!, made[0], starts, ends, axes, []);
    }

    private static ReadOnlySpan<double> Numbers(Tensor?[] given, int at) => at < given.Length && given[at] is { } tensor ? tensor.Numbers : [];

    private static double[] Widen(long[] from) => [.. from.Select(each => (double)each)];

    private static void Cut(
        Tensor from, Tensor made, ReadOnlySpan<double> starts, ReadOnlySpan<double> ends, ReadOnlySpan<double> axes, ReadOnlySpan<double> steps)
    {
        var named = starts.Length;
        if (ends.Length != named || (axes.Length > 0 && axes.Length != named) || (steps.Length > 0 && steps.Length != named) || named > from.Rank)
            throw new Unevaluable($"{starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps for {from.Describe()}");
        Span<int> shape = stackalloc int[OnnxLimits.Rank];
        Span<int> first = stackalloc int[OnnxLimits.Rank];
        Span<int> step = stackalloc int[OnnxLimits.Rank];
        from.Shape.CopyTo(shape);
        step.Fill(1);
        for (var i = 0; i < named; i++)
        {
            var axis = OperatorNode.Axis(axes.Length > 0 ? (long)axes[i] : i, from.Rank);
            var by = steps.Length > 0 ? steps[i] : 1;
            if (by == 0 || Math.Abs(by) > OnnxLimits.TensorElements) throw new Unevaluable($"a step of {by}");
            var size = from.Shape[axis];
            var (low, high) = by > 0 ? (0, size) : (-1, size - 1);
            var start = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], by > 0 ? 0 : -1, high);
            var end = Math.Clamp(ends[i] < 0 ? Math.Max(ends[i] + size, low) : ends[i], low, by > 0 ? size : size);
            first[axis] = (int)start;
            step[axis] = (int)by;
            shape[axis] = (int)Math.Max(0, Math.Ceiling((end - start) / by));
        }

        made.Take(from.Kind, shape[..from.Rank]);
        for (var i = 0; i < made.Count; i++)
        {
            var (rest, at, stride) = (i, 0, 1);
            for (var axis = from.Rank - 1; axis >= 0; axis--)
            {
                at += (first[axis] + (rest % shape[axis] * step[axis])) * stride;
                rest /= shape[axis];
                stride *= from.Shape[axis];
            }

            made.Put(i, from, at);
        }
    }
}

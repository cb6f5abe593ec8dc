namespace DatacenterOst.Models.Onnx;

/// <summary>Operators that make one number of many along some axes: ReduceSum and its kin. Sums are kept in double, rounded once.</summary>
internal static class Reduction
{
    public static IEnumerable<(string Name, Func<OperatorNode, Kernel> Build)> Known =>
    [
        ("ReduceSum", Of(0, (sum, x) => sum + x, (sum, _) => sum, axesAsInputFrom: 13)),
        ("ReduceMean", Of(0, (sum, x) => sum + x, (sum, n) => sum / n)),
        ("ReduceMax", Of(double.NegativeInfinity, Math.Max, (most, _) => most)),
        ("ReduceMin", Of(double.PositiveInfinity, Math.Min, (least, _) => least)),
        ("ReduceProd", Of(1, (product, x) => product * x, (product, _) => product)),
        ("ReduceL1", Of(0, (sum, x) => sum + Math.Abs(x), (sum, _) => sum)),
        ("ReduceL2", Of(0, (sum, x) => sum + (x * x), (sum, _) => Math.Sqrt(sum))),
        ("ReduceSumSquare", Of(0, (sum, x) => sum + (x * x), (sum, _) => sum)),
        ("ReduceLogSum", Of(0, (sum, x) => sum + x, (sum, _) => Math.Log(sum))),
        ("ReduceLogSumExp", Of(double.NegativeInfinity, AddInLogarithm, (sum, _) => sum)),
    ];

    // log(exp a + exp b) without leaving the range of a double.
    private static double AddInLogarithm(double a, double b)
    {
        var most = Math.Max(a, b);
        return double.IsInfinity(most) ? most : most + Math.Log(Math.Exp(a - most) + Math.Exp(b - most));
    }

    private static Func<OperatorNode, Kernel> Of(
        double start, Func<double, double, double> add, Func<double, int, double> finish, int axesAsInputFrom = 18) => node =>
    {
        var keep = node.Flag("keepdims", true);
        var byInput = node.Opset >= axesAsInputFrom;
        var noneIsNone = byInput && node.Flag("noop_with_empty_axes", false);
        var axes = byInput ? [] : node.Integers("axes");
        if (!byInput && node.Inputs > 1) throw node.Refuse($"has axes as an input; at opset {node.Opset} they are an attribute");
        return (given, made) =>
        {
            var from = given[0]!;
            if (from.IsText) throw new Unevaluable("texts where numbers are needed");
            Span<bool> gone = stackalloc bool[OnnxLimits.Rank];
            var named = given.Length > 1 && given[1] is { } input ? Mark(gone, input.Numbers, from.Rank) : Mark(gone, axes, from.Rank);
            if (named == 0)
            {
                if (noneIsNone)
                {
                    made[0].Copy(from);
                    return;
                }

                gone[..from.Rank].Fill(true);
            }

            Reduce(from, made[0], gone, keep, start, add, finish);
        };
    };

    private static int Mark(Span<bool> gone, ReadOnlySpan<double> axes, int rank)
    {
        foreach (var axis in axes) gone[OperatorNode.Axis((long)axis, rank)] = true;
        return axes.Length;
    }

    private static int Mark(Span<bool> gone, ReadOnlySpan<long> axes, int rank)
    {
        foreach (var axis in axes) gone[OperatorNode.Axis(axis, rank)] = true;
        return axes.Length;
    }

    private static void Reduce(
        Tensor from, Tensor made, ReadOnlySpan<bool> gone, bool keep, double start, Func<double, double, double> add, Func<double, int, double> finish)
    {
        Span<int> shape = stackalloc int[OnnxLimits.Rank];
        Span<int> steps = stackalloc int[OnnxLimits.Rank];
        var (rank, each) = (0, 1);
        for (var axis = 0; axis < from.Rank; axis++)
        {
            if (!gone[axis]) shape[rank++] = from.Shape[axis];
            else if (keep) shape[rank++] = 1;
            if (gone[axis]) each *= from.Shape[axis];
        }

        for (var (axis, step) = (from.Rank - 1, 1); axis >= 0; axis--)
        {
            steps[axis] = gone[axis] ? 0 : step;
            if (!gone[axis]) step *= from.Shape[axis];
        }

        made.Take(from.Kind, shape[..rank]);
        made.Spend(from.Count);
        var target = made.Numbers;
        target.Fill(start);
        for (var i = 0; i < from.Count; i++)
        {
            var (rest, at) = (i, 0);
            for (var axis = from.Rank - 1; axis >= 0; axis--)
            {
                at += rest % from.Shape[axis] * steps[axis];
                rest /= from.Shape[axis];
            }

            target[at] = add(target[at], from.Numbers[i]);
        }

        foreach (ref var number in target) number = Element.As(from.Kind, finish(number, each));
    }
}

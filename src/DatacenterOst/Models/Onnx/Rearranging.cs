namespace DatacenterOst.Models.Onnx;

/// <summary>Operators that put the elements of tensors in other places: transpose, join, cut, repeat.</summary>
internal static class Rearranging
{
    public static Kernel Transpose(OperatorNode node)
    {
        var order = node.Integers("perm");
        return (given, made) =>
        {
            var from = given[0]!;
            var rank = from.Rank;
            if (order.Length > 0 && order.Length != rank) throw new Unevaluable($"an order of {order.Length} axes for {from.Describe()}");
            Span<int> axes = stackalloc int[OnnxLimits.Rank];
            Span<int> shape = stackalloc int[OnnxLimits.Rank];
            var seen = 0;
            for (var i = 0; i < rank; i++)
            {
                axes[i] = order.Length > 0 ? OperatorNode.Axis(order[i], rank) : rank - 1 - i;
                shape[i] = from.Shape[axes[i]];
                seen |= 1 << axes[i];
            }

            if (seen != (1 << rank) - 1) throw new Unevaluable("an order that names an axis twice");
            made[0].Take(from.Kind, shape[..rank]);
            Span<int> steps = stackalloc int[OnnxLimits.Rank];
            for (var (axis, step) = (rank - 1, 1); axis >= 0; axis--)
            {
                steps[axis] = step;
                step *= from.Shape[axis];
            }

            for (var i = 0; i < made[0].Count; i++)
            {
                var (rest, at) = (i, 0);
                for (var axis = rank - 1; axis >= 0; axis--)
                {
                    at += rest % shape[axis] * steps[axes[axis]];
                    rest /= shape[axis];
                }

                made[0].Put(i, from, at);
            }
        };
    }

    public static Kernel Concat(OperatorNode node)
    {
        if (!node.Has("axis")) throw node.Refuse("has no axis");
        var along = node.Integer("axis", 0);
        return (given, made) =>
        {
            var first = given[0]!;
            var axis = OperatorNode.Axis(along, first.Rank);
            Span<int> shape = stackalloc int[OnnxLimits.Rank];
            first.Shape.CopyTo(shape);
            shape[axis] = 0;
            foreach (var each in given)
            {
                if (each!.Rank != first.Rank || each.Kind != first.Kind) throw new Unevaluable($"{first.Describe()} with {each.Describe()}");
                for (var i = 0; i < first.Rank; i++)
                    if (i != axis && each.Shape[i] != first.Shape[i]) throw new Unevaluable($"{first.Describe()} with {each.Describe()}");
                shape[axis] = checked(shape[axis] + each.Shape[axis]);
            }

            made[0].Take(first.Kind, shape[..first.Rank]);
            var (inner, offset, line) = (InnerOf(first.Shape, axis), 0, shape[axis]);
            foreach (var each in given)
            {
                var width = each!.Shape[axis] * inner;
                for (var i = 0; i < each.Count; i++) made[0].Put((i / width * line * inner) + offset + (i % width), each, i);
                offset += width;
            }
        };
    }

    public static Kernel Split(OperatorNode node)
    {
        var along = node.Integer("axis", 0);
        var sizes = node.Opset < 13 ? node.Integers("split") : [];
        if (node.Opset >= 18) _ = node.Integer("num_outputs", 0);
        var parts = node.Outputs;
        return (given, made) =>
        {
            var from = given[0]!;
            var axis = OperatorNode.Axis(along, from.Rank);
            var (length, inner) = (from.Shape[axis], InnerOf(from.Shape, axis));
            Span<int> shape = stackalloc int[OnnxLimits.Rank];
            from.Shape.CopyTo(shape);
            var offset = 0;
            for (var part = 0; part < parts; part++)
            {
                // Without sizes the parts are equal, and from opset 18 the last may be smaller.
                var even = (length + parts - 1) / parts;
                var size = given.Length > 1 && given[1] is { } input ? SizeOf(input.Numbers, part, parts)
                    : sizes.Length > 0 ? SizeOf([.. sizes.Select(each => (double)each)], part, parts)
                    : Math.Min(even, length - offset);
                if (size < 0 || offset + size > length) throw new Unevaluable($"parts that do not fit {from.Describe()}");
                shape[axis] = size;
                made[part].Take(from.Kind, shape[..from.Rank]);
                for (var i = 0; i < made[part].Count; i++)
                    made[part].Put(i, from, (i / (size * inner) * length * inner) + (offset * inner) + (i % (size * inner)));
                offset += size;
            }

            if (offset != length) throw new Unevaluable($"parts that do not fit {from.Describe()}");
        };
    }

    public static Kernel Expand(OperatorNode node) => (given, made) =>
    {
        var (from, wanted) = (given[0]!, given[1]!);
        if (wanted.IsText || wanted.Count > OnnxLimits.Rank) throw new Unevaluable($"a shape given as {wanted.Describe()}");
        Span<int> sizes = stackalloc int[wanted.Count];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = SizeOf(wanted.Numbers, i, wanted.Count);
        var walk = Broadcast.Of(from.Shape, sizes);
        Span<int> shape = stackalloc int[OnnxLimits.Rank];
        var rank = walk.Shape(shape);
        made[0].Take(from.Kind, shape[..rank]);
        for (var i = 0; i < made[0].Count; i++)
        {
            made[0].Put(i, from, walk.Left);
            walk.Advance();
        }
    };

    public static Kernel Tile(OperatorNode node) => (given, made) =>
    {
        var (from, times) = (given[0]!, given[1]!);
        if (times.Count != from.Rank || times.IsText) throw new Unevaluable($"{times.Describe()} repeats of {from.Describe()}");
        Span<int> shape = stackalloc int[OnnxLimits.Rank];
        for (var i = 0; i < from.Rank; i++)
            shape[i] = (int)Math.Min((long)from.Shape[i] * SizeOf(times.Numbers, i, from.Rank), int.MaxValue);
        made[0].Take(from.Kind, shape[..from.Rank]);
        for (var i = 0; i < made[0].Count; i++)
        {
            var (rest, at, step) = (i, 0, 1);
            for (var axis = from.Rank - 1; axis >= 0; axis--)
            {
                at += rest % shape[axis] % from.Shape[axis] * step;
                rest /= shape[axis];
                step *= from.Shape[axis];
            }

            made[0].Put(i, from, at);
        }
    };

    private static int InnerOf(ReadOnlySpan<int> shape, int axis)
    {
        var inner = 1;
        for (var i = axis + 1; i < shape.Length; i++) inner *= shape[i];
        return inner;
    }

    private static int SizeOf(ReadOnlySpan<double> sizes, int at, int expected)
    {
        if (sizes.Length != expected) throw new Unevaluable($"{sizes.Length} sizes where {expected} are needed");
        return sizes[at] is >= 0 and <= OnnxLimits.TensorElements ? (int)sizes[at] : throw new Unevaluable($"a size of {sizes[at]}");
    }
}

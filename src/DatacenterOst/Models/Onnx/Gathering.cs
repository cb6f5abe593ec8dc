namespace DatacenterOst.Models.Onnx;

/// <summary>Operators that pick elements by index or by a condition.</summary>
internal static class Gathering
{
    public static Kernel Gather(OperatorNode node)
    {
        var along = node.Integer("axis", 0);
        return (given, made) =>
        {
            var (from, indices) = (given[0]!, given[1]!);
            var axis = OperatorNode.Axis(along, from.Rank);
            Span<int> shape = stackalloc int[OnnxLimits.Rank * 2];
            from.Shape[..axis].CopyTo(shape);
            indices.Shape.CopyTo(shape[axis..]);
            from.Shape[(axis + 1)..].CopyTo(shape[(axis + indices.Rank)..]);
            made[0].Take(from.Kind, shape[..(from.Rank - 1 + indices.Rank)]);
            var inner = 1;
            for (var i = axis + 1; i < from.Rank; i++) inner *= from.Shape[i];
            var block = indices.Count * inner;
            for (var i = 0; i < made[0].Count; i++)
            {
                var index = Index(indices, i / inner % indices.Count, from.Shape[axis]);
                made[0].Put(i, from, (((i / block * from.Shape[axis]) + index) * inner) + (i % inner));
            }
        };
    }

    // ML.NET's naive calibrator looks its bins up so: one row of indices in a column of 200, which numpy's rule for shapes allows.
    public static Kernel GatherElements(OperatorNode node)
    {
        var along = node.Integer("axis", 0);
        return (given, made) =>
        {
            var (from, indices) = (given[0]!, given[1]!);
            var axis = OperatorNode.Axis(along, from.Rank);
            if (indices.Rank != from.Rank) throw new Unevaluable($"{indices.Describe()} in {from.Describe()}");
            for (var i = 0; i < from.Rank; i++)
                if (i != axis && indices.Shape[i] > from.Shape[i]) throw new Unevaluable($"{indices.Describe()} in {from.Describe()}");
            made[0].Take(from.Kind, indices.Shape);
            for (var i = 0; i < indices.Count; i++)
            {
                var (rest, at, stride) = (i, 0, 1);
                for (var dimension = from.Rank - 1; dimension >= 0; dimension--)
                {
                    var own = rest % indices.Shape[dimension];
                    at += (dimension == axis ? Index(indices, i, from.Shape[axis]) : own) * stride;
                    rest /= indices.Shape[dimension];
                    stride *= from.Shape[dimension];
                }

                made[0].Put(i, from, at);
            }
        };
    }

    public static Kernel Where(OperatorNode node) => (given, made) =>
    {
        var (test, yes, no) = (given[0]!, given[1]!, given[2]!);
        if (yes.Kind != no.Kind || test.IsText) throw new Unevaluable($"{yes.Describe()} or {no.Describe()}; both must be of one kind");
        Span<int> sizes = stackalloc int[OnnxLimits.Rank];
        Span<int> all = stackalloc int[OnnxLimits.Rank];
        var values = Broadcast.Of(yes.Shape, no.Shape).Shape(sizes);
        var rank = Broadcast.Of(test.Shape, sizes[..values]).Shape(all);
        made[0].Take(yes.Kind, all[..rank]);
        var shape = made[0].Shape;
        var (tests, yeses, noes) = (Broadcast.Of(shape, test.Shape), Broadcast.Of(shape, yes.Shape), Broadcast.Of(shape, no.Shape));
        for (var i = 0; i < made[0].Count; i++)
        {
            if (test.Numbers[tests.Right] != 0) made[0].Put(i, yes, yeses.Right);
            else made[0].Put(i, no, noes.Right);
            tests.Advance();
            yeses.Advance();
            noes.Advance();
        }
    };

    public static Kernel OneHot(OperatorNode node)
    {
        var along = node.Integer("axis", -1);
        return (given, made) =>
        {
            var (indices, depths, values) = (given[0]!, given[1]!, given[2]!);
            if (depths.Count != 1 || depths.IsText || depths.Numbers[0] is < 0 or > OnnxLimits.TensorElements || values.Count != 2)
                throw new Unevaluable($"a depth given as {depths.Describe()} and values as {values.Describe()}");
            var depth = (int)depths.Numbers[0];
            var axis = OperatorNode.Axis(along, indices.Rank + 1);
            Span<int> shape = stackalloc int[OnnxLimits.Rank + 1];
            indices.Shape[..axis].CopyTo(shape);
            shape[axis] = depth;
            indices.Shape[axis..].CopyTo(shape[(axis + 1)..]);
            made[0].Take(values.Kind, shape[..(indices.Rank + 1)]);
            var inner = 1;
            for (var i = axis; i < indices.Rank; i++) inner *= indices.Shape[i];
            for (var i = 0; i < made[0].Count; i++)
            {
                var index = (long)indices.Numbers[(i / (inner * depth) * inner) + (i % inner)];
                var hot = (index < 0 ? index + depth : index) == i / inner % depth;
                made[0].Put(i, values, hot ? 1 : 0);
            }
        };
    }

    private static int Index(Tensor indices, int at, int size)
    {
        if (indices.IsText || Element.IsReal(indices.Kind)) throw new Unevaluable($"indices given as {indices.Describe()}");
        var index = indices.Numbers[at];
        if (index < 0) index += size;
        if (indices.OnTrial && size > 0) index = Math.Clamp(index, 0, size - 1);
        return index >= 0 && index < size ? (int)index : throw new Unevaluable($"the index {indices.Numbers[at]} of {size}");
    }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>Matrix products. Sums are kept in double and rounded to the kind once: nearer to the truth than any order of float sums.</summary>
internal static class Products
{
    public static Kernel MatMul(OperatorNode node)
    {
        RefuseUnusable(node, 0);
        RefuseUnusable(node, 1);
        return (given, made) => Multiply(given[0]!, given[1]!, made[0]);
    }

    public static Kernel Gemm(OperatorNode node)
    {
        for (var input = 1; input <= 2; input++) RefuseUnusable(node, input);
        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        var (turnA, turnB) = (node.Flag("transA", false), node.Flag("transB", false));
        return (given, made) =>
        {
            var (a, b) = (given[0]!, given[1]!);
            if (a.Rank != 2 || b.Rank != 2) throw new Unevaluable($"{a.Describe()} by {b.Describe()}; two matrices are needed");
            var (rows, inner) = turnA ? (a.Shape[1], a.Shape[0]) : (a.Shape[0], a.Shape[1]);
            var (innerB, columns) = turnB ? (b.Shape[1], b.Shape[0]) : (b.Shape[0], b.Shape[1]);
            if (inner != innerB || a.Kind != b.Kind || a.IsText) throw Unfit(a, b);
            made[0].Take(a.Kind, [rows, columns]);
            made[0].Spend((long)rows * columns * inner);
            var left = a.Numbers;
            var right = b.Numbers;
            var target = made[0].Numbers;
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    double sum = 0;
                    for (var k = 0; k < inner; k++)
                        sum += left[turnA ? (k * rows) + row : (row * inner) + k] * right[turnB ? (column * inner) + k : (k * columns) + column];
                    target[(row * columns) + column] = alpha * sum;
                }
            }

            Add(given.Length > 2 ? given[2] : null, beta, made[0]);
        };
    }

    public static Kernel BatchNormalization(OperatorNode node)
    {
        for (var input = 1; input <= 4; input++) RefuseUnusable(node, input);
        var epsilon = node.Float("epsilon", 1e-5f);
        _ = node.Float("momentum", 0.9); // Only for training.
        if (node.Opset < 9 && !node.Flag("spatial", true)) throw node.Refuse("has spatial = 0, which is not supported");
        if (node.Flag("training_mode", false)) throw node.Refuse("is in training mode; export the model for inference");
        return (given, made) =>
        {
            var x = given[0]!;
            if (x.Rank < 2 || x.IsText) throw new Unevaluable($"{x.Describe()}; a batch of channels is needed");
            var channels = x.Shape[1];
            for (var i = 1; i <= 4; i++)
                if (given[i]!.Count != channels) throw new Unevaluable($"{given[i]!.Describe()} for {channels} channels");
            made[0].TakeLike(x);
            var inner = channels == 0 || x.Shape[0] == 0 ? 1 : x.Count / (x.Shape[0] * channels);
            for (var i = 0; i < x.Count; i++)
            {
                var c = i / inner % channels;
                var (scale, bias, mean, variance) = (given[1]!.Numbers[c], given[2]!.Numbers[c], given[3]!.Numbers[c], given[4]!.Numbers[c]);
                made[0].Numbers[i] = Element.As(x.Kind, ((x.Numbers[i] - mean) / Math.Sqrt(variance + epsilon) * scale) + bias);
            }
        };
    }

    private static void Add(Tensor? c, double beta, Tensor made)
    {
        var target = made.Numbers;
        if (c is null)
        {
            foreach (ref var number in target) number = Element.As(made.Kind, number);
            return;
        }

        if (c.Kind != made.Kind) throw Unfit(made, c);
        var walk = Broadcast.Of(made.Shape, c.Shape);
        Span<int> sizes = stackalloc int[OnnxLimits.Rank];
        var rank = walk.Shape(sizes);
        if (!sizes[..rank].SequenceEqual(made.Shape)) throw Unfit(made, c);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = Element.As(made.Kind, target[i] + (beta * c.Numbers[walk.Right]));
            walk.Advance();
        }
    }

    // As numpy.matmul: vectors gain a dimension and lose it again, leading dimensions broadcast.
    private static void Multiply(Tensor a, Tensor b, Tensor made)
    {
        if (a.Rank == 0 || b.Rank == 0 || a.Kind != b.Kind || a.IsText) throw Unfit(a, b);
        var (rows, inner) = a.Rank == 1 ? (1, a.Shape[0]) : (a.Shape[^2], a.Shape[^1]);
        var (innerB, columns) = b.Rank == 1 ? (b.Shape[0], 1) : (b.Shape[^2], b.Shape[^1]);
        if (inner != innerB) throw Unfit(a, b);
        var walk = Broadcast.Of(a.Rank > 2 ? a.Shape[..^2] : [], b.Rank > 2 ? b.Shape[..^2] : []);
        Span<int> shape = stackalloc int[OnnxLimits.Rank + 2];
        var rank = walk.Shape(shape);
        if (a.Rank > 1) shape[rank++] = rows;
        if (b.Rank > 1) shape[rank++] = columns;
        made.Take(a.Kind, shape[..rank]);
        made.Spend((long)made.Count * inner);
        var target = made.Numbers;
        for (var done = 0; done < target.Length; done += rows * columns)
        {
            Block(a.Numbers.Slice(walk.Left * rows * inner, rows * inner), b.Numbers.Slice(walk.Right * inner * columns, inner * columns),
                target.Slice(done, rows * columns), columns, inner);
            walk.Advance();
        }

        if (a.Kind != ElementKind.Float64)
            foreach (ref var number in target) number = Element.As(a.Kind, number);
    }

    // Along the rows of the right-hand side, so that memory is read in order.
    private static void Block(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> target, int columns, int inner)
    {
        target.Clear();
        for (var row = 0; row * columns < target.Length; row++)
        {
            var sums = target.Slice(row * columns, columns);
            for (var k = 0; k < inner; k++)
            {
                var factor = left[(row * inner) + k];
                var line = right.Slice(k * columns, columns);
                for (var column = 0; column < sums.Length; column++) sums[column] += factor * line[column];
            }
        }
    }

    private static void RefuseUnusable(OperatorNode node, int input)
    {
        if (node.Constant(input) is not { IsText: false } weights) return;
        foreach (var weight in weights.Numbers)
            if (!double.IsFinite(weight)) throw node.Refuse($"has a weight (input {input}) that is {(double.IsNaN(weight) ? "NaN" : "infinite")}");
    }

    private static Unevaluable Unfit(Tensor a, Tensor b) => new($"{a.Describe()} by {b.Describe()}, which do not fit");
}

namespace DatacenterOst.Models.Onnx;

/// <summary>Walks two tensors side by side over their common shape: a dimension of one stands for as many as the other has.</summary>
internal struct Broadcast
{
    private readonly int rank;
    private Steps sizes;
    private Steps leftSteps;
    private Steps rightSteps;
    private Steps at;

    private Broadcast(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        rank = Math.Max(left.Length, right.Length);
        var (leftStep, rightStep) = (1, 1);
        for (var axis = rank - 1; axis >= 0; axis--)
        {
            var l = Size(left, axis);
            var r = Size(right, axis);
            if (l != r && l != 1 && r != 1)
                throw new Unevaluable($"[{string.Join(", ", left.ToArray())}] does not fit [{string.Join(", ", right.ToArray())}]");
            sizes[axis] = l == 1 ? r : l;
            leftSteps[axis] = l == 1 ? 0 : leftStep;
            rightSteps[axis] = r == 1 ? 0 : rightStep;
            leftStep *= l;
            rightStep *= r;
        }
    }

    public int Left { get; private set; }

    public int Right { get; private set; }

    public static Broadcast Of(Tensor left, Tensor right, Tensor made, ElementKind kind)
    {
        var walk = new Broadcast(left.Shape, right.Shape);
        made.Take(kind, ((ReadOnlySpan<int>)walk.sizes)[..walk.rank]);
        return walk;
    }

    public static Broadcast Of(ReadOnlySpan<int> left, ReadOnlySpan<int> right) => new(left, right);

    /// <summary>Writes the common shape and returns how many dimensions it has.</summary>
    public readonly int Shape(Span<int> into)
    {
        ((ReadOnlySpan<int>)sizes)[..rank].CopyTo(into);
        return rank;
    }

    public void Advance()
    {
        for (var axis = rank - 1; axis >= 0; axis--)
        {
            Left += leftSteps[axis];
            Right += rightSteps[axis];
            if (++at[axis] < sizes[axis]) return;
            Left -= leftSteps[axis] * sizes[axis];
            Right -= rightSteps[axis] * sizes[axis];
            at[axis] = 0;
        }
    }

    private readonly int Size(ReadOnlySpan<int> shape, int axis)
    {
        var own = axis - (rank - shape.Length);
        return own < 0 ? 1 : shape[own];
    }

    [System.Runtime.CompilerServices.InlineArray(OnnxLimits.Rank)]
    private struct Steps
    {
        private int first;
    }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>Nodes that hold a value of their own.</summary>
internal static class Constants
{
    public static Kernel Constant(OperatorNode node)
    {
        var value = Value(node) ?? throw node.Refuse("has no value");
        return (_, made) =>
        {
            made[0].Take(value.Kind, value.Dimensions);
            value.Numbers.CopyTo(made[0].Numbers);
            value.Words.CopyTo(made[0].Words);
        };
    }

    public static Kernel OfShape(OperatorNode node)
    {
        var value = node.Tensor("value") ?? new OnnxTensor("", ElementKind.Float32, [1], [0], []);
        if (value.Numbers.Length != 1) throw node.Refuse("has a value that is not one number");
        return (given, made) =>
        {
            var wanted = given[0]!;
            if (wanted.IsText || wanted.Count > OnnxLimits.Rank) throw new Unevaluable($"a shape given as {wanted.Describe()}");
            Span<int> shape = stackalloc int[wanted.Count];
            for (var i = 0; i < shape.Length; i++)
            {
                if (wanted.Numbers[i] is < 0 or > OnnxLimits.TensorElements) throw new Unevaluable($"a dimension of {wanted.Numbers[i]}");
                shape[i] = (int)wanted.Numbers[i];
            }

            made[0].Take(value.Kind, shape);
            made[0].Numbers.Fill(value.Numbers[0]);
        };
    }

    private static OnnxTensor? Value(OperatorNode node)
    {
        if (node.Tensor("value") is { } tensor) return tensor;
        if (node.Has("value_float")) return new OnnxTensor("", ElementKind.Float32, [], [node.Float("value_float", 0)], []);
        if (node.Has("value_int")) return new OnnxTensor("", ElementKind.Int64, [], [node.Integer("value_int", 0)], []);
        if (node.Has("value_string")) return new OnnxTensor("", ElementKind.Text, [], [], [node.Text("value_string", "")]);
        if (node.Has("value_floats")) return List(ElementKind.Float32, node.Numbers("value_floats"));
        if (node.Has("value_ints")) return List(ElementKind.Int64, node.Wholes("value_ints"));
        if (!node.Has("value_strings")) return null;
        var words = node.Texts("value_strings");
        return new OnnxTensor("", ElementKind.Text, [words.Length], [], words);
    }

    private static OnnxTensor List(ElementKind kind, double[] numbers) => new("", kind, [numbers.Length], numbers, []);
}

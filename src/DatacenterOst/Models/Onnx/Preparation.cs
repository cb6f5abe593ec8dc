namespace DatacenterOst.Models.Onnx;

/// <summary>What ai.onnx.ml does to rows before a learner sees them: scale, fill in, cut at a threshold, put together.</summary>
internal static class Preparation
{
    public static Kernel Scaler(OperatorNode node)
    {
        var (offsets, scales) = (node.Weights("offset"), node.Weights("scale"));
        if (offsets.Length == 0) offsets = [0];
        if (scales.Length == 0) scales = [1];
        return (given, made) =>
        {
            var from = Open(given[0]!);
            Fits(from, offsets.Length, "offsets");
            Fits(from, scales.Length, "scales");
            made[0].Take(ElementKind.Float32, from.Shape);
            var width = from.Width;
            for (var i = 0; i < from.Count; i++)
            {
                var column = i % width;
                made[0].Numbers[i] = (float)((from.Numbers[i] - offsets[offsets.Length == 1 ? 0 : column]) * scales[scales.Length == 1 ? 0 : column]);
            }
        };
    }

    public static Kernel Imputer(OperatorNode node)
    {
        var floats = node.Weights("imputed_value_floats");
        double[] integers = node.Wholes("imputed_value_int64s");
        var values = floats.Length > 0 ? floats : integers;
        if (values.Length == 0) throw node.Refuse("has no imputed values");
        var replaced = floats.Length > 0 ? node.Float("replaced_value_float", 0) : node.Integer("replaced_value_int64", 0);
        _ = node.Float("replaced_value_float", 0);
        _ = node.Integer("replaced_value_int64", 0);
        return (given, made) =>
        {
            var from = Open(given[0]!);
            Fits(from, values.Length, "imputed values");
            made[0].TakeLike(from);
            var width = from.Width;
            for (var i = 0; i < from.Count; i++)
            {
                var number = from.Numbers[i];
                var goes = double.IsNaN(replaced) ? double.IsNaN(number) : number == replaced;
                made[0].Numbers[i] = goes ? values[values.Length == 1 ? 0 : i % width] : number;
            }
        };
    }

    public static Kernel Binarizer(OperatorNode node)
    {
        var threshold = node.Float("threshold", 0);
        return (given, made) =>
        {
            var from = Open(given[0]!);
            made[0].TakeLike(from);
            for (var i = 0; i < from.Count; i++) made[0].Numbers[i] = from.Numbers[i] > threshold ? 1 : 0;
        };
    }

    public static Kernel Normalizer(OperatorNode node)
    {
        var norm = node.Choice("norm", Norm.Max, ("MAX", Norm.Max), ("L1", Norm.L1), ("L2", Norm.L2));
        return (given, made) =>
        {
            var from = Open(given[0]!);
            made[0].Take(ElementKind.Float32, from.Shape);
            var width = from.Width;
            for (var start = 0; start < from.Count; start += width)
            {
                var row = from.Numbers.Slice(start, width);
                double whole = norm == Norm.Max ? double.NegativeInfinity : 0;
                foreach (var number in row)
                    whole = norm switch { Norm.Max => Math.Max(whole, number), Norm.L1 => whole + Math.Abs(number), _ => whole + (number * number) };
                if (norm == Norm.L2) whole = Math.Sqrt(whole);
                for (var i = 0; i < width; i++) made[0].Numbers[start + i] = (float)(whole == 0 ? row[i] : row[i] / whole);
            }
        };
    }

    // Rows of each input side by side, cut or filled with zeros to the stated width. ML.NET hands an encoder's [N, 1, k] in as [N, k].
    public static Kernel FeatureVectorizer(OperatorNode node)
    {
        var widths = node.Integers("inputdimensions");
        if (widths.Length != node.Inputs) throw node.Refuse($"has {widths.Length} inputdimensions for {node.Inputs} inputs");
        foreach (var width in widths)
            if (width is < 0 or > OnnxLimits.RowInputs) throw node.Refuse($"has an inputdimension of {width}");
        var total = (int)widths.Sum();
        return (given, made) =>
        {
            var rows = given[0]!.Rows;
            made[0].Take(ElementKind.Float32, [rows, total]);
            made[0].Numbers.Clear();
            var offset = 0;
            for (var input = 0; input < given.Length; input++)
            {
                var from = Open(given[input]!);
                if (from.Rows != rows) throw new Unevaluable($"{from.Describe()} beside {given[0]!.Describe()}");
                var width = (int)widths[input];
                for (var row = 0; row < rows; row++)
                    for (var i = 0; i < Math.Min(width, from.Width); i++)
                        made[0].Numbers[(row * total) + offset + i] = (float)from.Numbers[(row * from.Width) + i];
                offset += width;
            }
        };
    }

    public static Kernel ArrayFeatureExtractor(OperatorNode node) => (given, made) =>
    {
        var (from, wanted) = (given[0]!, given[1]!);
        if (from.Rank == 0 || wanted.Count == 0 || wanted.IsText) throw new Unevaluable($"{wanted.Describe()} of {from.Describe()}");
        var width = from.Shape[^1];
        Span<int> shape = stackalloc int[OnnxLimits.Rank];
        from.Shape.CopyTo(shape);
        var rank = from.Rank;
        if (rank == 1) (shape[0], rank) = (1, 2);
        shape[rank - 1] = wanted.Count;
        made[0].Take(from.Kind, shape[..rank]);
        for (var i = 0; i < made[0].Count; i++)
        {
            var column = wanted.Numbers[i % wanted.Count];
            if (made[0].OnTrial && width > 0) column = Math.Clamp(column, 0, width - 1);
            if (!(column >= 0 && column < width)) throw new Unevaluable($"column {column} of {width}");
            made[0].Put(i, from, (i / wanted.Count * width) + (int)column);
        }
    };

    private static Tensor Open(Tensor from) => from.IsText ? throw new Unevaluable("texts where numbers are needed") : from;

    private static void Fits(Tensor from, int length, string what)
    {
        if (length != 1 && length != from.Width) throw new Unevaluable($"{from.Describe()} with {length} {what}");
    }

    private enum Norm
    {
        Max,
        L1,
        L2,
    }
}

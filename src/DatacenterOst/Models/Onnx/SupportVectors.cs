namespace DatacenterOst.Models.Onnx;

/// <summary>SVMRegressor and SVMClassifier of ai.onnx.ml 1, as libsvm means them.</summary>
internal static class SupportVectors
{
    public static Kernel Regressor(OperatorNode node)
    {
        var kernel = KernelFunction.Read(node);
        var (weights, vectors, rho) = (node.Weights("coefficients"), node.Weights("support_vectors"), node.Weights("rho"));
        var count = node.Whole("n_supports", 0, 0, OnnxLimits.TensorElements);
        var sign = node.Flag("one_class", false);
        var transform = Transforms.Read(node);
        if (transform is not (PostTransform.None or PostTransform.Probit or PostTransform.Logistic)) throw node.Refuse("has a post_transform that one number cannot have");
        if (count > 0 && (weights.Length != count || vectors.Length == 0 || vectors.Length % count != 0))
            throw node.Refuse($"has {weights.Length} coefficients and {vectors.Length} numbers in support_vectors for n_supports {count}");
        if (weights.Length == 0 || rho.Length == 0) throw node.Refuse("has no coefficients or no rho");
        var width = count > 0 ? vectors.Length / count : weights.Length;
        return (given, made) =>
        {
            Check(given[0]!, width);
            made[0].Take(ElementKind.Float32, [given[0]!.Rows, 1]);
            made[0].Spend((long)given[0]!.Rows * Math.Max(1, count) * width);
            for (var row = 0; row < given[0]!.Rows; row++)
            {
                var values = given[0]!.Numbers.Slice(row * width, width);
                var sum = rho[0];
                for (var i = 0; i < count; i++) sum += weights[i] * kernel.Of(values, vectors.AsSpan(i * width, width));
                if (count == 0) sum += kernel.Of(values, weights);
                var score = made[0].Numbers.Slice(row, 1);
                score[0] = (float)(sign ? (sum > 0 ? 1 : -1) : sum);
                Transforms.Apply(transform, score);
                score[0] = (float)score[0];
            }
        };
    }

    public static Kernel Classifier(OperatorNode node)
    {
        var machine = SupportMachine.Read(node);
        return (given, made) =>
        {
            Check(given[0]!, machine.Width);
            var rows = given[0]!.Rows;
            machine.Labels.Prepare(made[0], rows);
            made[0].Spend((long)rows * machine.Cost);
            var scores = made.Length > 1 ? made[1] : null;
            scores?.Take(ElementKind.Float32, [rows, machine.Scores]);
            var line = new double[machine.Scores];
            for (var row = 0; row < rows; row++)
            {
                machine.Labels.Write(made[0], row, machine.Score(given[0]!.Numbers.Slice(row * machine.Width, machine.Width), line));
                if (scores is null) continue;
                for (var i = 0; i < line.Length; i++) scores.Numbers[(row * line.Length) + i] = (float)line[i];
            }
        };
    }

    private static void Check(Tensor from, int width)
    {
        if (from.IsText || from.Rank is 0 or > 2 || (from.Width != width && from.Rows > 0))
            throw new Unevaluable($"{from.Describe()}; rows of {width} numbers are needed");
    }
}

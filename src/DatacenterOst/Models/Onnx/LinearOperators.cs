namespace DatacenterOst.Models.Onnx;

/// <summary>LinearRegressor and LinearClassifier of ai.onnx.ml 1.</summary>
internal static class LinearOperators
{
    public static Kernel Regressor(OperatorNode node)
    {
        var count = node.Whole("targets", 1, 1, 1024);
        var transform = Transforms.Read(node);
        var (weights, intercepts) = Read(node, count);
        return (given, made) =>
        {
            var width = Open(given[0]!, weights.Length / count);
            made[0].Take(ElementKind.Float32, [given[0]!.Rows, count]);
            made[0].Spend((long)given[0]!.Count * count);
            for (var row = 0; row < given[0]!.Rows; row++)
            {
                var scores = made[0].Numbers.Slice(row * count, count);
                Multiply(given[0]!.Numbers.Slice(row * width, width), weights, intercepts, scores);
                Finish(scores, transform);
            }
        };
    }

    public static Kernel Classifier(OperatorNode node)
    {
        var labels = ClassLabels.Read(node, "classlabels_ints");
        _ = node.Integer("multi_class", 0); // Says how it was trained; the scores are the same.
        var transform = Transforms.Read(node);
        var count = node.Has("intercepts") ? Math.Max(1, node.Weights("intercepts").Length) : labels.Count;
        var (weights, intercepts) = Read(node, count);
        if (count != labels.Count && !(count == 1 && labels.Count == 2)) throw node.Refuse($"has {count} lines of coefficients for {labels.Count} classes");
        return (given, made) =>
        {
            var width = Open(given[0]!, weights.Length / count);
            var rows = given[0]!.Rows;
            labels.Prepare(made[0], rows);
            made[0].Spend((long)given[0]!.Count * count);
            var scores = made.Length > 1 ? made[1] : null;
            scores?.Take(ElementKind.Float32, [rows, labels.Count]);
            Span<double> line = stackalloc double[labels.Count];
            for (var row = 0; row < rows; row++)
            {
                Multiply(given[0]!.Numbers.Slice(row * width, width), weights, intercepts, line[..count]);
                labels.Write(made[0], row, count == 1 ? (line[0] > 0 ? 1 : 0) : First(line));
                if (count == 1 && labels.Count == 2) Complete(line, transform);
                else Finish(line, transform);
                if (scores is not null) line.CopyTo(scores.Numbers[(row * labels.Count)..]);
            }
        };
    }

    // One line of coefficients for two classes: the score is of the second, and the first is what is left of one.
    private static void Complete(Span<double> scores, PostTransform transform)
    {
        var score = scores[0];
        if (transform == PostTransform.Logistic) score = Transforms.Logistic(score);
        else if (transform == PostTransform.Probit) score = Transforms.Probit(score);
        (scores[0], scores[1]) = ((float)(1 - score), (float)score);
    }

    private static void Finish(Span<double> scores, PostTransform transform)
    {
        if (scores.Length > 1 || transform is PostTransform.Probit or PostTransform.Logistic) Transforms.Apply(transform, scores);
        foreach (ref var score in scores) score = (float)score;
    }

    private static void Multiply(ReadOnlySpan<double> row, double[] weights, double[] intercepts, Span<double> scores)
    {
        for (var target = 0; target < scores.Length; target++)
        {
            var sum = intercepts.Length > 0 ? intercepts[target] : 0;
            var line = weights.AsSpan(target * row.Length, row.Length);
            for (var i = 0; i < line.Length; i++) sum += line[i] * row[i];
            scores[target] = (float)sum;
        }
    }

    private static int First(ReadOnlySpan<double> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }

    private static (double[] Weights, double[] Intercepts) Read(OperatorNode node, int count)
    {
        var (weights, intercepts) = (node.Weights("coefficients"), node.Weights("intercepts"));
        if (weights.Length == 0 || weights.Length % count != 0) throw node.Refuse($"has {weights.Length} coefficients for {count} targets");
        if (intercepts.Length != 0 && intercepts.Length != count) throw node.Refuse($"has {intercepts.Length} intercepts for {count} targets");
        return (weights, intercepts);
    }

    private static int Open(Tensor from, int width)
    {
        if (from.IsText || from.Rank is 0 or > 2) throw new Unevaluable($"{from.Describe()}; rows of numbers are needed");
        return from.Width == width || from.Rows == 0 ? width : throw new Unevaluable($"{from.Describe()}; rows of {width} numbers are needed");
    }
}

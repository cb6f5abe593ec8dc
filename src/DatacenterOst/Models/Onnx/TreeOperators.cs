namespace DatacenterOst.Models.Onnx;

/// <summary>TreeEnsembleRegressor and TreeEnsembleClassifier of ai.onnx.ml 1 to 4, with ONNX Runtime's reading of what the definition leaves open.</summary>
internal static class TreeOperators
{
    private enum Aggregate
    {
        Sum,
        Average,
        Min,
        Max,
    }

    public static Kernel Regressor(OperatorNode node)
    {
        var count = node.Whole("n_targets", 1, 1, 1024);
        var transform = Transforms.Read(node);
        var aggregate = node.Choice("aggregate_function", Aggregate.Sum,
            ("SUM", Aggregate.Sum), ("AVERAGE", Aggregate.Average), ("MIN", Aggregate.Min), ("MAX", Aggregate.Max));
        var starts = node.Weights("base_values", wide: "base_values_as_tensor");
        if (starts.Length != 0 && starts.Length != count) throw node.Refuse($"has {starts.Length} base_values for {count} targets");
        var forest = new TreeReader(node).Read("target", count);
        return (given, made) =>
        {
            var rows = Open(forest, given[0]!);
            made[0].Take(ElementKind.Float32, [rows, count]);
            made[0].Spend((long)rows * forest.Trees);
            for (var row = 0; row < rows; row++)
            {
                var scores = made[0].Numbers.Slice(row * count, count);
                scores.Clear();
                var values = given[0]!.Numbers.Slice(row * given[0]!.Width, given[0]!.Width);
                if (aggregate is Aggregate.Sum or Aggregate.Average) forest.Sum(values, scores);
                else forest.Best(values, scores, aggregate == Aggregate.Min ? -1 : 1);
                Finish(scores, starts, aggregate == Aggregate.Average ? forest.Trees : 1, transform);
            }
        };
    }

    public static Kernel Classifier(OperatorNode node)
    {
        var labels = ClassLabels.Read(node, "classlabels_int64s");
        var transform = Transforms.Read(node);
        var starts = node.Weights("base_values", wide: "base_values_as_tensor");
        var forest = new TreeReader(node).Read("class", labels.Count);
        var one = labels.Count == 2 ? OnlyClass(forest) : -1;
        RefuseUnclearStarts(node, starts.Length, labels.Count, one);
        var positive = forest.Weights.IndexOfAnyInRange(double.MinValue, -double.Epsilon) < 0;
        var two = new TwoClassScore(transform, starts, positive);
        return (given, made) =>
        {
            var rows = Open(forest, given[0]!);
            labels.Prepare(made[0], rows);
            Span<double> scores = stackalloc double[labels.Count];
            var probabilities = made.Length > 1 ? made[1] : null;
            probabilities?.Take(ElementKind.Float32, [rows, labels.Count]);
            made[0].Spend((long)rows * forest.Trees);
            for (var row = 0; row < rows; row++)
            {
                scores.Clear();
                forest.Sum(given[0]!.Numbers.Slice(row * given[0]!.Width, given[0]!.Width), scores);
                var label = one >= 0 ? two.Finish(scores, one) : Finish(scores, starts, 1, transform);
                labels.Write(made[0], row, label);
                if (probabilities is not null) Rounded(scores).CopyTo(probabilities.Numbers[(row * labels.Count)..]);
            }
        };
    }

    /// <returns>The class with the highest score before the transform; the first among equals.</returns>
    private static int Finish(Span<double> scores, double[] starts, int divisor, PostTransform transform)
    {
        var best = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (double.IsNaN(scores[i])) scores[i] = 0;
            scores[i] = (float)((scores[i] / divisor) + (starts.Length > 0 ? starts[i % starts.Length] : 0));
            if (scores[i] > scores[best]) best = i;
        }

        // ONNX Runtime transforms one target only by PROBIT; a lone LOGISTIC or SOFTMAX would say 1 or nothing of use.
        if (scores.Length > 1 || transform == PostTransform.Probit) Transforms.Apply(transform, scores);
        Rounded(scores);
        return best;
    }

    private static Span<double> Rounded(Span<double> scores)
    {
        foreach (ref var score in scores) score = (float)score;
        return scores;
    }

    // Of two classes ONNX Runtime uses base_values only where leaves weigh the first class alone, and drops them or the weights
    // otherwise, against the definition. A number that two readers disagree on is not given.
    private static void RefuseUnclearStarts(OperatorNode node, int starts, int classes, int one)
    {
        if (starts == 0 || starts == (one == 0 ? 1 : classes == 2 ? 0 : classes)) return;
        throw node.Refuse(classes == 2
            ? $"has {starts} base_values for two classes; one is possible, where the leaves weigh only the first class"
            : $"has {starts} base_values for {classes} classes");
    }

    private static int OnlyClass(TreeEnsemble forest)
    {
        var targets = forest.Targets;
        return targets.Length > 0 && targets.IndexOfAnyExcept(targets[0]) < 0 ? targets[0] : -1;
    }

    private static int Open(TreeEnsemble forest, Tensor from)
    {
        if (from.IsText || from.Rank is 0 or > 2) throw new Unevaluable($"{from.Describe()}; rows of numbers are needed");
        return from.Width >= forest.Width || from.Rows == 0
            ? from.Rows
            : throw new Unevaluable($"{from.Describe()}, and the trees ask for feature {forest.Width - 1}");
    }
}

namespace DatacenterOst.Models.Training;

/// <summary>Learns gradient-boosted trees. Pure: rows, settings and seed decide the model to the last bit.</summary>
public static class GradientBoosting
{
    /// <param name="held">Rows that only decide when to stop; needed where the settings stop early.</param>
    /// <exception cref="Clinical.Problem">Invalid, where the settings or the rows cannot be used.</exception>
    public static BoostedTrees Train(TrainingRows rows, BoostingSettings settings, TrainingRows? held, CancellationToken cancellationToken)
    {
        settings.Check();
        rows.Check(settings.Objective == BoostingObjective.Logistic);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellationToken };
        var grower = new TreeGrower(BinnedInputs.Make(rows, settings.MaxBin, parallel), settings, parallel);
        var margins = Enumerable.Repeat(settings.BaseMargin, rows.Count).ToArray();
        var heldMargins = Enumerable.Repeat(settings.BaseMargin, held?.Count ?? 0).ToArray();
        var gradients = new Gradient[rows.Count];
        var trees = new List<BoostedTree>(settings.Rounds);
        var (bestLoss, best) = (double.PositiveInfinity, 0);
        for (var round = 0; round < settings.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < gradients.Length; i++) gradients[i] = Derive(settings.Objective, margins[i], rows.Outcomes[i]);
            var draws = SeededDraws.For(settings.Seed, round);
            var tree = grower.Grow(gradients, Sample(rows.Count, settings.Subsample, draws), Columns(rows.Inputs.Count, settings.ColumnSample, draws));
            trees.Add(tree);
            for (var i = 0; i < margins.Length; i++) margins[i] += tree.Predict(rows.Values[i]);
            if (settings.EarlyStoppingRounds == 0 || held is null) continue;

            for (var i = 0; i < heldMargins.Length; i++) heldMargins[i] += tree.Predict(held.Values[i]);
            var loss = Loss(settings.Objective, heldMargins, held.Outcomes);
            if (loss < bestLoss) (bestLoss, best) = (loss, trees.Count);
            else if (trees.Count - best >= settings.EarlyStoppingRounds) break;
        }

        if (best > 0) trees.RemoveRange(best, trees.Count - best);
        return new BoostedTrees(rows.Inputs, settings, [.. trees]);
    }

    internal static double Sigmoid(double margin) => 1 / (1 + Math.Exp(-margin));

    private static Gradient Derive(BoostingObjective objective, double margin, double outcome)
    {
        if (objective == BoostingObjective.SquaredError) return new Gradient(margin - outcome, 1);
        var probability = Sigmoid(margin);

        // XGBoost keeps the second derivative above 1e-16, so that a certain row still has a weight.
        return new Gradient(probability - outcome, Math.Max(probability * (1 - probability), 1e-16));
    }

    private static double Loss(BoostingObjective objective, float[] margins, double[] outcomes)
    {
        var sum = 0d;
        for (var i = 0; i < margins.Length; i++)
        {
            // log(1 + e^m) - y m without overflow.
            var margin = (double)margins[i];
            sum += objective == BoostingObjective.SquaredError
                ? (margin - outcomes[i]) * (margin - outcomes[i])
                : Math.Max(margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin))) - (outcomes[i] * margin);
        }

        return sum / margins.Length;
    }

    private static bool[] Sample(int rows, double share, SeededDraws draws)
    {
        var inTree = new bool[rows];
        for (var i = 0; i < rows; i++) inTree[i] = share >= 1 || draws.Unit() < share;
        return inTree;
    }

    private static int[] Columns(int inputs, double share, SeededDraws draws)
    {
        var all = Enumerable.Range(0, inputs).ToArray();
        if (share >= 1) return all;
        draws.Shuffle(all);
        var chosen = all[..Math.Max(1, (int)(share * inputs))];
        Array.Sort(chosen);
        return chosen;
    }
}

/// <summary>What was learnt. Single precision sums in tree order, as XGBoost adds them.</summary>
public sealed class BoostedTrees
{
    private readonly BoostedTree[] trees;

    internal BoostedTrees(IReadOnlyList<string> inputs, BoostingSettings settings, BoostedTree[] trees)
        => (Inputs, Settings, this.trees) = (inputs, settings, trees);

    public IReadOnlyList<string> Inputs { get; }

    public BoostingSettings Settings { get; }

    public int Rounds => trees.Length;

    internal IReadOnlyList<BoostedTree> Trees => trees;

    /// <summary>Log-odds for logistic, the predicted number else.</summary>
    public double Margin(double[] row)
    {
        var margin = Settings.BaseMargin;
        foreach (var tree in trees) margin += tree.Predict(row);
        return margin;
    }

    public double Predict(double[] row)
        => Settings.Objective == BoostingObjective.Logistic ? GradientBoosting.Sigmoid(Margin(row)) : Margin(row);

    /// <summary>One model whose margin is the mean of several that differ by their seed: their trees, each with its share.</summary>
    /// <param name="models">Of the same inputs and the same base score.</param>
    public static BoostedTrees Mean(IReadOnlyList<BoostedTrees> models)
        => models.Count == 1 ? models[0] : new BoostedTrees(models[0].Inputs, models[0].Settings, [.. models.SelectMany(model => model.trees).Select(tree => tree.Scaled(1f / models.Count))]);

    /// <summary>The same trees from another base score: every margin moves by the same.</summary>
    public BoostedTrees From(double baseScore) => new(Inputs, Settings with { BaseScore = baseScore }, trees);

    /// <summary>Share of all gain by input, largest first; inputs that no tree uses are left out.</summary>
    public IReadOnlyList<(string Input, double Share)> Importance()
    {
        var gains = new double[Inputs.Count];
        foreach (var node in trees.SelectMany(tree => tree.Nodes))
        {
            if (node.Left >= 0) gains[node.Input] += node.Gain;
        }

        var total = gains.Sum();
        return [.. Inputs.Select((input, i) => (input, gains[i] / total)).Where(pair => pair.Item2 > 0).OrderByDescending(pair => pair.Item2)];
    }
}

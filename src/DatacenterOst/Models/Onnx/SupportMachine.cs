namespace DatacenterOst.Models.Onnx;

/// <summary>
/// A support vector classifier: one machine for each pair of classes (libsvm), or one line for each class (liblinear). With prob_a and
/// prob_b the pairs' scores become probabilities by Platt's sigmoid and pairwise coupling (Wu, Lin and Weng 2004, second approach).
/// </summary>
internal sealed class SupportMachine
{
    private const int CouplingRounds = 100;

    private readonly OperatorNode node;
    private readonly KernelFunction kernel;
    private readonly double[] weights;
    private readonly double[] vectors;
    private readonly double[] rho;
    private readonly double[] slopes;
    private readonly double[] offsets;
    private readonly int[] starts;
    private readonly int count;
    private readonly PostTransform transform;
    private readonly bool allPositive;

    private SupportMachine(OperatorNode node)
    {
        this.node = node;
        Labels = ClassLabels.Read(node, "classlabels_ints");
        kernel = KernelFunction.Read(node);
        (weights, vectors, rho) = (node.Weights("coefficients"), node.Weights("support_vectors"), node.Weights("rho"));
        (slopes, offsets) = (node.Weights("prob_a"), node.Weights("prob_b"));
        transform = Transforms.Read(node);
        allPositive = Array.TrueForAll(weights, weight => weight >= 0);
        var perClass = node.Integers("vectors_per_class");
        starts = new int[perClass.Length + 1];
        for (var i = 0; i < perClass.Length; i++)
        {
            if (perClass[i] < 0 || perClass[i] > OnnxLimits.TensorElements) throw node.Refuse($"has vectors_per_class of {perClass[i]}");
            starts[i + 1] = (int)Math.Min((long)starts[i] + perClass[i], OnnxLimits.TensorElements);
        }

        count = starts[^1];
        Width = (count > 0 ? vectors.Length / count : weights.Length / Math.Max(1, Labels.Count)) is > 0 and var width
            ? width : throw node.Refuse("has no support vectors and no coefficients");
        Check(perClass.Length);
    }

    public ClassLabels Labels { get; }

    public int Width { get; }

    public int Pairs => Labels.Count * (Labels.Count - 1) / 2;

    public int Scores => count > 0 && slopes.Length == 0 && Labels.Count > 2 ? Pairs : Labels.Count;

    public long Cost => (long)Math.Max(count, Labels.Count) * Width;

    public static SupportMachine Read(OperatorNode node) => new(node);

    /// <summary>Writes the scores or probabilities of one row and returns the class that wins.</summary>
    public int Score(ReadOnlySpan<double> row, Span<double> scores) => count == 0 ? Lines(row, scores) : Machines(row, scores);

    private int Lines(ReadOnlySpan<double> row, Span<double> scores)
    {
        var best = 0;
        for (var i = 0; i < Labels.Count; i++)
        {
            scores[i] = (float)(kernel.Of(row, weights.AsSpan(i * Width, Width)) + rho[0]);
            if (scores[i] > scores[best]) best = i;
        }

        Transforms.Apply(transform, scores);
        return best;
    }

    private int Machines(ReadOnlySpan<double> row, Span<double> scores)
    {
        var likeness = new double[count];
        for (var i = 0; i < count; i++) likeness[i] = kernel.Of(row, vectors.AsSpan(i * Width, Width));
        var votes = new int[Labels.Count];
        var pairs = new double[Pairs];
        var pair = 0;
        for (var i = 0; i < Labels.Count; i++)
        {
            for (var j = i + 1; j < Labels.Count; j++, pair++)
            {
                var sum = rho[pair];
                for (var v = starts[i]; v < starts[i + 1]; v++) sum += weights[((j - 1) * count) + v] * likeness[v];
                for (var v = starts[j]; v < starts[j + 1]; v++) sum += weights[(i * count) + v] * likeness[v];
                pairs[pair] = (float)sum;
                votes[sum > 0 ? i : j]++;
            }
        }

        var winner = Array.IndexOf(votes, votes.Max());
        if (slopes.Length > 0)
        {
            Couple(pairs, scores);
            Transforms.Apply(transform, scores);
            return winner;
        }

        if (Labels.Count != 2)
        {
            pairs.CopyTo(scores);
            return winner;
        }

        // Without probabilities the two classes share the one score, from both sides (ONNX Runtime writes them so).
        if (transform == PostTransform.None) (scores[0], scores[1]) = (-pairs[0], pairs[0]);
        else (scores[0], scores[1]) = (1 - pairs[0], pairs[0]);
        return allPositive && pairs[0] >= 0.5 ? 1 : winner;
    }

    private void Couple(double[] pairs, Span<double> p)
    {
        var k = Labels.Count;
        var r = new double[k, k];
        for (var (i, pair) = (0, 0); i < k; i++)
        {
            for (var j = i + 1; j < k; j++, pair++)
            {
                var likely = 1 - Transforms.Logistic((pairs[pair] * slopes[pair]) + offsets[pair]);
                r[i, j] = Math.Clamp(likely, 1e-7, 1 - 1e-7);
                r[j, i] = 1 - r[i, j];
            }
        }

        var q = new double[k, k];
        for (var i = 0; i < k; i++)
        {
            p[i] = 1.0 / k;
            for (var j = 0; j < k; j++)
            {
                if (j == i) continue;
                q[i, i] += r[j, i] * r[j, i];
                q[i, j] = -r[j, i] * r[i, j];
            }
        }

        Descend(q, p);
    }

    // Algorithm 2 of the paper, with libsvm's bound.
    private static void Descend(double[,] q, Span<double> p)
    {
        var k = p.Length;
        var along = new double[k];
        for (var round = 0; round < CouplingRounds; round++)
        {
            double whole = 0, worst = 0;
            for (var i = 0; i < k; i++)
            {
                along[i] = 0;
                for (var j = 0; j < k; j++) along[i] += q[i, j] * p[j];
                whole += p[i] * along[i];
            }

            for (var i = 0; i < k; i++) worst = Math.Max(worst, Math.Abs(along[i] - whole));
            if (worst < 0.005 / k) return;
            for (var i = 0; i < k; i++)
            {
                var step = (whole - along[i]) / q[i, i];
                p[i] += step;
                whole = (whole + (step * ((step * q[i, i]) + (2 * along[i])))) / (1 + step) / (1 + step);
                for (var j = 0; j < k; j++)
                {
                    along[j] = (along[j] + (step * q[i, j])) / (1 + step);
                    p[j] /= 1 + step;
                }
            }
        }
    }

    private void Check(int classes)
    {
        if (Labels.Count < 2) throw node.Refuse("has one class");
        if (rho.Length == 0) throw node.Refuse("has no rho");
        if (slopes.Length != offsets.Length) throw node.Refuse($"has {slopes.Length} prob_a and {offsets.Length} prob_b");
        if (count == 0)
        {
            if (weights.Length != Labels.Count * Width) throw node.Refuse($"has {weights.Length} coefficients for {Labels.Count} classes");
            return;
        }

        if (classes != Labels.Count) throw node.Refuse($"has {classes} vectors_per_class for {Labels.Count} classes");
        if (vectors.Length != (long)count * Width) throw node.Refuse($"has {vectors.Length} numbers in support_vectors for {count} vectors");
        if (weights.Length != (long)count * (Labels.Count - 1)) throw node.Refuse($"has {weights.Length} coefficients for {count} vectors and {Labels.Count} classes");
        if (rho.Length < Pairs || (slopes.Length > 0 && slopes.Length < Pairs)) throw node.Refuse($"has {rho.Length} rho and {slopes.Length} prob_a for {Pairs} pairs of classes");
    }
}

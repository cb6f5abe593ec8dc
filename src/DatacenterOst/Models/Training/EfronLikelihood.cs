using MathNet.Numerics.LinearAlgebra;

namespace DatacenterOst.Models.Training;

/// <summary>Efron's partial likelihood of centred inputs, with its first and second derivative.</summary>
/// <param name="order">Rows by falling time.</param>
internal sealed class EfronLikelihood(SurvivalRows rows, double[][] centred, int[] order)
{
    private readonly int inputs = rows.Inputs.Count;

    /// <summary>What half the square of each coefficient takes off the likelihood; null for nothing.</summary>
    public Vector<double>? Penalties { get; init; }

    public LikelihoodPoint At(Vector<double> beta)
    {
        var sums = new Sums(inputs);
        var point = new Gathered(inputs);
        for (var from = 0; from < order.Length;)
        {
            var to = Tied(from);
            var deaths = new Sums(inputs);
            var count = 0;
            for (var i = from; i < to; i++)
            {
                var row = centred[order[i]];
                var margin = Margin(row, beta);
                var hazard = Math.Exp(margin);
                sums.Add(row, hazard);
                if (!rows.Events[order[i]]) continue;
                deaths.Add(row, hazard);
                point.Event(row, margin);
                count++;
            }

            for (var death = 0; death < count; death++) point.AtRisk(sums, deaths, (double)death / count);
            from = to;
        }

        var plain = point.Result();
        return Penalties is not { } held ? plain : new LikelihoodPoint(
            plain.LogLikelihood - (0.5 * held.DotProduct(beta.PointwiseMultiply(beta))),
            plain.Score - held.PointwiseMultiply(beta),
            plain.Information + Matrix<double>.Build.DenseOfDiagonalVector(held));
    }

    /// <summary>The cumulative hazard of a row whose inputs are the means.</summary>
    public IReadOnlyList<(double Time, double Hazard)> Baseline(Vector<double> beta)
    {
        var steps = new List<(double Time, double Hazard)>();
        var atRisk = 0d;
        for (var from = 0; from < order.Length;)
        {
            var to = Tied(from);
            var (dying, count) = (0d, 0);
            for (var i = from; i < to; i++)
            {
                var hazard = Math.Exp(Margin(centred[order[i]], beta));
                atRisk += hazard;
                if (rows.Events[order[i]]) (dying, count) = (dying + hazard, count + 1);
            }

            var step = 0d;
            for (var death = 0; death < count; death++) step += 1 / (atRisk - (dying * death / count));
            if (count > 0) steps.Add((rows.Times[order[from]], step));
            from = to;
        }

        steps.Reverse();
        for (var i = 1; i < steps.Count; i++) steps[i] = (steps[i].Time, steps[i - 1].Hazard + steps[i].Hazard);
        return steps;
    }

    private int Tied(int from)
    {
        var to = from;
        while (to < order.Length && rows.Times[order[to]] == rows.Times[order[from]]) to++;
        return to;
    }

    private static double Margin(double[] row, Vector<double> beta)
    {
        var margin = 0d;
        for (var j = 0; j < row.Length; j++) margin += beta[j] * row[j];
        return margin;
    }

    /// <summary>Sums of hazards over rows, weighted by nothing, by the inputs, and by their products.</summary>
    private sealed class Sums(int inputs)
    {
        public double Plain { get; private set; }

        public double[] First { get; } = new double[inputs];

        public double[,] Second { get; } = new double[inputs, inputs];

        public void Add(double[] row, double hazard)
        {
            Plain += hazard;
            for (var j = 0; j < row.Length; j++)
            {
                First[j] += hazard * row[j];
                for (var k = 0; k <= j; k++) Second[j, k] += hazard * row[j] * row[k];
            }
        }
    }

    private sealed class Gathered(int inputs)
    {
        private readonly Vector<double> score = Vector<double>.Build.Dense(inputs);
        private readonly Matrix<double> information = Matrix<double>.Build.Dense(inputs, inputs);
        private double logLikelihood;

        public void Event(double[] row, double margin)
        {
            logLikelihood += margin;
            for (var j = 0; j < row.Length; j++) score[j] += row[j];
        }

        /// <param name="share">How much of those who die at this time is taken to be gone already.</param>
        public void AtRisk(Sums all, Sums deaths, double share)
        {
            var plain = all.Plain - (share * deaths.Plain);
            logLikelihood -= Math.Log(plain);
            for (var j = 0; j < score.Count; j++)
            {
                var mean = (all.First[j] - (share * deaths.First[j])) / plain;
                score[j] -= mean;
                for (var k = 0; k <= j; k++)
                {
                    var other = (all.First[k] - (share * deaths.First[k])) / plain;
                    var entry = ((all.Second[j, k] - (share * deaths.Second[j, k])) / plain) - (mean * other);
                    information[j, k] += entry;
                    if (k != j) information[k, j] += entry;
                }
            }
        }

        public LikelihoodPoint Result() => new(logLikelihood, score, information);
    }
}

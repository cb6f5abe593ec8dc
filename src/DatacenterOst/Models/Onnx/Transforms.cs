namespace DatacenterOst.Models.Onnx;

/// <summary>What the learners of ai.onnx.ml do to their raw scores (attribute post_transform).</summary>
internal enum PostTransform
{
    None,
    Logistic,
    Softmax,
    SoftmaxZero,
    Probit,
}

internal static class Transforms
{
    /// <summary>Scores nearer to nought than this are left out of SOFTMAX_ZERO (ONNX Runtime's bound; the definition says zero).</summary>
    private const double Nought = 1e-7;

    public static PostTransform Read(OperatorNode node) => node.Choice(
        "post_transform", PostTransform.None,
        ("NONE", PostTransform.None), ("LOGISTIC", PostTransform.Logistic), ("SOFTMAX", PostTransform.Softmax),
        ("SOFTMAX_ZERO", PostTransform.SoftmaxZero), ("PROBIT", PostTransform.Probit));

    // From the side where the exponential is small, so that neither tail loses digits or overflows.
    public static double Logistic(double x)
    {
        if (double.IsNaN(x)) return x;
        var small = Math.Exp(-Math.Abs(x));
        return x < 0 ? small / (1 + small) : 1 / (1 + small);
    }

    /// <summary>The quantile of the normal distribution, as ONNX Runtime approximates it (Winitzki's inverse error function).</summary>
    public static double Probit(double p)
    {
        var x = (2 * p) - 1;
        var sign = x < 0 ? -1 : 1;
        var log = Math.Log((1 - x) * (1 + x));
        var half = (2 / (3.14159 * 0.147)) + (0.5 * log);
        return 1.41421356 * sign * Math.Sqrt(-half + Math.Sqrt((half * half) - (log / 0.147)));
    }

    public static void Apply(PostTransform transform, Span<double> scores)
    {
        switch (transform)
        {
            case PostTransform.Logistic:
                foreach (ref var score in scores) score = Logistic(score);
                break;
            case PostTransform.Probit:
                foreach (ref var score in scores) score = Probit(score);
                break;
            case PostTransform.Softmax:
                Softmax(scores);
                break;
            case PostTransform.SoftmaxZero:
                SoftmaxZero(scores);
                break;
        }
    }

    public static void Softmax(Span<double> scores)
    {
        var most = double.NegativeInfinity;
        foreach (var score in scores) most = Math.Max(most, score);
        double sum = 0;
        foreach (ref var score in scores) sum += score = Math.Exp(score - most);
        foreach (ref var score in scores) score /= sum;
    }

    private static void SoftmaxZero(Span<double> scores)
    {
        var most = double.NegativeInfinity;
        foreach (var score in scores) most = Math.Max(most, score);
        double sum = 0;
        foreach (ref var score in scores)
        {
            if (Math.Abs(score) > Nought) sum += score = Math.Exp(score - most);
            else score *= Math.Exp(-most);
        }

        foreach (ref var score in scores) score /= sum;
    }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>How the elements of a value depend on the inputs of a row.</summary>
internal enum Dependence
{
    None,

    /// <summary>Each element on one input at most, in any way.</summary>
    One,

    /// <summary>Each element is a sum of functions of one input each.</summary>
    Sum,

    /// <summary>Shares of two classes whose log-odds are such a sum.</summary>
    Odds,

    /// <summary>In a way that is not followed here.</summary>
    Mixed,
}

/// <summary>
/// Follows through a graph whether the margin is a sum of functions of one input each. If so its Shapley values are exact and plain:
/// what each function gives beyond what it gives at the reference (Štrumbelj and Kononenko 2014, section 3).
/// </summary>
internal static class Additivity
{
    public static Dependence[] Of(GraphPlan plan, IReadOnlyList<Step> steps, IEnumerable<int> inputs)
    {
        var known = new Dependence[plan.Values];
        foreach (var input in inputs) known[input] = Dependence.One;
        foreach (var step in steps)
        {
            var from = step.Inputs.Select(input => input < 0 ? Dependence.None : known[input]).ToArray();
            for (var i = 0; i < step.Outputs.Length; i++) known[step.Outputs[i]] = Made(plan, step, from, i);
        }

        return known;
    }

    private static Dependence Made(GraphPlan plan, Step step, Dependence[] from, int output)
    {
        var open = from.Count(each => each != Dependence.None);
        var most = from.Max();
        var first = from[0];
        var name = step.Node.Operator;
        if (most == Dependence.Mixed) return Dependence.Mixed;
        switch (step.Operator.Mixing)
        {
            case Mixing.Places when name is "Concat" or "FeatureVectorizer":
                return most <= Dependence.Sum || open == 1 ? most : Dependence.Mixed;
            case Mixing.Places or Mixing.Shares when open == 1 && first != Dependence.None:
                return step.Operator.Mixing == Mixing.Places ? first : SharesOf(step, first);
            case Mixing.Each when open == 1 && (most == Dependence.One || name == "Cast"):
                return name == "Cast" && most != Dependence.One && !ToReal(step) ? Dependence.Mixed : most;
            case Mixing.Each when open == 1 && most == Dependence.Sum && name == "Sigmoid":
                return Dependence.Odds;
            case Mixing.Line when open == 1:
                return most == Dependence.One || name is "Identity" or "Dropout" ? most
                    : most == Dependence.Sum && first == Dependence.Sum ? most : ProductOf(name, most);
            case Mixing.Sum when most <= Dependence.Sum:
                return SumOf(name, from, open, most);
            case Mixing.Odds when most <= Dependence.Sum && output == 1:
                return OddsOf(step);
            case Mixing.Opaque when name == "Softmax" && most <= Dependence.Sum:
                return Dependence.Odds;
            default:
                return Dependence.Mixed;
        }
    }

    private static Dependence ProductOf(string name, Dependence most)
        => name == "Mul" && most == Dependence.Sum ? most : Dependence.Mixed;

    private static Dependence SharesOf(Step step, Dependence first)
        => first == Dependence.Odds && step.Node.Attributes.GetValueOrDefault("norm")?.Text == "L1" ? first : Dependence.Mixed;

    private static bool ToReal(Step step)
        => step.Node.Attributes.GetValueOrDefault("to")?.Integer is (long)ElementKind.Float32 or (long)ElementKind.Float64;

    private static Dependence SumOf(string name, Dependence[] from, int open, Dependence most) => name switch
    {
        "Add" or "Sub" or "Sum" or "Mean" => open == 1 ? most : Dependence.Sum,
        "MatMul" => open == 1 ? Dependence.Sum : Dependence.Mixed,
        "Gemm" => from[0] == Dependence.None || from[1] == Dependence.None ? Dependence.Sum : Dependence.Mixed,
        _ => open == 1 && from[0] != Dependence.None ? Dependence.Sum : Dependence.Mixed,
    };

    // The log-odds of two classes: the one score, or the difference of two mirrored ones, or of the two that SOFTMAX takes.
    private static Dependence OddsOf(Step step)
    {
        var attributes = step.Node.Attributes;
        var transform = attributes.GetValueOrDefault("post_transform")?.Text ?? "NONE";
        if (transform == "NONE") return Dependence.Sum;
        if (transform == "SOFTMAX") return Dependence.Odds;
        return transform == "LOGISTIC" && (Mirrored(attributes["coefficients"].Floats) || attributes.GetValueOrDefault("intercepts")?.Floats.Count == 1)
            ? Dependence.Odds : Dependence.Mixed;
    }

    private static bool Mirrored(List<float> weights)
    {
        var half = weights.Count / 2;
        return weights.Count % 2 == 0 && Enumerable.Range(0, half).All(i => weights[i] == -weights[half + i]);
    }
}

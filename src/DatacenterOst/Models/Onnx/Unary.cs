using MathNet.Numerics;

namespace DatacenterOst.Models.Onnx;

/// <summary>Operators that take each element by itself.</summary>
internal static class Unary
{
    public static IEnumerable<(string Name, Func<OperatorNode, Kernel> Build)> Known =>
    [
        ("Identity", _ => (given, made) => made[0].Copy(given[0]!)),
        ("Neg", Plain(x => -x)),
        ("Abs", Plain(Math.Abs)),
        ("Sign", Plain(x => double.IsNaN(x) ? x : Math.Sign(x))),
        ("Exp", Plain(Math.Exp)),
        ("Log", Plain(Math.Log)),
        ("Sqrt", Plain(Math.Sqrt)),
        ("Reciprocal", Plain(x => 1 / x)),
        ("Floor", Plain(Math.Floor)),
        ("Ceil", Plain(Math.Ceiling)),
        ("Round", Plain(x => Math.Round(x, MidpointRounding.ToEven))),
        ("Sigmoid", Plain(Transforms.Logistic)),
        ("Tanh", Plain(Math.Tanh)),
        ("Relu", Plain(x => x < 0 ? 0 : x)),
        ("Softplus", Plain(x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))))),
        ("Softsign", Plain(x => x / (1 + Math.Abs(x)))),
        ("Erf", Plain(x => double.IsNaN(x) ? x : SpecialFunctions.Erf(x))),
        ("LeakyRelu", WithAlpha(0.01, (x, alpha) => x < 0 ? alpha * x : x)),
        ("Elu", WithAlpha(1, (x, alpha) => x < 0 ? alpha * (Math.Exp(x) - 1) : x)),
        ("Selu", Selu),
        ("HardSigmoid", HardSigmoid),
        ("Not", Truth(x => x == 0)),
        ("IsNaN", Truth(double.IsNaN)),
        ("IsInf", IsInf),
    ];

    private static Func<OperatorNode, Kernel> Plain(Func<double, double> function)
        => _ => (given, made) => Map(given[0]!, made[0], given[0]!.Kind, function);

    private static Func<OperatorNode, Kernel> WithAlpha(double otherwise, Func<double, double, double> function) => node =>
    {
        var alpha = node.Float("alpha", otherwise);
        return (given, made) => Map(given[0]!, made[0], given[0]!.Kind, x => function(x, alpha));
    };

    private static Func<OperatorNode, Kernel> Truth(Func<double, bool> test)
        => _ => (given, made) => Map(given[0]!, made[0], ElementKind.Bool, x => test(x) ? 1 : 0);

    // The defaults of the operator's definition (ai.onnx Selu-6), which are those of the paper's theorem 1 in float.
    private static Kernel Selu(OperatorNode node)
    {
        var (alpha, gamma) = (node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f));
        return (given, made) => Map(given[0]!, made[0], given[0]!.Kind, x => gamma * (x > 0 ? x : alpha * (Math.Exp(x) - 1)));
    }

    private static Kernel HardSigmoid(OperatorNode node)
    {
        var (alpha, beta) = (node.Float("alpha", 0.2f), node.Float("beta", 0.5));
        return (given, made) => Map(given[0]!, made[0], given[0]!.Kind, x => Math.Max(0, Math.Min(1, (alpha * x) + beta)));
    }

    private static Kernel IsInf(OperatorNode node)
    {
        var (below, above) = (node.Flag("detect_negative", true), node.Flag("detect_positive", true));
        return (given, made) => Map(given[0]!, made[0], ElementKind.Bool,
            x => (below && double.IsNegativeInfinity(x)) || (above && double.IsPositiveInfinity(x)) ? 1 : 0);
    }

    private static void Map(Tensor from, Tensor to, ElementKind kind, Func<double, double> function)
    {
        if (from.IsText) throw new Unevaluable("texts where numbers are needed");
        to.Take(kind, from.Shape);
        var source = from.Numbers;
        var target = to.Numbers;
        for (var i = 0; i < source.Length; i++) target[i] = Element.As(kind, function(source[i]));
    }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>Operators on two or more tensors, element by element, with numpy's broadcasting (ONNX, "Broadcasting").</summary>
internal static class Binary
{
    public static IEnumerable<(string Name, Func<OperatorNode, Kernel> Build)> Known =>
    [
        ("Add", Same((a, b) => a + b)),
        ("Sub", Same((a, b) => a - b)),
        ("Mul", Same((a, b) => a * b)),
        ("Div", _ => (given, made) => Divide(given[0]!, given[1]!, made[0])),
        ("Pow", _ => (given, made) => Combine(given[0]!, given[1]!, made[0], given[0]!.Kind, Math.Pow, alike: false)),
        ("Mod", Modulo),
        ("PRelu", Same((a, b) => a < 0 ? a * b : a)),
        ("Equal", Compare((a, b) => a == b, string.Equals)),
        ("Less", Compare((a, b) => a < b)),
        ("LessOrEqual", Compare((a, b) => a <= b)),
        ("Greater", Compare((a, b) => a > b)),
        ("GreaterOrEqual", Compare((a, b) => a >= b)),
        ("And", Compare((a, b) => a != 0 && b != 0)),
        ("Or", Compare((a, b) => a != 0 || b != 0)),
        ("Xor", Compare((a, b) => (a != 0) != (b != 0))),
    ];

    public static IEnumerable<(string Name, Func<OperatorNode, Kernel> Build)> Several =>
    [
        ("Sum", Fold((a, b) => a + b, mean: false)),
        ("Mean", Fold((a, b) => a + b, mean: true)),
        ("Max", Fold((a, b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b), mean: false)),
        ("Min", Fold((a, b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Min(a, b), mean: false)),
    ];

    private static Func<OperatorNode, Kernel> Same(Func<double, double, double> function)
        => _ => (given, made) => Combine(given[0]!, given[1]!, made[0], given[0]!.Kind, function);

    private static Func<OperatorNode, Kernel> Compare(Func<double, double, bool> test, Func<string, string, bool>? ofTexts = null)
        => _ => (given, made) =>
        {
            var (a, b) = (given[0]!, given[1]!);
            if (a.IsText && b.IsText && ofTexts is not null) Combine(a, b, made[0], ofTexts);
            else Combine(a, b, made[0], ElementKind.Bool, (x, y) => test(x, y) ? 1 : 0);
        };

    // fmod = 0 is the remainder with the divisor's sign, as Python's %, and only for whole numbers.
    private static Kernel Modulo(OperatorNode node)
    {
        var asC = node.Flag("fmod", false);
        return (given, made) => Combine(given[0]!, given[1]!, made[0], given[0]!.Kind, (a, b) =>
        {
            if (b == 0 && Element.IsWhole(given[0]!.Kind) && !made[0].OnTrial) throw new Unevaluable("a division of a whole number by zero");
            return asC ? a % b : a - (Math.Floor(a / b) * b);
        });
    }

    private static void Divide(Tensor a, Tensor b, Tensor made)
    {
        if (Element.IsWhole(a.Kind) && b.Numbers.Contains(0) && !made.OnTrial) throw new Unevaluable("a division of a whole number by zero");
        Combine(a, b, made, a.Kind, (x, y) => x / y);
    }

    private static Func<OperatorNode, Kernel> Fold(Func<double, double, double> function, bool mean) => _ => (given, made) =>
    {
        var kind = given[0]!.Kind;
        if (kind == ElementKind.Text) throw new Unevaluable("texts where numbers are needed");
        Span<int> sizes = stackalloc int[OnnxLimits.Rank];
        given[0]!.Shape.CopyTo(sizes);
        var rank = given[0]!.Rank;
        for (var i = 1; i < given.Length; i++) rank = Broadcast.Of(sizes[..rank], given[i]!.Shape).Shape(sizes);
        made[0].Take(kind, sizes[..rank]);
        var shape = made[0].Shape;
        var target = made[0].Numbers;
        for (var i = 0; i < given.Length; i++)
        {
            if (given[i]!.Kind != kind) throw new Unevaluable($"{given[0]!.Describe()} with {given[i]!.Describe()}; all must be of one kind");
            var walk = Broadcast.Of(shape, given[i]!.Shape);
            var from = given[i]!.Numbers;
            for (var at = 0; at < target.Length; at++)
            {
                target[at] = i == 0 ? from[walk.Right] : Element.As(kind, function(target[at], from[walk.Right]));
                walk.Advance();
            }
        }

        if (!mean) return;
        foreach (ref var number in target) number = Element.As(kind, number / given.Length);
    };

    private static void Combine(Tensor a, Tensor b, Tensor made, ElementKind kind, Func<double, double, double> function, bool alike = true)
    {
        if (a.IsText || b.IsText) throw new Unevaluable("texts where numbers are needed");
        if (alike && a.Kind != b.Kind) throw new Unevaluable($"{a.Describe()} with {b.Describe()}; both must be of one kind");
        var walk = Broadcast.Of(a, b, made, kind);
        var left = a.Numbers;
        var right = b.Numbers;
        var target = made.Numbers;
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = Element.As(kind, function(left[walk.Left], right[walk.Right]));
            walk.Advance();
        }
    }

    private static void Combine(Tensor a, Tensor b, Tensor made, Func<string, string, bool> test)
    {
        var walk = Broadcast.Of(a, b, made, ElementKind.Bool);
        for (var i = 0; i < made.Count; i++)
        {
            made.Numbers[i] = test(a.Words[walk.Left], b.Words[walk.Right]) ? 1 : 0;
            walk.Advance();
        }
    }
}

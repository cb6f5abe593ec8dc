namespace DatacenterOst.Fhir.Paths;

/// <summary>Mathematics (FHIRPath N1, 5.7). What has no real result is empty.</summary>
internal static class MathFunctions
{
    public static IEnumerable<FunctionEntry> All { get; } =
    [
        new("abs", 0, 0, Abs),
        On("ceiling", static x => Arithmetic.Number(Math.Ceiling(x), true)),
        On("floor", static x => Arithmetic.Number(Math.Floor(x), true)),
        On("truncate", static x => Arithmetic.Number(decimal.Truncate(x), true)),
        On("sqrt", static x => Real(Math.Sqrt((double)x))),
        On("exp", static x => Real(Math.Exp((double)x))),
        On("ln", static x => Real(Math.Log((double)x))),
        new("log", 1, 1, Log), new("power", 1, 1, Power), new("round", 0, 1, Round),
    ];

    private static FunctionEntry On(string name, Func<decimal, PathValue> apply) => new(name, 0, 0, (Evaluation run, PathNode node, in Scope scope, int start) =>
        run.Return(start, Input(run, node, start) is { } value ? apply(value.Number) : default));

    private static PathValue? Input(Evaluation run, PathNode node, int start)
    {
        var value = run.Single(start, node).ToSystem();
        if (value.Kind == PathKind.None) return null;
        return value.IsNumber ? value : throw new FhirPathException($"{node.Name}() works on a number, not on a {Operators.Name(value)}", node.Position);
    }

    private static decimal? Argument(Evaluation run, PathNode node, in Scope scope)
    {
        var value = run.Value(node.Arguments[0], scope);
        if (value.Kind == PathKind.None) return null;
        return value.IsNumber ? value.Number : throw new FhirPathException($"{node.Name}() takes a number", node.Position);
    }

    // Fifteen digits are what a double holds; more would be noise in comparisons.
    private static PathValue Real(double value) =>
        !double.IsFinite(value) || Math.Abs(value) > 7e27 ? default : PathValue.Of((decimal)value);

    private static void Abs(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var value = run.Single(start, node).ToSystem();
        run.Return(start, value.Kind switch
        {
            PathKind.Integer => Arithmetic.Number(Math.Abs(value.Number), true),
            PathKind.Decimal => PathValue.Of(Math.Abs(value.Number)),
            PathKind.Quantity => PathValue.Of(value.Quantity with { Value = Math.Abs(value.Quantity.Value) }),
            PathKind.None => default,
            _ => throw new FhirPathException($"abs() works on a number, not on a {Operators.Name(value)}", node.Position),
        });
    }

    private static void Log(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var value = Input(run, node, start);
        var radix = Argument(run, node, scope);
        run.Return(start, value is null || radix is null ? default : Real(Math.Log((double)value.Value.Number, (double)radix)));
    }

    private static void Power(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var value = Input(run, node, start);
        var exponent = Argument(run, node, scope);
        if (value is not { } known || exponent is not { } power) { run.Drop(start); return; }
        var result = Real(Math.Pow((double)known.Number, (double)power));
        var isInteger = known.Kind == PathKind.Integer && power >= 0 && power == decimal.Truncate(power);
        run.Return(start, result.Kind == PathKind.None ? default : Arithmetic.Number(result.Number, isInteger));
    }

    private static void Round(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var value = Input(run, node, start);
        var digits = node.Arguments.Length == 1 ? run.Integer(node.Arguments[0], scope) ?? 0 : 0;
        if (digits is < 0 or > 28) throw new FhirPathException("round() takes 0 to 28 decimals", node.Position);
        if (value is not { } known) { run.Drop(start); return; }
        var rounded = Math.Round(known.Number, digits, MidpointRounding.AwayFromZero);
        run.Return(start, node.Arguments.Length == 0 ? Arithmetic.Number(rounded, true) : PathValue.Of(rounded));
    }
}

using System.Globalization;

namespace DatacenterOst.Models.Onnx;

/// <summary>Cast between kinds, texts included, and Clip.</summary>
internal static class Casting
{
    public static Kernel Cast(OperatorNode node)
    {
        var to = (ElementKind)node.Integer("to", 0);
        if (!Enum.IsDefined(to)) throw node.Refuse($"casts to element type {(long)to}, which is not supported");
        _ = node.Integer("saturate", 1); // Only for eight-bit floats, which are refused.
        return (given, made) =>
        {
            var from = given[0]!;
            made[0].Take(to, from.Shape);
            if (from.IsText && to == ElementKind.Text) from.Words.CopyTo(made[0].Words);
            else if (from.IsText) Parse(from.Words, made[0]);
            else if (to == ElementKind.Text) Write(from, made[0].Words);
            else Convert(from.Numbers, made[0]);
        };
    }

    /// <summary>The text that a number becomes where a model takes it as a word: 1, not 1.0; the shortest that reads back.</summary>
    public static string Word(ElementKind kind, double number)
        => double.IsNaN(number) ? "NaN"
            : kind == ElementKind.Bool ? (number != 0 ? "True" : "False")
            : kind == ElementKind.Float32 ? ((float)number).ToString("R", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);

    public static Kernel Clip(OperatorNode node)
    {
        // Until opset 10 the bounds are attributes, from 11 inputs.
        var byInput = node.Opset >= 11;
        var least = byInput ? double.NegativeInfinity : node.Float("min", double.NegativeInfinity);
        var most = byInput ? double.PositiveInfinity : node.Float("max", double.PositiveInfinity);
        if (!byInput && node.Inputs > 1) throw node.Refuse($"has bounds as inputs; at opset {node.Opset} they are attributes");
        return (given, made) =>
        {
            var low = Bound(given, 1) ?? least;
            var high = Bound(given, 2) ?? most;
            made[0].Copy(given[0]!);
            foreach (ref var number in made[0].Numbers) number = double.IsNaN(number) ? number : Math.Min(Math.Max(number, low), high);
        };
    }

    private static double? Bound(Tensor?[] given, int at)
    {
        if (at >= given.Length || given[at] is not { } bound) return null;
        return bound.Count == 1 && !bound.IsText ? bound.Numbers[0] : throw new Unevaluable($"a bound of {bound.Describe()}; one number is needed");
    }

    private static void Convert(ReadOnlySpan<double> from, Tensor to)
    {
        var target = to.Numbers;
        for (var i = 0; i < from.Length; i++) target[i] = Element.As(to.Kind, from[i]);
    }

    private static void Parse(ReadOnlySpan<string> words, Tensor to)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var number = words[i] is "True" or "true" ? 1 : words[i] is "False" or "false" ? 0
                : double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var read) ? read
                : to.OnTrial ? 0
                : throw new Unevaluable("a text that is not a number");
            to.Numbers[i] = Element.As(to.Kind, number);
        }
    }

    private static void Write(Tensor from, Span<string> words)
    {
        for (var i = 0; i < words.Length; i++) words[i] = Word(from.Kind, from.Numbers[i]);
    }
}

namespace DatacenterOst.Models.Onnx;

/// <summary>Softmax and its logarithm, along one axis (opset 13) or over all that follow an axis (before).</summary>
internal static class Softmaxes
{
    public enum Kind
    {
        Share,
        Logarithm,
    }

    public static Kernel Build(OperatorNode node, Kind kind)
    {
        var alongOne = node.Opset >= 13;
        var axis = node.Integer("axis", alongOne ? -1 : 1);
        return (given, made) =>
        {
            var from = given[0]!;
            if (from.IsText) throw new Unevaluable("texts where numbers are needed");
            made[0].Copy(from);
            if (from.Count == 0) return;
            var at = axis == from.Rank && !alongOne ? from.Rank : OperatorNode.Axis(axis, from.Rank);
            var (length, inner) = (1, 1);
            for (var i = at; i < from.Rank; i++)
            {
                if (!alongOne || i == at) length *= from.Shape[i];
                else inner *= from.Shape[i];
            }

            for (var start = 0; start < from.Count; start += length * inner)
                for (var offset = 0; offset < inner; offset++)
                    Line(made[0].Numbers[(start + offset)..], length, inner, kind, from.Kind);
        };
    }

    private static void Line(Span<double> numbers, int length, int step, Kind kind, ElementKind element)
    {
        var most = double.NegativeInfinity;
        for (var i = 0; i < length; i++) most = Math.Max(most, numbers[i * step]);
        double sum = 0;
        for (var i = 0; i < length; i++) sum += Math.Exp(numbers[i * step] - most);
        for (var i = 0; i < length; i++)
        {
            var above = numbers[i * step] - most;
            numbers[i * step] = Element.As(element, kind == Kind.Share ? Math.Exp(above) / sum : above - Math.Log(sum));
        }
    }
}

namespace DatacenterOst.Fhir.Paths;

/// <summary>+ − * / div mod on numbers, texts, quantities and dates (FHIRPath N1, 6.6).</summary>
internal static class Arithmetic
{
    public static PathValue Compute(PathNode node, in PathValue a, in PathValue b)
    {
        try
        {
            if (a.IsNumber && b.IsNumber) return Numbers(node.Op, a, b);
            if (a.Kind == PathKind.String && b.Kind == PathKind.String && node.Op == PathOp.Add) return PathValue.Of(a.Text + b.Text);
            if (a.IsTemporal && b.Kind == PathKind.Quantity && node.Op is PathOp.Add or PathOp.Subtract) return Move(node, a.Temporal, b.Quantity);
            if (Equality.AsQuantity(a) is { } left && Equality.AsQuantity(b) is { } right) return Quantities(node.Op, left, right);
        }
        catch (OverflowException)
        {
            return default;
        }
        throw new FhirPathException($"This operation does not work on a {Operators.Name(a)} and a {Operators.Name(b)}", node.Position);
    }

    private static PathValue Numbers(PathOp op, in PathValue a, in PathValue b)
    {
        var isInteger = a.Kind == PathKind.Integer && b.Kind == PathKind.Integer;
        if (op is PathOp.Divide or PathOp.Div or PathOp.Mod && b.Number == 0) return default;
        return op switch
        {
            PathOp.Add => Number(a.Number + b.Number, isInteger),
            PathOp.Subtract => Number(a.Number - b.Number, isInteger),
            PathOp.Multiply => Number(a.Number * b.Number, isInteger),
            PathOp.Divide => PathValue.Of(a.Number / b.Number),
            PathOp.Div => Number(decimal.Truncate(a.Number / b.Number), true),
            _ => Number(a.Number % b.Number, isInteger),
        };
    }

    // A result beyond an integer is empty, as an overflow of a decimal is (FHIRPath N1, 6.6).
    public static PathValue Number(decimal value, bool isInteger) =>
        !isInteger ? PathValue.Of(value) : value is >= int.MinValue and <= int.MaxValue ? PathValue.Of((int)value) : default;

    private static PathValue Quantities(PathOp op, PathQuantity a, PathQuantity b)
    {
        if (op is PathOp.Multiply) return PathValue.Of(a.Times(b));
        if (op is PathOp.Divide) return b.Value == 0 ? default : PathValue.Of(a.Over(b));
        if (op is not (PathOp.Add or PathOp.Subtract) || b.ValueIn(a) is not { } other) return default;
        return PathValue.Of(a with { Value = op == PathOp.Add ? a.Value + other : a.Value - other });
    }

    private static PathValue Move(PathNode node, Temporal date, PathQuantity amount)
    {
        if (amount.DurationWord is not { } word)
            throw new FhirPathException($"'{amount.Unit}' cannot be added to a date; use a calendar word such as 'months' or 'years'", node.Position);
        return PathValue.Of(date.Add(node.Op == PathOp.Add ? amount.Value : -amount.Value, word, node.Position));
    }
}

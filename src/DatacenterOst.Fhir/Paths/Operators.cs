namespace DatacenterOst.Fhir.Paths;

/// <summary>The operators on two collections: arithmetic, comparison, equality and membership (FHIRPath N1, 6).</summary>
internal static class Operators
{
    public static void Run(Evaluation run, PathNode node, in Scope scope)
    {
        var start = run.Top;
        run.Run(node.Arguments[0], scope);
        var middle = run.Top;
        run.Run(node.Arguments[1], scope);
        var left = run.From(start)[..(middle - start)];
        var right = run.From(middle);
        switch (node.Op)
        {
            case PathOp.Union:
                CollectionFunctions.MakeDistinct(run, start);
                return;
            case PathOp.Equal:
                Return(run, start, Equality.Equal(left, right));
                return;
            case PathOp.NotEqual:
                Return(run, start, !Equality.Equal(left, right));
                return;
            case PathOp.Equivalent:
                Return(run, start, Equality.Equivalent(left, right));
                return;
            case PathOp.NotEquivalent:
                Return(run, start, !Equality.Equivalent(left, right));
                return;
            case PathOp.In:
                Return(run, start, Contains(right, left, node));
                return;
            case PathOp.Contains:
                Return(run, start, Contains(left, right, node));
                return;
        }
        var (a, b) = (One(left, node), One(right, node));
        if (node.Op == PathOp.Concatenate) run.Return(start, PathValue.Of(Text(a, node) + Text(b, node)));
        else if (a.Kind == PathKind.None || b.Kind == PathKind.None) run.Drop(start);
        else if (node.Op is PathOp.Greater or PathOp.Less or PathOp.GreaterOrEqual or PathOp.LessOrEqual) Return(run, start, Ordered(node, Compare(a, b, node)));
        else run.Return(start, Arithmetic.Compute(node, a, b));
    }

    private static void Return(Evaluation run, int start, bool? value)
    {
        if (value is { } known) run.Return(start, PathValue.Of(known));
        else run.Drop(start);
    }

    private static PathValue One(ReadOnlySpan<PathValue> values, PathNode node) => values.Length switch
    {
        0 => default,
        1 => values[0].ToSystem(),
        _ => throw new FhirPathException($"The operator takes one value on each side, not {values.Length}; use first() or where()", node.Position),
    };

    private static string Text(in PathValue value, PathNode node) => value.Kind switch
    {
        PathKind.None => "",
        PathKind.String => value.Text,
        _ => throw new FhirPathException($"'&' joins texts, not a {value.Kind}; use toString()", node.Position),
    };

    private static bool? Contains(ReadOnlySpan<PathValue> collection, ReadOnlySpan<PathValue> item, PathNode node)
    {
        if (item.IsEmpty) return null;
        if (item.Length > 1) throw new FhirPathException("'in' and 'contains' look for one value", node.Position);
        foreach (ref readonly var value in collection)
            if (Equality.Equal(value, item[0]) == true) return true;
        return false;
    }

    private static bool? Ordered(PathNode node, int? order) => order is not { } known ? null : node.Op switch
    {
        PathOp.Greater => known > 0,
        PathOp.Less => known < 0,
        PathOp.GreaterOrEqual => known >= 0,
        _ => known <= 0,
    };

    /// <summary>The order of two values; null where they cannot be ordered, an error where their types do not compare.</summary>
    public static int? Compare(in PathValue a, in PathValue b, PathNode node)
    {
        if (a.IsNumber && b.IsNumber) return a.Number.CompareTo(b.Number);
        if (a.Kind == PathKind.String && b.Kind == PathKind.String) return string.CompareOrdinal(a.Text, b.Text);
        if (a.IsTemporal && b.IsTemporal && a.Kind == PathKind.Time == (b.Kind == PathKind.Time)) return Temporal.Compare(a.Temporal, b.Temporal);
        if (Equality.AsQuantity(a) is { } left && Equality.AsQuantity(b) is { } right) return left.ValueIn(right) is { } value ? value.CompareTo(right.Value) : null;
        throw new FhirPathException($"A {Name(a)} cannot be compared with a {Name(b)}", node.Position);
    }

    public static string Name(in PathValue value) => value.Kind == PathKind.Element ? value.Element.TypeName : value.Kind.ToString();
}

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
        if (node.Op == PathOp.Union)
        {
            CollectionFunctions.MakeDistinct(run, start);
            return;
        }
        var (a, b) = (One(run.From(start)[..(middle - start)], node), One(run.From(middle), node));
        if (a.Kind == PathKind.None || b.Kind == PathKind.None) run.Drop(start);
        else run.Return(start, Arithmetic.Compute(node, a, b));
    }

    /// <summary>What a comparison says; null where it is empty.</summary>
    public static bool? Decide(Evaluation run, PathNode node, in Scope scope)
    {
        var start = run.Top;
        run.Run(node.Arguments[0], scope);
        var middle = run.Top;
        // Most comparisons are with a constant, which need not go over the stack.
        var isConstant = node.Arguments[1].Op == PathOp.Constant;
        if (!isConstant) run.Run(node.Arguments[1], scope);
        var left = run.From(start)[..(middle - start)];
        var right = isConstant ? new ReadOnlySpan<PathValue>(in node.Arguments[1].Constant) : run.From(middle);
        run.Drop(start);
        switch (node.Op)
        {
            case PathOp.Equal: return Equality.Equal(left, right);
            case PathOp.NotEqual: return !Equality.Equal(left, right);
            case PathOp.Equivalent: return Equality.Equivalent(left, right);
            case PathOp.NotEquivalent: return !Equality.Equivalent(left, right);
            case PathOp.In: return Contains(right, left, node);
            case PathOp.Contains: return Contains(left, right, node);
        }
        var (a, b) = (One(left, node), One(right, node));
        return a.Kind == PathKind.None || b.Kind == PathKind.None ? null : Ordered(node, Compare(a, b, node));
    }

    private static PathValue One(ReadOnlySpan<PathValue> values, PathNode node) => values.Length switch
    {
        0 => default,
        1 => values[0].ToSystem(),
        _ => throw new FhirPathException($"The operator takes one value on each side, not {values.Length}; use first() or where()", node.Position),
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

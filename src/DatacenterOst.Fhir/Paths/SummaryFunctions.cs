namespace DatacenterOst.Fhir.Paths;

/// <summary>sum, avg, min and max (FHIRPath 2.1, 7): of numbers, quantities, and for min and max of texts and dates. Of nothing they are empty.</summary>
internal static class SummaryFunctions
{
    public static IEnumerable<FunctionEntry> All { get; } =
    [
        new("sum", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, Sum(r, n, b))),
        new("avg", 0, 0, Average),
        new("min", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, Edge(r, n, b, -1))),
        new("max", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, Edge(r, n, b, 1))),
    ];

    private static readonly PathNode Add = new() { Op = PathOp.Add, Position = 0 };
    private static readonly PathNode Divide = new() { Op = PathOp.Divide, Position = 0 };

    private static PathValue Sum(Evaluation run, PathNode node, int start)
    {
        var total = default(PathValue);
        foreach (ref readonly var value in run.From(start))
        {
            var next = value.ToSystem();
            if (next.Kind == PathKind.None) continue;
            if (!next.IsNumber && next.Kind != PathKind.Quantity) throw new FhirPathException($"{node.Name}() works on numbers and quantities, not on a {Operators.Name(next)}", node.Position);
            if (total.Kind == PathKind.None) total = next;
            // Units that do not add up, and numbers beyond a decimal, give nothing.
            else if ((total = Arithmetic.Compute(Add, total, next)).Kind == PathKind.None) return default;
        }
        return total;
    }

    private static void Average(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var count = 0;
        foreach (ref readonly var value in run.From(start))
            if (value.ToSystem().Kind != PathKind.None) count++;
        var sum = Sum(run, node, start);
        run.Return(start, sum.Kind == PathKind.None ? default : Arithmetic.Compute(Divide, sum, PathValue.Of(count)));
    }

    private static PathValue Edge(Evaluation run, PathNode node, int start, int sign)
    {
        var edge = default(PathValue);
        foreach (ref readonly var value in run.From(start))
        {
            var next = value.ToSystem();
            if (next.Kind == PathKind.None) continue;
            if (edge.Kind == PathKind.None) edge = next;
            else if (Operators.Compare(next, edge, node) is not { } order) return default;
            else if (order * sign > 0) edge = next;
        }
        return edge;
    }
}

namespace DatacenterOst.Fhir.Paths;

/// <summary>Functions that evaluate an expression for each value: where, select, all, repeat, aggregate, sort, iif (FHIRPath N1, 5.2, 7).</summary>
internal static class FilterFunctions
{
    public static IEnumerable<FunctionEntry> All { get; } =
    [
        new("where", 1, 1, Where), new("select", 1, 1, Select), new("exists", 0, 1, null, Exists), new("all", 1, 1, null, AllMatch),
        new("repeat", 1, 1, Repeat), new("aggregate", 1, 2, Aggregate), new("iif", 2, 3, Iif), new("sort", 0, 16, Sort), new("trace", 1, 2, Trace),
    ];

    private static void Where(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var count = run.Top - start;
        var kept = start;
        for (var i = 0; i < count; i++)
        {
            var value = run[start + i];
            if (run.Condition(node.Arguments[0], new Scope(value, i, scope.Total)) != true) continue;
            run.From(start)[kept - start] = value;
            kept++;
        }
        run.Drop(kept);
    }

    private static void Select(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var end = run.Top;
        for (var i = start; i < end; i++) run.Run(node.Arguments[0], new Scope(run[i], i - start, scope.Total));
        run.Remove(start, end);
    }

    private static bool? Exists(Evaluation run, PathNode node, in Scope scope, int start)
    {
        if (node.Arguments.Length == 1) Where(run, node, scope, start);
        return run.Top > start;
    }

    private static bool? AllMatch(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var all = true;
        for (var i = start; all && i < run.Top; i++) all = run.Condition(node.Arguments[0], new Scope(run[i], i - start, scope.Total)) == true;
        return all;
    }

    private static void Repeat(Evaluation run, PathNode node, in Scope scope, int start)
    {
        // The stack is both the list of results and of what is still to be expanded; what is already there is not added again.
        var input = run.Top;
        for (var i = start; i < run.Top; i++)
        {
            var before = run.Top;
            run.Run(node.Arguments[0], new Scope(run[i], i - start, scope.Total));
            var fresh = before;
            for (var j = before; j < run.Top; j++)
            {
                run.Step(node.Position);
                if (!Seen(run, input, fresh, run[j])) run.From(start)[fresh++ - start] = run[j];
            }
            run.Drop(fresh);
        }
        run.Remove(start, input);
    }

    private static bool Seen(Evaluation run, int from, int to, in PathValue value)
    {
        for (var i = from; i < to; i++)
        {
            var other = run[i];
            // Elements are told apart by place, so that equal items of different groups both count.
            if (value.Kind == PathKind.Element ? other.Kind == PathKind.Element && other.Index == value.Index && ReferenceEquals(other.Reference, value.Reference) : Equality.Equal(other, value) == true) return true;
        }
        return false;
    }

    private static void Aggregate(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var total = node.Arguments.Length == 2 ? run.Collection(node.Arguments[1], scope) : [];
        for (var i = start; i < run.Top; i++) total = run.Collection(node.Arguments[0], new Scope(run[i], i - start, total));
        run.Drop(start);
        foreach (var value in total) run.Push(value);
    }

    private static void Iif(Evaluation run, PathNode node, in Scope scope, int start)
    {
        // iif() may stand alone or after one value, which is then $this.
        var input = run.Single(start, node);
        var inner = node.Target is null || input.Kind == PathKind.None ? scope : new Scope(input, 0, scope.Total);
        var chosen = run.Condition(node.Arguments[0], inner) == true ? node.Arguments[1] : node.Arguments.Length == 3 ? node.Arguments[2] : null;
        run.Drop(start);
        if (chosen is not null) run.Run(chosen, inner);
    }

    private static void Sort(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var values = run.From(start).ToArray();
        var keys = new PathValue[values.Length][];
        for (var i = 0; i < values.Length; i++)
        {
            var inner = new Scope(values[i], i, scope.Total);
            keys[i] = node.Arguments.Length == 0 ? [values[i].ToSystem()] : new PathValue[node.Arguments.Length];
            // A minus before a key turns the order round, for texts as well.
            for (var k = 0; k < node.Arguments.Length; k++) keys[i][k] = run.Value(Descends(node.Arguments[k]) ? node.Arguments[k].Arguments[0] : node.Arguments[k], inner);
        }
        var order = Enumerable.Range(0, values.Length).ToArray();
        var sorted = order.Order(Comparer<int>.Create((a, b) => CompareKeys(node, keys[a], keys[b]) is var by && by != 0 ? by : a.CompareTo(b)));
        var place = 0;
        var sortedValues = sorted.Select(i => values[i]).ToArray();
        foreach (var value in sortedValues) run.From(start)[place++] = value;
    }

    private static bool Descends(PathNode key) => key.Op == PathOp.Minus;

    private static int CompareKeys(PathNode node, PathValue[] a, PathValue[] b)
    {
        for (var k = 0; k < a.Length; k++)
        {
            // What has no key comes last, or first where the order is turned round.
            var by = a[k].Kind == PathKind.None || b[k].Kind == PathKind.None
                ? (a[k].Kind == PathKind.None).CompareTo(b[k].Kind == PathKind.None)
                : Operators.Compare(a[k], b[k], node) ?? 0;
            if (by != 0) return k < node.Arguments.Length && Descends(node.Arguments[k]) ? -by : by;
        }
        return 0;
    }

    private static void Trace(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var name = run.Text(node.Arguments[0], scope) ?? "";
        if (run.Environment.Trace is not { } trace) return;
        if (node.Arguments.Length == 1)
        {
            trace(name, run.From(start).ToArray());
            return;
        }
        var end = run.Top;
        for (var i = start; i < end; i++) run.Run(node.Arguments[1], new Scope(run[i], i - start, scope.Total));
        trace(name, run.From(end).ToArray());
        run.Drop(end);
    }
}

namespace DatacenterOst.Fhir.Paths;

/// <summary>Existence, subsetting and combining (FHIRPath N1, 5.1, 5.3, 5.4).</summary>
internal static class CollectionFunctions
{
    public static IEnumerable<FunctionEntry> All { get; } =
    [
        new("empty", 0, 0, null, static (Evaluation r, PathNode n, in Scope s, int b) => r.Top == b),
        new("count", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(r.Top - b))),
        new("not", 0, 0, null, Not),
        new("allTrue", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(AllAre(r, n, b, true)))),
        new("allFalse", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(AllAre(r, n, b, false)))),
        new("anyTrue", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(AnyIs(r, n, b, true)))),
        new("anyFalse", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(AnyIs(r, n, b, false)))),
        new("first", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => Slice(r, b, 0, 1)),
        new("last", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => Slice(r, b, r.Top - b - 1, 1)),
        new("tail", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => Slice(r, b, 1, int.MaxValue)),
        new("skip", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Slice(r, b, r.Integer(n.Arguments[0], s) ?? 0, int.MaxValue)),
        new("take", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Slice(r, b, 0, Math.Max(0, r.Integer(n.Arguments[0], s) ?? 0))),
        new("single", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => r.Single(b, n)),
        new("distinct", 0, 0, static (Evaluation r, PathNode n, in Scope s, int b) => MakeDistinct(r, b)),
        new("isDistinct", 0, 0, IsDistinct),
        new("union", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => { r.Run(n.Arguments[0], s); MakeDistinct(r, b); }),
        new("combine", 1, 2, static (Evaluation r, PathNode n, in Scope s, int b) => r.Run(n.Arguments[0], s)),
        new("intersect", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => { Keep(r, n, s, b, true); MakeDistinct(r, b); }),
        new("exclude", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Keep(r, n, s, b, false)),
        new("subsetOf", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(IsSubset(r.From(b).ToArray(), r.Collection(n.Arguments[0], s))))),
        new("supersetOf", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => r.Return(b, PathValue.Of(IsSubset(r.Collection(n.Arguments[0], s), r.From(b).ToArray())))),
    ];

    private static bool? Not(Evaluation run, PathNode node, in Scope scope, int start)
    {
        if (run.Top == start) return null;
        var value = run.Single(start, node).ToSystem();
        return value.Kind == PathKind.Boolean && !value.IsTrue;
    }

    private static bool AllAre(Evaluation run, PathNode node, int start, bool wanted)
    {
        foreach (ref readonly var value in run.From(start))
            if (Boolean(value, node) != wanted) return false;
        return true;
    }

    private static bool AnyIs(Evaluation run, PathNode node, int start, bool wanted)
    {
        foreach (ref readonly var value in run.From(start))
            if (Boolean(value, node) == wanted) return true;
        return false;
    }

    private static bool Boolean(in PathValue value, PathNode node) =>
        value.AsBoolean() ?? throw new FhirPathException($"{node.Name}() works on booleans, not on a {Operators.Name(value)}", node.Position);

    private static void Slice(Evaluation run, int start, int skip, int take)
    {
        var count = run.Top - start;
        skip = Math.Clamp(skip, 0, count);
        take = Math.Min(take, count - skip);
        run.Drop(start + skip + take);
        run.Remove(start, start + skip);
    }

    private static void IsDistinct(Evaluation run, PathNode node, in Scope scope, int start)
    {
        var count = run.Top - start;
        MakeDistinct(run, start);
        run.Return(start, PathValue.Of(run.Top - start == count));
    }

    /// <summary>Keeps the first of equal values, in order.</summary>
    public static void MakeDistinct(Evaluation run, int start)
    {
        var values = run.From(start);
        if (values.Length < 2) return;
        var kept = 0;
        // Small collections are compared one with another; larger ones by hash, so that many values stay linear.
        var buckets = values.Length > 12 ? new Dictionary<int, List<int>>() : null;
        for (var i = 0; i < values.Length; i++)
        {
            if (buckets is null ? Among(values[..kept], values[i]) : Among(values, buckets, values[i], kept)) continue;
            values[kept++] = values[i];
        }
        run.Drop(start + kept);
    }

    private static bool Among(ReadOnlySpan<PathValue> values, in PathValue value)
    {
        foreach (ref readonly var other in values)
            if (Equality.Equal(other, value) == true) return true;
        return false;
    }

    private static bool Among(ReadOnlySpan<PathValue> values, Dictionary<int, List<int>> buckets, in PathValue value, int place)
    {
        var hash = Equality.Hash(value);
        if (!buckets.TryGetValue(hash, out var bucket)) buckets[hash] = bucket = [];
        foreach (var index in bucket)
            if (Equality.Equal(values[index], value) == true) return true;
        bucket.Add(place);
        return false;
    }

    private static void Keep(Evaluation run, PathNode node, in Scope scope, int start, bool present)
    {
        var others = run.Collection(node.Arguments[0], scope);
        var values = run.From(start);
        var kept = 0;
        for (var i = 0; i < values.Length; i++)
            if (Among(others, values[i]) == present) values[kept++] = values[i];
        run.Drop(start + kept);
    }

    private static bool IsSubset(PathValue[] small, PathValue[] large)
    {
        foreach (ref readonly var value in small.AsSpan())
            if (!Among(large, value)) return false;
        return true;
    }
}

namespace DatacenterOst.Fhir.Paths;

/// <summary>is, as, ofType and type (FHIRPath N1, 6.3).</summary>
internal static class TypeFunctions
{
    public static IEnumerable<FunctionEntry> All { get; } =
    [
        new("is", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Test(r, n, b, true)),
        new("as", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Test(r, n, b, false)),
        new("ofType", 1, 1, static (Evaluation r, PathNode n, in Scope s, int b) => Test(r, n, b, false)),
        new("type", 0, 0, TypeOf),
    ];

    /// <summary>
    /// is asks for one value; as keeps the values of the type. The standard wants an error from as() on several values, but R4's own
    /// invariants (dom-3) and search parameters use it on several, so that it filters as ofType does.
    /// </summary>
    public static void Test(Evaluation run, PathNode node, int start, bool isTest)
    {
        var type = node.Type!;
        if (!type.IsKnown) throw new FhirPathException($"There is no type '{type.Name}'", node.Position);
        if (isTest)
        {
            if (run.Top > start) run.Return(start, PathValue.Of(type.Matches(run.Single(start, node))));
            return;
        }
        var values = run.From(start);
        var kept = 0;
        for (var i = 0; i < values.Length; i++)
            if (type.Selects(values[i])) values[kept++] = values[i];
        run.Drop(start + kept);
    }

    private static void TypeOf(Evaluation run, PathNode node, in Scope scope, int start)
    {
        foreach (ref var value in run.From(start))
            value = PathValue.OfType(value.Kind == PathKind.Element ? "FHIR." + value.Element.TypeName : "System." + value.Kind);
    }
}

using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>Follows the types of an expression from a starting type and finds elements that cannot exist. What it does not know it lets pass.</summary>
internal static class PathTypes
{
    private static readonly string[] Keeping = ["where", "first", "last", "tail", "skip", "take", "single", "distinct", "trace", "exclude", "intersect", "sort"];
    private static readonly string[] NeedOrder = ["first", "last", "tail", "skip", "take"];

    public static void Check(PathNode root, string typeName) =>
        Infer(root, [Structures.Current.Type(typeName) ?? throw new ArgumentException($"There is no type {typeName} in FHIR R4", nameof(typeName))]);

    /// <summary>Null where every branch begins with a type that this is not.</summary>
    public static PathNode? Prune(PathNode node, TypeDefinition type)
    {
        if (node.Op != PathOp.Union) return BeginsElsewhere(node, type) ? null : node;
        var (left, right) = (Prune(node.Arguments[0], type), Prune(node.Arguments[1], type));
        if (left is null || right is null) return left ?? right;
        return new PathNode { Op = PathOp.Union, Position = node.Position, Arguments = [left, right] };
    }

    private static bool BeginsElsewhere(PathNode node, TypeDefinition type)
    {
        while (node.Target is not null) node = node.Target;
        return node.Op == PathOp.Member && Structures.Current.Type(node.Name) is { IsResource: true } first && !type.Is(first);
    }

    /// <summary>The types a node's values may have; null where they are not known.</summary>
    private static TypeDefinition[]? Infer(PathNode node, TypeDefinition[]? focus)
    {
        switch (node.Op)
        {
            case PathOp.This: return focus;
            case PathOp.Member: return Member(node, focus);
            case PathOp.Indexer:
                Infer(node.Arguments[0], focus);
                return Infer(node.Target!, focus);
            case PathOp.Function: return Function(node, focus);
            case PathOp.As or PathOp.Is:
                Infer(node.Target!, focus);
                return node.Op == PathOp.As && node.Type!.Fhir is { } type ? [type] : null;
            case PathOp.Union:
                var (left, right) = (Infer(node.Arguments[0], focus), Infer(node.Arguments[1], focus));
                return left is null || right is null ? null : [.. left, .. right];
            default:
                foreach (var argument in node.Arguments) Infer(argument, focus);
                return null;
        }
    }

    private static TypeDefinition[]? Member(PathNode node, TypeDefinition[]? focus)
    {
        if (node.Target is null && char.IsAsciiLetterUpper(node.Name[0]) && Structures.Current.Type(node.Name) is { } named)
        {
            if (focus is not null && !focus.Any(f => f.Is(named))) throw new FhirPathException($"The expression begins with {node.Name}, but is applied to {focus[0].Name}", node.Position);
            return focus;
        }
        var types = node.Target is null ? focus : Infer(node.Target, focus);
        if (types is null || types.Any(t => t.IsAbstract)) return null;
        var found = types.Select(t => t.Element(node.Name)).OfType<ElementDefinition>().ToList();
        if (found.Count == 0) throw new FhirPathException($"{types[0].Name} has no element '{node.Name}'", node.Position);
        return [.. found.SelectMany(e => e.Types.Select(t => t.Type))];
    }

    private static TypeDefinition[]? Function(PathNode node, TypeDefinition[]? focus)
    {
        if (NeedOrder.Contains(node.Name) && node.Target is { Op: PathOp.Function, Name: "children" or "descendants" })
            throw new FhirPathException($"{node.Name}() needs an order, but {node.Target.Name}() has none", node.Position);
        var types = node.Target is null ? focus : Infer(node.Target, focus);
        if (node.Type is not null) return node.Name != "is" && node.Type.Fhir is { } type ? [type] : null;
        foreach (var argument in node.Arguments) Infer(argument, node.Name is "where" or "all" or "exists" or "select" ? types : null);
        return Keeping.Contains(node.Name) ? types : null;
    }
}

using System.Collections.Frozen;

namespace DatacenterOst.Fhir.Paths;

/// <summary>A function: its collection lies on the stack from start; it replaces that with its result.</summary>
internal delegate void PathFunction(Evaluation run, PathNode node, in Scope scope, int start);

/// <summary>A function that gives true, false or nothing (null): its collection lies on the stack from start, and may be left there.</summary>
internal delegate bool? PathDecision(Evaluation run, PathNode node, in Scope scope, int start);

/// <summary>A function's name, how many arguments it takes, and what it does: one of the two.</summary>
internal sealed record FunctionEntry(string Name, int Least, int Most, PathFunction? Run, PathDecision? Decide = null);

/// <summary>All functions by name.</summary>
internal static class PathFunctions
{
    private static readonly FrozenDictionary<string, FunctionEntry> Functions =
        ((FunctionEntry[])[.. CollectionFunctions.All, .. FilterFunctions.All, .. TextFunctions.All, .. ConversionFunctions.All, .. MathFunctions.All, .. TypeFunctions.All, .. FhirFunctions.All, .. BoundaryFunctions.All, .. SummaryFunctions.All])
        .ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public static bool TryFind(string name, out FunctionEntry function) => Functions.TryGetValue(name, out function!);
}

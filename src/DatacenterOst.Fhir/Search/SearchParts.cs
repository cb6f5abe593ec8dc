using System.Globalization;
using DatacenterOst.Fhir.Paths;

namespace DatacenterOst.Fhir.Search;

/// <summary>
/// Finds parameters of a type that are unions of others, or others narrowed to one type of reference. It compares the branches of
/// their expressions, written in one form; what it does not recognise stands alone, which costs space and never a result.
/// </summary>
internal static class SearchParts
{
    public static Dictionary<SearchParameter, IReadOnlyList<SearchPart>> Of(CompiledSearch[] searches)
    {
        var parts = new Dictionary<SearchParameter, IReadOnlyList<SearchPart>>();
        var alone = new List<(SearchParameter Parameter, HashSet<string> Branches)>();
        // Fewest branches first, so that a union finds its parts decided; of two that are the same the first stays.
        var candidates = searches.Where(s => s.Expression is not null && s.Parameter.Type is not (SearchType.Composite or SearchType.Special))
            .Select((s, order) => (s.Parameter, Branches: Branches(s.Expression!.Root), Narrow: s.Expression!.Text.Contains("resolve()", StringComparison.Ordinal), order))
            .OrderBy(c => c.Narrow).ThenBy(c => c.Branches.Count).ThenBy(c => c.order);
        foreach (var (parameter, branches, _, _) in candidates)
        {
            if (Cover(parameter, branches, alone) is { } found) parts[parameter] = found;
            else alone.Add((parameter, branches));
        }
        return parts;
    }

    /// <summary>The types that all branches narrow a reference to; empty where one does not.</summary>
    public static IReadOnlyList<string> OnlyTargets(FhirPathExpression expression)
    {
        var types = new List<string>();
        foreach (var branch in BranchNodes(expression.Root))
        {
            if (NarrowedTo(branch) is not { } type) return [];
            if (!types.Contains(type)) types.Add(type);
        }
        return types;
    }

    private static List<SearchPart>? Cover(SearchParameter parameter, HashSet<string> branches, List<(SearchParameter Parameter, HashSet<string> Branches)> alone)
    {
        var found = new List<SearchPart>();
        var covered = new HashSet<string>(StringComparer.Ordinal);
        var narrowed = branches.Select(b => b.Split(Narrowing)).Where(b => b.Length == 2).Select(b => b[1]).Distinct(StringComparer.Ordinal).ToList();
        foreach (var (other, othersBranches) in alone)
        {
            if (other.Type != parameter.Type) continue;
            foreach (var type in narrowed.Prepend(null))
            {
                var given = othersBranches.Select(b => type is null ? b : b + Narrowing + type).ToList();
                if (given.TrueForAll(branches.Contains) && !given.TrueForAll(covered.Contains))
                {
                    found.Add(new SearchPart(other, type));
                    covered.UnionWith(given);
                }
            }
        }
        return covered.SetEquals(branches) ? found : null;
    }

    private const string Narrowing = " → ";

    private static HashSet<string> Branches(PathNode root) =>
        [.. BranchNodes(root).Select(b => NarrowedTo(b) is { } type ? Write(b.Target!) + Narrowing + type : Write(b))];

    private static IEnumerable<PathNode> BranchNodes(PathNode node) => node.Op == PathOp.Union ? node.Arguments.SelectMany(BranchNodes) : [node];

    // "….where(resolve() is Patient)"
    private static string? NarrowedTo(PathNode node) =>
        node is { Op: PathOp.Function, Name: "where", Target: not null, Arguments: [{ Op: PathOp.Is, Type: { } type, Target: { Op: PathOp.Function, Name: "resolve", Target: null } }] } ? type.Name : null;

    /// <summary>One form for "(a.b as T)", "a.b.as(T)" and "a.b.ofType(T)", and the like.</summary>
    private static string Write(PathNode node)
    {
        var target = node.Target is null ? "" : Write(node.Target) + ".";
        if (node.Op is PathOp.As or PathOp.Is || (node.Type is not null && node.Name is "as" or "ofType"))
            return $"{target}{(node.Op == PathOp.Is ? "is" : "as")}({node.Type!.Name})";
        var arguments = string.Join(",", node.Arguments.Select(Write));
        var constant = node.Op == PathOp.Constant ? string.Create(CultureInfo.InvariantCulture, $"{node.Constant.Kind}'{node.Constant}'") : "";
        return $"{target}{(node.Op is PathOp.Member or PathOp.Function ? "" : node.Op.ToString())}{node.Name}{constant}{(node.Op == PathOp.Function || arguments.Length > 0 ? $"({arguments})" : "")}";
    }
}

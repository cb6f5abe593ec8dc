namespace DatacenterOst.Models.Onnx;

/// <summary>Reads the node lists of a tree ensemble and holds them to be trees: one root each, no node reached twice, none left over.</summary>
internal sealed class TreeReader(OperatorNode node)
{
    private readonly long[] trees = node.Integers("nodes_treeids");
    private readonly long[] ids = node.Integers("nodes_nodeids");
    private readonly long[] features = node.Integers("nodes_featureids");
    private readonly string[] modes = node.Texts("nodes_modes");
    private readonly long[] yes = node.Integers("nodes_truenodeids");
    private readonly long[] no = node.Integers("nodes_falsenodeids");
    private readonly long[] missing = node.Integers("nodes_missing_value_tracks_true");
    private readonly double[] thresholds = node.Weights("nodes_values", wide: "nodes_values_as_tensor", Finite.OrInfinite);

    /// <param name="prefix">target or class: what the names of the leaf lists begin with.</param>
    /// <param name="limit">How many targets or classes there are.</param>
    public TreeEnsemble Read(string prefix, int limit)
    {
        CheckLists();
        var places = Places();
        var (nodes, parents) = Link(places);
        var roots = Roots(parents);
        CheckDepth(nodes, roots);
        var (targets, weights) = Leaves(nodes, places, prefix, limit);
        var width = 0;
        foreach (var each in nodes)
            if (each.Mode != TreeMode.Leaf) width = Math.Max(width, each.Feature + 1);
        return new TreeEnsemble(nodes, roots, targets, weights, width);
    }

    private void CheckLists()
    {
        _ = node.Weights("nodes_hitrates", wide: "nodes_hitrates_as_tensor", Finite.OrInfinite); // How often training came by; nothing is computed from it.
        if (ids.Length == 0) throw node.Refuse("has no nodes_nodeids: a forest without trees");
        CheckLength("nodes_treeids", trees.Length);
        CheckLength("nodes_featureids", features.Length);
        CheckLength("nodes_modes", modes.Length);
        CheckLength("nodes_truenodeids", yes.Length);
        CheckLength("nodes_falsenodeids", no.Length);
        CheckLength("nodes_values", thresholds.Length);
        if (missing.Length > 0) CheckLength("nodes_missing_value_tracks_true", missing.Length);
    }

    private void CheckLength(string name, int length)
    {
        if (length != ids.Length) throw node.Refuse($"lists {ids.Length} nodes_nodeids and {length} {name}");
    }

    private Dictionary<(long Tree, long Id), int> Places()
    {
        var places = new Dictionary<(long, long), int>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
            if (!places.TryAdd((trees[i], ids[i]), i)) throw node.Refuse($"lists node {ids[i]} of tree {trees[i]} twice");
        return places;
    }

    private (TreeNode[] Nodes, int[] Parents) Link(Dictionary<(long, long), int> places)
    {
        var nodes = new TreeNode[ids.Length];
        var parents = new int[ids.Length];
        Array.Fill(parents, -1);
        for (var i = 0; i < nodes.Length; i++)
        {
            var mode = Mode(modes[i]);
            if (mode == TreeMode.Leaf)
            {
                nodes[i] = new TreeNode(0, 0, 0, 0, mode, false);
                continue;
            }

            if (features[i] is < 0 or >= OnnxLimits.RowInputs) throw node.Refuse($"asks for feature {features[i]} in tree {trees[i]}");
            var (left, right) = (Child(places, parents, i, yes[i]), Child(places, parents, i, no[i]));
            nodes[i] = new TreeNode(thresholds[i], (int)features[i], left, right, mode, missing.Length > 0 && missing[i] != 0);
        }

        return (nodes, parents);
    }

    private int Child(Dictionary<(long, long), int> places, int[] parents, int parent, long child)
    {
        if (!places.TryGetValue((trees[parent], child), out var at))
            throw node.Refuse($"sends node {ids[parent]} of tree {trees[parent]} to node {child}, which is not there");
        if (parents[at] >= 0 || at == parent) throw node.Refuse($"reaches node {child} of tree {trees[parent]} twice: that is no tree");
        parents[at] = parent;
        return at;
    }

    private int[] Roots(int[] parents)
    {
        var roots = new List<int>();
        var rooted = new HashSet<long>();
        for (var i = 0; i < parents.Length; i++)
        {
            if (parents[i] >= 0) continue;
            if (!rooted.Add(trees[i])) throw node.Refuse($"has two roots in tree {trees[i]}");
            roots.Add(i);
        }

        foreach (var tree in trees)
            if (!rooted.Contains(tree)) throw node.Refuse($"goes in a circle in tree {tree}: it has no root");
        if (roots.Count > OnnxLimits.Trees) throw node.Refuse($"has {roots.Count} trees; {OnnxLimits.Trees} at most");
        return [.. roots];
    }

    private void CheckDepth(TreeNode[] nodes, int[] roots)
    {
        var open = new Stack<(int Node, int Depth)>();
        var seen = 0;
        foreach (var root in roots)
        {
            open.Push((root, 0));
            while (open.TryPop(out var at))
            {
                seen++;
                if (nodes[at.Node].Mode == TreeMode.Leaf) continue;
                if (at.Depth >= OnnxLimits.TreeDepth) throw node.Refuse($"has a tree ({trees[root]}) deeper than {OnnxLimits.TreeDepth} levels");
                open.Push((nodes[at.Node].Yes, at.Depth + 1));
                open.Push((nodes[at.Node].No, at.Depth + 1));
            }
        }

        if (seen != nodes.Length) throw node.Refuse($"has {nodes.Length - seen} nodes that no root reaches: they go in a circle");
    }

    private (int[] Targets, double[] Weights) Leaves(TreeNode[] nodes, Dictionary<(long, long), int> places, string prefix, int limit)
    {
        var (leafTrees, leafIds, to) = (node.Integers(prefix + "_treeids"), node.Integers(prefix + "_nodeids"), node.Integers(prefix + "_ids"));
        var given = node.Weights(prefix + "_weights", wide: prefix + "_weights_as_tensor");
        if (leafTrees.Length != given.Length || leafIds.Length != given.Length || to.Length != given.Length)
            throw node.Refuse($"lists {given.Length} {prefix}_weights, {leafTrees.Length} {prefix}_treeids, {leafIds.Length} {prefix}_nodeids and {to.Length} {prefix}_ids");
        var at = new int[given.Length];
        for (var i = 0; i < at.Length; i++)
        {
            if (to[i] < 0 || to[i] >= limit) throw node.Refuse($"gives a weight to {prefix} {to[i]} of {limit}");
            if (!places.TryGetValue((leafTrees[i], leafIds[i]), out at[i]) || nodes[at[i]].Mode != TreeMode.Leaf)
                throw node.Refuse($"gives a weight to node {leafIds[i]} of tree {leafTrees[i]}, which is no leaf");
        }

        var order = Enumerable.Range(0, at.Length).OrderBy(i => at[i]).ToArray();
        for (var first = 0; first < order.Length;)
        {
            var leaf = at[order[first]];
            var next = first;
            while (next < order.Length && at[order[next]] == leaf) next++;
            nodes[leaf] = nodes[leaf] with { Yes = first, No = next - first };
            first = next;
        }

        return ([.. order.Select(i => (int)to[i])], [.. order.Select(i => given[i])]);
    }

    private TreeMode Mode(string mode) => mode switch
    {
        "BRANCH_LEQ" => TreeMode.LessOrEqual,
        "BRANCH_LT" => TreeMode.Less,
        "BRANCH_GTE" => TreeMode.GreaterOrEqual,
        "BRANCH_GT" => TreeMode.Greater,
        "BRANCH_EQ" => TreeMode.Equal,
        "BRANCH_NEQ" => TreeMode.NotEqual,
        "LEAF" => TreeMode.Leaf,
        _ => throw node.Refuse($"has a node of mode '{mode}'; known are BRANCH_LEQ, _LT, _GTE, _GT, _EQ, _NEQ and LEAF"),
    };
}

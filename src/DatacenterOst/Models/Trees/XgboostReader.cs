using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>
/// Reads a model that XGBoost saved as JSON or UBJ (<c>save_model("….json")</c>, from version 1.0 on; its model.schema describes both):
/// the booster gbtree with one number a row. All trees count, also those after the best iteration, as <c>Booster.predict</c> does.
/// </summary>
public static class XgboostReader
{
    public static TreeModel ReadJson(ReadOnlyMemory<byte> file) => Read(JsonTree.Read(file.Span));

    public static TreeModel ReadUbj(ReadOnlyMemory<byte> file) => Read(UbjTree.Read(file));

    private static TreeModel Read(DocumentNode root)
    {
        if (root.Members is null || root.Find("learner") is null)
            throw new Problem(ProblemKind.Invalid, "it has no 'learner', so it is not a model that XGBoost saved; use Booster.save_model('model.json')");
        var learner = root.Object("learner");
        var parameters = learner.Object("learner_model_param");
        var objective = learner.Object("objective").Text("name") ?? throw learner.Wrong("'objective' has no name");
        var response = XgboostObjective.Response(objective, "learner.objective");
        var booster = Booster(learner.Object("gradient_booster"));
        RefuseSeveral(parameters);

        var inputs = parameters.Whole("num_feature", 0);
        if (inputs is < 1 or > TreeLimits.MaxInputs) throw parameters.Wrong($"num_feature is {inputs}; it must be 1 to {TreeLimits.MaxInputs}");
        var names = learner.Texts("feature_names");
        if (names.Count != 0 && names.Count != inputs) throw learner.Wrong($"there are {names.Count} feature_names, but num_feature is {inputs}");
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count) throw learner.Wrong("feature_names holds a name twice");

        var forest = new ForestBuilder(inputs);
        var trees = booster.Object("model").List("trees");
        if (booster.Object("model").Find("gbtree_model_param")?.Whole("num_trees", trees.Count) is { } said && said != trees.Count)
            throw booster.Wrong($"num_trees is {said}, but there are {trees.Count} trees; the file was cut or changed");
        for (var i = 0; i < trees.Count; i++) AddTree(forest, trees[i], string.Create(CultureInfo.InvariantCulture, $"tree {i}"));

        var baseMargin = XgboostObjective.BaseMargin(objective, parameters.Text("base_score") ?? "0.5", "learner.learner_model_param");
        return new TreeModel(names.Count > 0 ? names : PlaceNames.Of("f", inputs), forest.Build(), response) { BaseMargin = baseMargin, Format = "XGBoost" };
    }

    private static DocumentNode Booster(DocumentNode booster) => booster.Text("name") switch
    {
        "gbtree" => booster,
        "dart" => throw new Problem(ProblemKind.Unsupported, "the booster dart is not read; train with booster=gbtree", booster.At),
        "gblinear" => throw new Problem(ProblemKind.Unsupported, "the booster gblinear is a linear model; train with booster=gbtree, or write its coefficients as a linear package", booster.At),
        var other => throw new Problem(ProblemKind.Unsupported, $"the booster '{DocumentNode.Shown(other ?? "")}' is not known; train with booster=gbtree", booster.At),
    };

    private static void RefuseSeveral(DocumentNode parameters)
    {
        if (parameters.Whole("num_class", 0) > 1)
            throw new Problem(ProblemKind.Unsupported, $"the model has {parameters.Whole("num_class", 0)} classes; train a binary one for the outcome of interest", parameters.At);
        if (parameters.Whole("num_target", 1) > 1)
            throw new Problem(ProblemKind.Unsupported, $"the model has {parameters.Whole("num_target", 1)} targets; train one model for each", parameters.At);
    }

    private static void AddTree(ForestBuilder forest, DocumentNode tree, string where)
    {
        if (tree.Members is null) throw tree.Wrong("must be an object");
        var parameters = tree.Object("tree_param");
        if (parameters.Whole("size_leaf_vector", 0) > 1)
            throw new Problem(ProblemKind.Unsupported, "its leaves hold several numbers (multi_output_tree); train with multi_strategy=one_output_per_tree", where);
        var left = tree.Integers("left_children");
        var count = left.Length;
        if (parameters.Whole("num_nodes", count) != count)
            throw tree.Wrong($"num_nodes is {parameters.Whole("num_nodes", count)}, but 'left_children' has {count} entries");
        var raw = new RawTree(
            left, tree.Integers("right_children", count), tree.Integers("split_indices", count), tree.Doubles("split_conditions", count),
            tree.Find("sum_hessian") is null ? null : tree.Doubles("sum_hessian", count))
        {
            Test = new SplitTest[count],
            MissingGoesLeft = [.. tree.Doubles("default_left", count).Select(flag => flag != 0)],
            Set = Categories(forest, tree, count, where),
        };
        var types = tree.Find("split_type") is null ? null : tree.Integers("split_type", count);
        for (var node = 0; node < count; node++)
        {
            var isCategorical = types is not null && types[node] == 1 && left[node] != -1;
            if (isCategorical && raw.Set?[node] is null or < 0) throw tree.Wrong($"node {node} splits on categories, but 'categories_nodes' does not list it");
            if (!isCategorical && raw.Set is not null) raw.Set[node] = -1;
            raw.Test[node] = isCategorical ? SplitTest.NotAmong : SplitTest.Below;
        }

        forest.Add(raw, where);
    }

    private static int[]? Categories(ForestBuilder forest, DocumentNode tree, int count, string where)
    {
        var nodes = tree.Integers("categories_nodes");
        if (nodes.Length == 0) return null;
        var all = tree.Integers("categories");
        var starts = tree.Integers("categories_segments");
        var sizes = tree.Integers("categories_sizes");
        if (starts.Length != nodes.Length || sizes.Length != nodes.Length)
            throw tree.Wrong("'categories_nodes', 'categories_segments' and 'categories_sizes' must be equally long");
        var sets = new int[count];
        Array.Fill(sets, -1);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] < 0 || nodes[i] >= count) throw tree.Wrong($"'categories_nodes[{i}]' is {nodes[i]}, but the nodes are 0 to {count - 1}");
            if (starts[i] < 0 || sizes[i] < 0 || sizes[i] > all.Length - starts[i])
                throw tree.Wrong($"the categories of node {nodes[i]} lie outside 'categories', which has {all.Length} entries");
            sets[nodes[i]] = forest.AddSet(Bits(all.AsSpan(starts[i], sizes[i]), tree, nodes[i]), where);
        }

        return sets;
    }

    private static uint[] Bits(ReadOnlySpan<int> categories, DocumentNode tree, int node)
    {
        // XGBoost holds a category in a 32-bit float, which counts no further.
        const int MaxCategory = 1 << 24;
        var largest = -1;
        foreach (var category in categories)
        {
            if (category is < 0 or > MaxCategory) throw tree.Wrong($"node {node} has the category {category}; categories are 0 to {MaxCategory}");
            largest = Math.Max(largest, category);
        }

        var bits = new uint[(largest >> 5) + 1];
        foreach (var category in categories) bits[category >> 5] |= 1u << (category & 31);
        return bits;
    }
}

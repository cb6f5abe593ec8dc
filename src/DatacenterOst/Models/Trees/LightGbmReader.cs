using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>
/// Reads a model that LightGBM saved as text (<c>save_model("….txt")</c>, file versions v2 to v4): one number a row, numerical and
/// categorical splits. Sums in 64 bits in the order of the trees; the margin of an averaged forest is the mean, where LightGBM's raw
/// score is the sum.
/// </summary>
public static class LightGbmReader
{
    public static TreeModel Read(ReadOnlyMemory<byte> file)
    {
        var blocks = LightGbmBlocks.Read(file.Span);
        var head = blocks[0];
        if (head.Whole("num_class", 1) > 1 || head.Whole("num_tree_per_iteration", 1) > 1)
            throw new Problem(ProblemKind.Unsupported, $"the model has {head.Whole("num_class", 1)} classes ({Objective(head)[0]}); train a binary one for the outcome of interest", head.Where);
        var inputs = head.Whole("max_feature_idx", -1) + 1;
        if (inputs is < 1 or > TreeLimits.MaxInputs) throw head.Wrong($"max_feature_idx is {inputs - 1}; a model has 1 to {TreeLimits.MaxInputs} inputs");
        var names = head.Text("feature_names")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (names.Length != 0 && names.Length != inputs) throw head.Wrong($"there are {names.Length} feature_names, but max_feature_idx is {inputs - 1}");
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length) throw head.Wrong("feature_names holds a name twice");

        var response = Response(head);
        var forest = new ForestBuilder(inputs);
        foreach (var block in blocks.Skip(1)) AddTree(forest, block);
        if (head.Text("tree_sizes") is { } sizes && sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length is var said && said != forest.Trees)
            throw head.Wrong($"tree_sizes lists {said} trees, but there are {forest.Trees}; the file was cut or changed");
        var average = head.Has("average_output") ? Math.Max(1, forest.Trees) : 1;
        return new TreeModel(names.Length > 0 ? names : PlaceNames.Of("Column_", inputs), forest.Build(), response) { Divisor = average, Format = "LightGBM" };
    }

    private static string[] Objective(LightGbmBlock head)
        => head.Text("objective")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : ["custom"];

    private static Response Response(LightGbmBlock head)
    {
        var words = Objective(head);
        var kind = words[0] switch
        {
            "binary" or "cross_entropy" or "xentropy" => ResponseKind.Logistic,
            "regression" or "regression_l2" when words.Contains("sqrt") => ResponseKind.SignedSquare,
            "regression" or "regression_l1" or "regression_l2" or "huber" or "fair" or "quantile" or "mape" or "lambdarank" or "rank_xendcg" or "custom" => ResponseKind.Identity,
            "poisson" or "gamma" or "tweedie" => ResponseKind.Exponential,
            "cross_entropy_lambda" or "xentlambda" => ResponseKind.Softplus,
            _ => throw new Problem(ProblemKind.Unsupported, $"the objective '{DocumentNode.Shown(words[0])}' is not read; train with one that gives a single number, such as binary or regression", head.Where),
        };
        var slope = 1.0;
        foreach (var word in words)
        {
            if (word.StartsWith("sigmoid:", StringComparison.Ordinal)
                && (!double.TryParse(word["sigmoid:".Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out slope) || !(slope > 0) || !double.IsFinite(slope)))
                throw head.Wrong($"'{DocumentNode.Shown(word)}' must be a number above 0");
        }

        return new Response(kind, slope, IsSingle: false);
    }

    // Splits stand first and leaves follow them; in the file a leaf is the complement of its number.
    private static void AddTree(ForestBuilder forest, LightGbmBlock block)
    {
        var leaves = block.Whole("num_leaves", 0);
        if (leaves < 1 || leaves > TreeLimits.MaxNodes / 2) throw block.Wrong($"num_leaves is {leaves}; a tree has 1 to {TreeLimits.MaxNodes / 2}");
        if (block.Whole("is_linear", 0) != 0)
            throw new Problem(ProblemKind.Unsupported, "its leaves hold linear models (linear_tree); train with linear_tree=false", block.Where);
        var splits = leaves - 1;
        var covers = block.Has("leaf_count") && (splits == 0 || block.Has("internal_count"));
        var raw = new RawTree(
            [.. Children(block, "left_child", splits), .. Enumerable.Repeat(-1, leaves)],
            [.. Children(block, "right_child", splits), .. Enumerable.Repeat(-1, leaves)],
            [.. block.Integers("split_feature", splits), .. new int[leaves]],
            [.. block.Doubles("threshold", splits), .. block.Doubles("leaf_value", leaves)],
            // A tree of one leaf may say no count; it has no split whose shares would need it.
            splits == 0 ? [0] : covers ? [.. block.Doubles("internal_count", splits), .. block.Doubles("leaf_count", leaves)] : null)
        {
            Test = new SplitTest[splits + leaves],
            MissingGoesLeft = new bool[splits + leaves],
            Set = block.Whole("num_cat", 0) > 0 ? new int[splits + leaves] : null,
        };
        Decide(forest, block, raw, block.Integers("decision_type", splits));
        forest.Add(raw, block.Where);
    }

    private static IEnumerable<int> Children(LightGbmBlock block, string name, int splits)
        => block.Integers(name, splits).Select(child => child >= 0 ? (child < splits ? child : int.MaxValue) : ~child < splits + 1 ? splits + ~child : int.MaxValue);

    private static void Decide(ForestBuilder forest, LightGbmBlock block, RawTree raw, int[] decisions)
    {
        // The bits of decision_type: 1 categorical, 2 missing goes left, 4 and 8 what is missing (0 nothing, 1 zero, 2 NaN).
        var sets = raw.Set is null ? [] : Sets(forest, block);
        if (raw.Set is not null) Array.Fill(raw.Set, -1);
        for (var node = 0; node < decisions.Length; node++)
        {
            raw.MissingGoesLeft[node] = (decisions[node] & 2) != 0;
            raw.Test[node] = (decisions[node] & 1) != 0 ? SplitTest.Among : (decisions[node] >> 2 & 3) switch
            {
                0 => SplitTest.AtMostNoneMissing,
                1 => SplitTest.AtMostZeroMissing,
                2 => SplitTest.AtMost,
                _ => throw block.Wrong($"node {node} has the decision_type {decisions[node]}, which is not known"),
            };
            if (raw.Test[node] != SplitTest.Among) continue;
            var set = raw.Value[node];
            if (!(set >= 0 && set < sets.Length && set == Math.Floor(set))) throw block.Wrong($"node {node} names the category set {set.ToString(CultureInfo.InvariantCulture)}, but there are {sets.Length}");
            raw.Set![node] = sets[(int)set];
        }
    }

    private static int[] Sets(ForestBuilder forest, LightGbmBlock block)
    {
        var count = block.Whole("num_cat", 0);
        if (count > TreeLimits.MaxCategoryWords) throw block.Wrong($"num_cat is {count}; the limit is {TreeLimits.MaxCategoryWords}");
        var borders = block.Integers("cat_boundaries", count + 1);
        var words = block.Words("cat_threshold");
        var sets = new int[count];
        for (var i = 0; i < count; i++)
        {
            if (borders[i] < 0 || borders[i + 1] < borders[i] || borders[i + 1] > words.Length)
                throw block.Wrong($"category set {i} lies from {borders[i]} to {borders[i + 1]}, outside 'cat_threshold', which has {words.Length} words");
            sets[i] = forest.AddSet(words.AsSpan(borders[i], borders[i + 1] - borders[i]), block.Where);
        }

        return sets;
    }
}

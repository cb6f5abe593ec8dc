namespace DatacenterOst.Models.Onnx;

/// <summary>Operators that turn categories into numbers or others: OneHotEncoder, LabelEncoder, CategoryMapper; and ZipMap.</summary>
internal static class Encoders
{
    public static Kernel OneHot(OperatorNode node)
    {
        double[] numbers = node.Wholes("cats_int64s");
        var words = node.Texts("cats_strings");
        if (numbers.Length + words.Length == 0) throw node.Refuse("has no categories");
        var allowsOthers = node.Flag("zeros", true);
        var byNumber = Index(node, numbers);
        var byWord = Index(node, words);
        var count = Math.Max(numbers.Length, words.Length);
        return (given, made) =>
        {
            var from = given[0]!;
            Span<int> shape = stackalloc int[OnnxLimits.Rank + 1];
            from.Shape.CopyTo(shape);
            shape[from.Rank] = count;
            made[0].Take(ElementKind.Float32, shape[..(from.Rank + 1)]);
            made[0].Numbers.Clear();
            if (from.IsText != (words.Length > 0)) throw new Unevaluable($"{from.Describe()} for categories of the other kind");
            for (var i = 0; i < from.Count; i++)
            {
                // A float is cut to a whole number first, as ONNX Runtime does. Not a number is no category.
                var at = from.IsText ? byWord.GetValueOrDefault(from.Words[i], -1)
                    : double.IsNaN(from.Numbers[i]) ? -1
                    : byNumber.GetValueOrDefault(Math.Truncate(from.Numbers[i]), -1);
                if (at >= 0) made[0].Numbers[(i * count) + at] = 1;
                else if (!allowsOthers && !made[0].OnTrial) throw new Unevaluable("a category that the model does not know");
            }
        };
    }

    public static Kernel Label(OperatorNode node)
    {
        if (node.Has("classes_strings")) return Numbered(node, node.Texts("classes_strings"));
        var keys = List(node, "keys");
        var values = List(node, "values");
        var otherwise = Default(node, values.Kind);
        if (keys.Count == 0 || keys.Count != values.Count) throw node.Refuse($"has {keys.Count} keys and {values.Count} values");
        return Map(keys, values, otherwise);
    }

    public static Kernel Category(OperatorNode node)
    {
        var numbers = new Column(ElementKind.Int64, node.Wholes("cats_int64s"), []);
        var words = new Column(ElementKind.Text, [], node.Texts("cats_strings"));
        if (numbers.Count == 0 || numbers.Count != words.Count) throw node.Refuse($"has {numbers.Count} cats_int64s and {words.Count} cats_strings");
        return BothWays(numbers, words, node);
    }

    /// <summary>A map from class to score, row by row; what is asked of it later are the scores, so they pass as they are.</summary>
    public static Kernel ZipMap(OperatorNode node)
    {
        var classes = ClassLabels.Read(node, "classlabels_int64s").Count;
        return (given, made) =>
        {
            var from = given[0]!;
            if (from.IsText || from.Width != classes) throw new Unevaluable($"{from.Describe()} for {classes} classes");
            made[0].Copy(from);
        };
    }

    // ai.onnx.ml 1: the place in the list is the number.
    private static Kernel Numbered(OperatorNode node, string[] classes)
        => BothWays(new Column(ElementKind.Int64, [.. Enumerable.Range(0, classes.Length).Select(i => (double)i)], []), new Column(ElementKind.Text, [], classes), node);

    private static Kernel BothWays(Column numbers, Column words, OperatorNode node)
    {
        var toNumber = Map(words, numbers, new Column(ElementKind.Int64, [node.Integer("default_int64", -1)], []));
        var toWord = Map(numbers, words, new Column(ElementKind.Text, [], [node.Text("default_string", "_Unused")]));
        return (given, made) => (given[0]!.IsText ? toNumber : toWord)(given, made);
    }

    private static Kernel Map(Column keys, Column values, Column otherwise)
    {
        var byWord = new Dictionary<string, int>(StringComparer.Ordinal);
        var byNumber = new Dictionary<double, int>();
        for (var i = 0; i < keys.Count; i++)
        {
            // The first of two equal keys counts, as in ONNX Runtime; all NaN are one key.
            if (keys.Kind == ElementKind.Text) byWord.TryAdd(keys.Words[i], i);
            else byNumber.TryAdd(keys.Numbers[i], i);
        }

        return (given, made) =>
        {
            var from = given[0]!;
            if (from.IsText != (keys.Kind == ElementKind.Text)) throw new Unevaluable($"{from.Describe()} for keys of {keys.Kind}");
            made[0].Take(values.Kind, from.Shape);
            for (var i = 0; i < from.Count; i++)
            {
                var at = from.IsText ? byWord.GetValueOrDefault(from.Words[i], -1) : byNumber.GetValueOrDefault(from.Numbers[i], -1);
                if (values.Kind == ElementKind.Text) made[0].Words[i] = at < 0 ? otherwise.Words[0] : values.Words[at];
                else made[0].Numbers[i] = at < 0 ? otherwise.Numbers[0] : values.Numbers[at];
            }
        };
    }

    private static Column List(OperatorNode node, string what)
    {
        if (node.Tensor(what + "_tensor") is { } tensor) return new Column(tensor.Kind, tensor.Numbers, tensor.Words);
        if (node.Has(what + "_strings")) return new Column(ElementKind.Text, [], node.Texts(what + "_strings"));
        if (node.Has(what + "_int64s")) return new Column(ElementKind.Int64, node.Wholes(what + "_int64s"), []);
        return new Column(ElementKind.Float32, node.Numbers(what + "_floats"), []);
    }

    // The defaults of the definition: "_Unused", -1 and -0.0. All are asked for, since exporters write those that are not used too.
    private static Column Default(OperatorNode node, ElementKind kind)
    {
        var (word, whole, real) = (node.Text("default_string", "_Unused"), node.Integer("default_int64", -1), node.Float("default_float", -0.0));
        if (node.Tensor("default_tensor") is { } tensor)
        {
            if (tensor.Kind != kind || tensor.Numbers.Length + tensor.Words.Length != 1) throw node.Refuse("has a default_tensor that is not one value of the values' kind");
            return new Column(kind, tensor.Numbers, tensor.Words);
        }

        return kind == ElementKind.Text ? new Column(kind, [], [word]) : new Column(kind, [Element.IsWhole(kind) ? whole : real], []);
    }

    private static Dictionary<T, int> Index<T>(OperatorNode node, T[] from)
        where T : notnull
    {
        var index = new Dictionary<T, int>();
        for (var i = 0; i < from.Length; i++)
            if (!index.TryAdd(from[i], i)) throw node.Refuse($"lists category {i} twice");
        return index;
    }

    private sealed record Column(ElementKind Kind, double[] Numbers, string[] Words)
    {
        public int Count => Math.Max(Numbers.Length, Words.Length);
    }
}

using DatacenterOst.Clinical;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Onnx;
using static DatacenterOst.UnitTests.Models.Onnx.OnnxText;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>What is refused at load, and that the words say which node, which operator and why.</summary>
public sealed class When_an_onnx_file_cannot_be_run
{
    private static readonly byte[] Line = Learner("LinearRegressor", "x", "Score", Attribute("coefficients", 1f, 2f), Attribute("intercepts", 0.5f));

    [Fact]
    public void the_file_that_the_others_differ_from_is_scored()
        => Assert.Equal(8.5, OnnxModel.Load(Of(Line).Bytes(), "line.onnx").Score([new InputValue(2), new InputValue(3)]).Margin);

    [Fact]
    public void an_unknown_operator_is_refused_by_name() => Refused(Of(Node("Conv", "x", "Score")), "'Conv-1' (Conv)", "not supported", "ai.onnx Conv");

    [Fact]
    public void an_unknown_domain_is_refused_by_name() => Refused(Of(Node("FusedMatMul", "com.microsoft", "x x", "Score")), "FusedMatMul", "'com.microsoft'");

    [Theory]
    [InlineData("If")]
    [InlineData("Loop")]
    [InlineData("Scan")]
    public void control_flow_is_refused_by_name(string op) => Refused(Of(Node(op, "x", "Score", GraphAttribute("body"))), op, "control flow");

    [Fact]
    public void a_graph_within_another_node_is_refused() => Refused(Of(Node("Identity", "x", "Score", GraphAttribute("body"))), "Identity", "graph of its own");

    [Theory]
    [InlineData(6)]
    [InlineData(99)]
    public void an_unknown_opset_is_refused(long opset)
        => Refused(new OnnxText { Opset = opset }.Input("x", 1, 0, 1).Output("Score", 1, 0, 1).Node(Node("Identity", "x", "Score")), "Identity", $"opset {opset}");

    [Fact]
    public void an_unknown_attribute_is_refused() => Refused(Of(Node("Relu", "x", "Score", Attribute("slope", 1L))), "Relu", "'slope'");

    [Fact]
    public void a_circle_is_refused() => Refused(Of(Node("Add", "x b", "a"), Node("Neg", "a", "b"), Node("Identity", "b", "Score")), "circle", "(Add)");

    [Fact]
    public void a_node_that_feeds_itself_is_refused() => Refused(Of(Node("Add", "x Score", "Score")), "circle", "(Add)");

    [Fact]
    public void an_input_that_nobody_makes_is_refused() => Refused(Of(Node("Add", "x ghost", "Score")), "'ghost'", "nobody", "(Add)");

    [Fact]
    public void an_output_that_nobody_makes_is_refused() => Refused(Of(Node("Neg", "x", "other")), "'Score'", "no node");

    [Fact]
    public void two_makers_of_one_value_are_refused() => Refused(Of(Node("Neg", "x", "Score"), Node("Abs", "x", "Score")), "'Score'", "(Neg)", "(Abs)");

    [Fact]
    public void two_outputs_of_one_name_are_refused() => Refused(Of(Line).Output("Score", 1, 0, 1), "two outputs named 'Score'");

    [Fact]
    public void shapes_that_do_not_fit_are_refused()
    {
        Refused(Of(Node("MatMul", "x w", "Score")).Floats("w", [3, 1], 1, 2, 3), "(MatMul)", "do not fit");
        Refused(Of(Learner("LinearRegressor", "x", "Score", Attribute("coefficients", 1f, 2f, 3f))), "(LinearRegressor)", "rows of 3");
        Refused(Of(Learner("Scaler", "x", "Score", Attribute("scale", 1f, 2f, 3f))), "(Scaler)", "3 scales");
        Refused(Of(Node("Add", "x w", "y"), Node("ReduceMean", "y", "Score")).Floats("w", [3], 1, 2, 3), "(Add)", "does not fit");
        Refused(Of(Node("Concat", "x x x", "Score", Attribute("axis", 1L))), "6 values");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void weights_that_are_no_numbers_are_refused(float weight)
    {
        Refused(Of(Learner("LinearRegressor", "x", "Score", Attribute("coefficients", 1f, weight))), "(LinearRegressor)", "coefficients[1]");
        Refused(Of(Node("MatMul", "x w", "Score")).Floats("w", [2, 1], 1, weight), "(MatMul)", "weight");
        Refused(Of(Tree([1f, weight])), "(TreeEnsembleRegressor)", "target_weights[1]");
        Refused(Of(Learner("Scaler", "x", "y", Attribute("offset", weight)), Node("ReduceSum", "y", "Score")), "(Scaler)", "offset[0]");
    }

    [Fact]
    public void a_constant_that_is_no_number_is_refused() => Refused(Of(Node("Add", "x w", "y"), Node("ReduceMean", "y", "Score")).Floats("w", [1], float.NaN), "(Add)", "NaN", "'w'");

    [Fact]
    public void a_tensor_that_claims_a_gigabyte_is_refused_before_memory_is_taken()
    {
        var bytes = Of(Node("MatMul", "x w", "Score")).Tensor(Tensor("w", 1, [16384, 16384], 1f)).Bytes();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var problem = Assert.Throws<Problem>(() => OnnxModel.Load(bytes, "big.onnx"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
        Assert.Contains("[16384, 16384]", problem.Message, StringComparison.Ordinal);
        Refused(Of(Node("MatMul", "x w", "Score")).Tensor(Tensor("w", 1, [1000, 1000], 1f)), "claims 1000000 elements and brings 1");
        Refused(Of(Node("MatMul", "x w", "Score")).Tensor(Tensor("w", 1, [-4, 1], 1f)), "dimension of -4");
        Refused(Of(Node("MatMul", "x w", "Score")).Tensor(Tensor("w", 1, [.. Enumerable.Repeat(1L, 60)], 1f)), "60 dimensions");
    }

    [Fact]
    public void a_tensor_in_another_file_is_refused() => Refused(Of(Node("Add", "x w", "Score")).Tensor(Elsewhere("w")), "another file");

    [Fact]
    public void a_graph_that_grows_or_works_without_bound_is_refused()
    {
        Refused(Of(Node("ConstantOfShape", "s", "big"), Node("ReduceMean", "big", "Score")).Tensor(Wholes("s", 3000, 3000, 3000)), "(ConstantOfShape)", "more than 4194304 elements");
        Refused(Of(Node("Tile", "x s", "big"), Node("ReduceMean", "big", "Score")).Tensor(Wholes("s", 3000, 3000)), "(Tile)", "more than 4194304 elements");
        Refused(Of(Node("Expand", "x s", "big"), Node("MatMul", "big big", "more"), Node("ReduceMean", "more", "Score")).Tensor(Wholes("s", 2, 1000, 1, 2)), "(MatMul)");
        Refused(Of(Node("ConstantOfShape", "s", "a"), Node("MatMul", "a a", "b"), Node("ReduceMean", "b", "Score")).Tensor(Wholes("s", 2000, 2000)), "(MatMul)", "element visits");
    }

    [Fact]
    public void base_values_that_readers_disagree_on_are_refused()
        => Refused(new OnnxText().Input("x", 1, 0, 2).Output("label", 7, 0).Output("probabilities", 1, 0, 2).Node(Learner("TreeEnsembleClassifier", "x", "label probabilities",
            Attribute("nodes_treeids", [0L]), Attribute("nodes_nodeids", [0L]), Attribute("nodes_featureids", [0L]), Attribute("nodes_modes", ["LEAF"]), Attribute("nodes_values", 0f),
            Attribute("nodes_truenodeids", [0L]), Attribute("nodes_falsenodeids", [0L]), Attribute("class_treeids", [0L]), Attribute("class_nodeids", [0L]), Attribute("class_ids", [1L]),
            Attribute("class_weights", 0.5f), Attribute("classlabels_int64s", 0L, 1L), Attribute("base_values", 0.1f, 0.2f))), "2 base_values");

    [Fact]
    public void a_forest_that_is_none_is_refused()
    {
        Refused(Of(Forest([0, 1, 2], ["BRANCH_LEQ", "LEAF", "LEAF"], [1, 0, 0], [1, 0, 0])), "twice");
        Refused(Of(Forest([0, 1, 2], ["BRANCH_LEQ", "LEAF", "LEAF"], [1, 0, 0], [9, 0, 0])), "node 9", "not there");
        Refused(Of(Forest([0, 1, 2], ["LEAF", "BRANCH_LEQ", "BRANCH_LEQ"], [0, 2, 1], [0, 2, 1])), "twice");
        Refused(Of(Forest([0, 1, 2, 3], ["BRANCH_LEQ", "LEAF", "LEAF", "LEAF"], [1, 0, 0, 0], [2, 0, 0, 0])), "two roots");
        Refused(Of(Forest([0, 1, 1], ["BRANCH_LEQ", "LEAF", "LEAF"], [1, 0, 0], [2, 0, 0])), "lists node 1");
        Refused(Of(Forest([0, 1, 2], ["BRANCH_SET", "LEAF", "LEAF"], [1, 0, 0], [2, 0, 0])), "'BRANCH_SET'");
        Refused(Of(Forest([0, 1, 2], ["BRANCH_LEQ", "LEAF"], [1, 0, 0], [2, 0, 0])), "2 nodes_modes");
    }

    [Fact]
    public void a_tree_that_is_too_deep_is_refused()
    {
        const int Depth = 5000;
        var count = (2 * Depth) + 1;
        long[] ids = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        string[] modes = [.. ids.Select(i => i % 2 == 0 && i < count - 1 ? "BRANCH_LEQ" : "LEAF")];
        long[] yes = [.. ids.Select(i => modes[i] == "LEAF" ? 0 : i + 1)];
        long[] no = [.. ids.Select(i => modes[i] == "LEAF" ? 0 : i + 2)];
        Refused(Of(Forest(ids, modes, yes, no)), "(TreeEnsembleRegressor)", "deeper than 128");
    }

    [Fact]
    public void an_output_of_many_classes_is_refused()
        => Refused(new OnnxText().Input("x", 1, 0, 3).Output("Score", 1, 0, 3).Node(Node("Softmax", "x", "Score")), "3 values");

    [Fact]
    public void what_is_no_onnx_file_is_refused()
    {
        foreach (var bytes in new byte[][] { [], [1, 2, 3], "tree\nversion=v4\n"u8.ToArray(), new byte[5000] })
            Assert.Equal(ProblemKind.Invalid, Assert.Throws<Problem>(() => OnnxModel.Load(bytes, "file.onnx")).Kind);
    }

    [Fact]
    public void a_row_that_the_model_cannot_take_has_a_reason_and_no_number()
    {
        var model = OnnxModel.Load(Of(Line).Bytes(), "line.onnx");
        Assert.Throws<Problem>(() => model.Score([new InputValue(1)]));
        var result = model.Run([new InputValue(1), new InputValue(double.NaN, "high")]);
        Assert.True(double.IsNaN(result.Number.Margin));
        Assert.Equal("'x_1' is a word where the model takes a number", result.Reason);
        Assert.True(double.IsNaN(model.Score([new InputValue(1), InputValue.Missing]).Margin));
    }

    private static byte[] Tree(float[] weights) => Learner("TreeEnsembleRegressor", "x", "Score",
        Attribute("nodes_treeids", 0L, 0L, 0L), Attribute("nodes_nodeids", 0L, 1L, 2L), Attribute("nodes_featureids", 0L, 0L, 0L),
        Attribute("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"), Attribute("nodes_values", 0.5f, 0f, 0f),
        Attribute("nodes_truenodeids", 1L, 0L, 0L), Attribute("nodes_falsenodeids", 2L, 0L, 0L),
        Attribute("target_treeids", 0L, 0L), Attribute("target_nodeids", 1L, 2L), Attribute("target_ids", 0L, 0L), Attribute("target_weights", weights));

    private static byte[] Forest(long[] ids, string[] modes, long[] yes, long[] no) => Learner("TreeEnsembleRegressor", "x", "Score",
        Attribute("nodes_treeids", new long[ids.Length]), Attribute("nodes_nodeids", ids), Attribute("nodes_featureids", new long[ids.Length]),
        Attribute("nodes_modes", modes), Attribute("nodes_values", new float[ids.Length]),
        Attribute("nodes_truenodeids", yes), Attribute("nodes_falsenodeids", no),
        Attribute("target_treeids", new long[0]), Attribute("target_nodeids", new long[0]), Attribute("target_ids", new long[0]), Attribute("target_weights", new float[0]));

    private static void Refused(OnnxText file, params string[] words)
    {
        var problem = Assert.Throws<Problem>(() => OnnxModel.Load(file.Bytes(), "file.onnx"));
        Assert.Equal(ProblemKind.Invalid, problem.Kind);
        foreach (var word in words) Assert.Contains(word, problem.Message, StringComparison.Ordinal);
    }
}

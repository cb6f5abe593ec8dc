using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Files;
using DatacenterOst.Models.Trees;

namespace DatacenterOst.UnitTests.Models.Trees;

/// <summary>Refused at load, with what is wrong and where.</summary>
public sealed class When_a_model_file_is_wrong
{
    // One split on the second of two inputs.
    private const string Good = """
        {"learner":{"feature_names":["a","b"],"objective":{"name":"binary:logistic"},"learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2"},
        "gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"1"},"trees":[
        {"tree_param":{"num_nodes":"3","size_leaf_vector":"0"},"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[1,0,0],
        "split_conditions":[1.5,0.25,-0.5],"default_left":[1,0,0],"sum_hessian":[10,4,6],"split_type":[0,0,0]}]}}}}
        """;

    [Fact]
    public void the_good_file_is_read() => Assert.Equal(0.25, Scored(Good));

    [Theory]
    [InlineData("[1,-1,-1]", "[1,0,-1]", "tree 0", "node 1 has the child -1")]
    [InlineData("\"left_children\":[1,-1,-1],\"right_children\":[2,-1,-1]", "\"left_children\":[1,0,-1],\"right_children\":[2,2,-1]", "tree 0", "reached twice")]
    [InlineData("\"right_children\":[2,", "\"right_children\":[1,", "tree 0", "node 1 is reached twice")]
    [InlineData("\"right_children\":[2,", "\"right_children\":[3,", "tree 0", "node 0 has the child 3, but the nodes are 0 to 2")]
    [InlineData("\"right_children\":[2,", "\"right_children\":[1.5,", "trees[0]", "right_children[0]' is 1.5")]
    [InlineData("\"split_indices\":[1,", "\"split_indices\":[2,", "tree 0", "node 0 splits on input 2, but the model has 2 inputs")]
    [InlineData("[1.5,0.25", "[1.5,NaN", "tree 0", "leaf 1 has the weight NaN")]
    [InlineData("[1.5,0.25", "[NaN,0.25", "tree 0", "node 0 has the threshold NaN")]
    [InlineData("[1.5,0.25", "[-Infinity,0.25", "tree 0", "node 0 has the threshold -Infinity")]
    [InlineData("[1.5,0.25", "[1.5,1e99", "tree 0", "leaf 1 has the weight Infinity")]
    [InlineData("[10,4,6]", "[10,-4,6]", "tree 0", "node 1 has the cover -4")]
    [InlineData("[10,4,6]", "[10,40,6]", "tree 0", "node 1 has the cover 40, more than the 10 of the node above it")]
    [InlineData("[10,4,6]", "[10,4]", "trees[0]", "'sum_hessian' has 2 entries, but there are 3 nodes")]
    [InlineData("\"num_feature\":\"2\"", "\"num_feature\":\"3\"", "learner", "2 feature_names, but num_feature is 3")]
    [InlineData("\"num_feature\":\"2\"", "\"num_feature\":\"900000000\"", "learner_model_param", "num_feature is 900000000")]
    [InlineData("[\"a\",\"b\"]", "[\"a\",\"a\"]", "learner", "a name twice")]
    [InlineData("\"num_class\":\"0\"", "\"num_class\":\"3\"", "learner_model_param", "3 classes")]
    [InlineData("\"num_trees\":\"1\"", "\"num_trees\":\"2\"", "gradient_booster", "there are 1 trees; the file was cut")]
    [InlineData("binary:logistic", "my:own", "learner.objective", "'my:own' is not known")]
    [InlineData("\"gbtree\"", "\"dart\"", "learner.gradient_booster", "train with booster=gbtree")]
    [InlineData("5E-1", "1.5", "learner_model_param", "base_score 1.5 must lie between 0 and 1")]
    [InlineData("\"split_type\":[0", "\"split_type\":[1", "trees[0]", "'categories_nodes' does not list it")]
    [InlineData("\"size_leaf_vector\":\"0\"", "\"size_leaf_vector\":\"4\"", "tree 0", "multi_output_tree")]
    [InlineData("\"trees\":[", "\"trees\":[1,2,", "trees", "is no number")]
    [InlineData("]}}}}", "", "line 4", "the file was cut")]
    [InlineData("{\"learner\"", "{\"other\"", null, "not a model that XGBoost saved")]
    public void XGBoost_names_what_and_where(string old, string changed, string? where, string what)
    {
        var problem = Assert.Throws<Problem>(() => Scored(Good.Replace(old, changed, StringComparison.Ordinal)));
        Assert.Contains(what, problem.Message, StringComparison.Ordinal);
        Assert.Contains(where ?? "", problem.Where ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("left_child=1", "left_child=0", "tree 0", "reached twice")]
    [InlineData("left_child=1", "left_child=77", "tree 0", "has the child")]
    [InlineData("right_child=-2", "right_child=-99", "tree 0", "has the child")]
    [InlineData("split_feature=0", "split_feature=6", "tree 0", "node 0 splits on input 6, but the model has 6 inputs")]
    [InlineData("leaf_value=", "leaf_value=nan ", "tree 0", "'leaf_value' has 13 entries, but there must be 12")]
    [InlineData("threshold=65", "threshold=x65", "tree 0, line", "'threshold' must hold a number at place 0, not 'x65")]
    [InlineData("num_leaves=12", "num_leaves=2000000000", "tree 0", "num_leaves is 2000000000")]
    [InlineData("num_leaves=12", "num_leaves=1900000", "tree 0", "entries, but there must be 1899999")]
    [InlineData("max_feature_idx=5", "max_feature_idx=4", "head", "6 feature_names, but max_feature_idx is 4")]
    [InlineData("objective=binary", "objective=mine", "head", "'mine' is not read")]
    [InlineData("sigmoid:0.7", "sigmoid:-1", "head", "must be a number above 0")]
    [InlineData("Tree=3", "Tree=4", "line", "comes where tree 3 should")]
    [InlineData("num_cat=1", "num_cat=2000000000", "tree 2", "num_cat is 2000000000")]
    [InlineData("is_linear=0", "is_linear=1", "tree 0", "linear_tree=false")]
    public void LightGBM_names_what_and_where(string old, string changed, string where, string what)
    {
        var text = Encoding.UTF8.GetString(Fixtures.Bytes("lgb-binary.txt"));
        var at = text.IndexOf(old, StringComparison.Ordinal);
        var problem = Assert.Throws<Problem>(() => ModelFile.Read(Encoding.UTF8.GetBytes(text[..at] + changed + text[(at + old.Length)..])));
        Assert.Contains(what, problem.Message, StringComparison.Ordinal);
        Assert.Contains(where, problem.Where ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused-dart.json", "train with booster=gbtree")]
    [InlineData("refused-linear.json", "linear package")]
    [InlineData("refused-softprob.json", "multi:softprob")]
    [InlineData("refused-multiclass.txt", "3 classes (multiclass)")]
    [InlineData("refused-linear-tree.txt", "linear_tree")]
    public void what_is_not_read_is_refused_by_name_with_what_to_do(string name, string what)
    {
        var problem = Assert.Throws<Problem>(() => ModelFile.Open(Fixtures.Locate(name)));
        Assert.Equal(ProblemKind.Unsupported, problem.Kind);
        Assert.Contains(what, problem.Message, StringComparison.Ordinal);
        Assert.Contains(name, problem.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(100_000, false)]
    public void a_tree_may_be_as_deep_as_the_limit(int depth, bool isRead)
    {
        // A chain: each split has a leaf to its left and the next split to its right.
        var splits = Enumerable.Range(0, depth).ToList();
        var count = (2 * depth) + 1;
        var json = $$$"""
            {"learner":{"objective":{"name":"reg:squarederror"},"learner_model_param":{"base_score":"0","num_feature":"200"},
            "gradient_booster":{"name":"gbtree","model":{"trees":[{"tree_param":{},
            "left_children":[{{{string.Join(',', splits.Select(i => (2 * i) + 1 + ",-1"))}}},-1],"right_children":[{{{string.Join(',', splits.Select(i => (2 * i) + 2 + ",-1"))}}},-1],
            "split_indices":[{{{string.Join(',', Enumerable.Range(0, count).Select(i => i / 2 % 200))}}}],"split_conditions":[{{{Repeated("0.5", count)}}}],
            "default_left":[{{{Repeated("0", count)}}}],"sum_hessian":[{{{string.Join(',', Enumerable.Range(0, count).Select(i => count - i))}}}] }] } } } }
            """;
        if (isRead)
        {
            var model = Assert.IsType<TreeModel>(ModelFile.Read(Encoding.UTF8.GetBytes(json)));
            var row = new DatacenterOst.Models.Numeric.InputValue[200];
            Array.Fill(row, new DatacenterOst.Models.Numeric.InputValue(1));
            var contributions = model.Explain(row)!;
            Assert.Equal(0.5, contributions.Bias + contributions.Values.Sum(), 1e-9);
            return;
        }

        Assert.Contains("deeper than 128 splits", Assert.Throws<Problem>(() => ModelFile.Read(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binf\u0001\u0002", "old binary format")]
    [InlineData("hello", "no model that is read")]
    [InlineData("", "no model that is read")]
    [InlineData("{", "the file was cut")]
    public void a_file_of_another_kind_is_told_by_its_content(string content, string what)
        => Assert.Contains(what, Assert.Throws<Problem>(() => ModelFile.Read(Encoding.Latin1.GetBytes(content))).Message, StringComparison.Ordinal);

    [Fact]
    public void a_file_that_is_not_there_and_a_folder_without_weights_are_named()
    {
        Assert.Equal(ProblemKind.NotFound, Assert.Throws<Problem>(() => ModelFile.Open(Path.Combine(Fixtures.Folder, "nothing.json"))).Kind);
        Assert.Contains("no package", Assert.Throws<Problem>(() => ModelFile.Open(Fixtures.Folder)).Message, StringComparison.Ordinal);
        Assert.Contains("names no 'weights'", Assert.Throws<Problem>(() => ModelFile.Open(Path.Combine(Repository.Root(), "models", "news2", "1.0.0"))).Message, StringComparison.Ordinal);
    }

    private static string Repeated(string text, int count) => string.Join(',', Enumerable.Repeat(text, count));

    private static double Scored(string json)
        => ModelFile.Read(Encoding.UTF8.GetBytes(json)).Score([new(0), new(1)]).Margin;
}

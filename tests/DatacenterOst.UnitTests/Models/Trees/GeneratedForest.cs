using System.Globalization;
using System.Text;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Trees;

namespace DatacenterOst.UnitTests.Models.Trees;

/// <summary>An XGBoost file with trees of any shape, and rows that often meet its thresholds exactly.</summary>
internal sealed class GeneratedForest
{
    // Few distinct thresholds, so that rows lie on them.
    private static readonly float[] Numbers = [-2.5f, -1f, -0f, 0f, 1e-30f, 0.5f, 1f, 1.1f, 3e7f];

    private readonly Random random;
    private readonly int inputs;

    public GeneratedForest(int seed, int trees, int depth, int inputs)
    {
        random = new Random(seed);
        this.inputs = inputs;
        var all = Enumerable.Range(0, trees).Select(_ => Tree(depth));
        Model = XgboostReader.ReadJson(Encoding.UTF8.GetBytes($$$"""
            {"learner":{"feature_names":[],"objective":{"name":"reg:squarederror"},"learner_model_param":{"base_score":"1.25E-1","num_class":"0","num_feature":"{{{inputs}}}"},
             "gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"{{{trees}}}"},"trees":[{{{string.Join(',', all)}}}] } } } }
            """));
    }

    public TreeModel Model { get; }

    public InputValue[] Row() => [.. Enumerable.Range(0, inputs).Select(_ => random.Next(4) == 0 ? InputValue.Missing : new InputValue(Pick() + (random.Next(3) == 0 ? 0.01 : 0)))];

    private string Tree(int depth)
    {
        var nodes = new List<Node>();
        Grow(nodes, depth, 1 + random.Next(1000));
        // The file may number its nodes in any order, the root excepted.
        return $$"""
            {"tree_param":{"num_nodes":"{{nodes.Count}}"},"left_children":[{{Join(nodes, node => node.Left)}}],"right_children":[{{Join(nodes, node => node.Right)}}],
             "split_indices":[{{Join(nodes, node => node.Feature)}}],"split_conditions":[{{Join(nodes, node => node.Value)}}],
             "default_left":[{{Join(nodes, node => node.MissingLeft)}}],"sum_hessian":[{{Join(nodes, node => node.Cover)}}]}
            """;
    }

    private int Grow(List<Node> nodes, int depth, double cover)
    {
        var at = nodes.Count;
        nodes.Add(new Node(-1, -1, 0, (float)(random.NextDouble() - 0.5), 0, cover));
        if (depth == 0 || random.Next(8) == 0) return at;
        // Now and then no training row went one way.
        var share = random.Next(12) == 0 ? 0 : Math.Round(cover * random.NextDouble());
        var right = Grow(nodes, depth - 1, cover - share);
        var left = Grow(nodes, depth - 1, share);
        nodes[at] = new Node(left, right, random.Next(inputs), Pick(), random.Next(2), cover);
        return at;
    }

    private float Pick() => Numbers[random.Next(Numbers.Length)];

    private static string Join<T>(List<Node> nodes, Func<Node, T> value)
        => string.Join(',', nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"{value(node)}")));

    private sealed record Node(int Left, int Right, int Feature, float Value, int MissingLeft, double Cover);
}

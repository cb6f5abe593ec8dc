using System.Numerics;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Trees;
using FsCheck;
using FsCheck.Fluent;

namespace DatacenterOst.UnitTests.Models.Trees;

/// <summary>The fast forms against the clear ones.</summary>
public sealed class When_forests_are_generated
{
    [Fact]
    public void eight_trees_at_once_give_the_bits_of_one_after_the_other()
    {
        var packed = 0;
        var cases = from seed in Gen.Choose(0, int.MaxValue) from trees in Gen.Choose(1, 41) from depth in Gen.Choose(0, 8) from inputs in Gen.Choose(1, 70) select (seed, trees, depth, inputs);
        Prop.ForAll(cases.ToArbitrary(), generated =>
        {
            var forest = new GeneratedForest(generated.seed, generated.trees, generated.depth, generated.inputs);
            packed += forest.Model.IsPacked ? 1 : 0;
            return Enumerable.Range(0, 20).Select(_ => forest.Row()).All(row =>
                BitConverter.DoubleToInt64Bits(forest.Model.Score(row).Margin) == BitConverter.DoubleToInt64Bits(forest.Model.MarginByWalking(row)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        Assert.True(packed > 0 || !System.Runtime.Intrinsics.X86.Avx2.IsSupported, "no forest was packed");
    }

    [Fact]
    public void contributions_are_the_Shapley_values_of_their_definition()
    {
        var cases = from seed in Gen.Choose(0, int.MaxValue) from trees in Gen.Choose(1, 3) from depth in Gen.Choose(0, 11) from inputs in Gen.Choose(1, 9) select (seed, trees, depth, inputs);
        Prop.ForAll(cases.ToArbitrary(), generated =>
        {
            var forest = new GeneratedForest(generated.seed, generated.trees, Math.Min(generated.depth, 9), generated.inputs);
            var row = forest.Row();
            var found = forest.Model.Explain(row)!;
            var values = Shapley(forest.Model, row, out var bias);
            return Math.Abs(bias - found.Bias) < 1e-12 && values.Zip(found.Values).All(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Fact]
    public void contributions_sum_to_the_margin_whatever_the_width_and_depth()
    {
        var cases = from seed in Gen.Choose(0, int.MaxValue) from depth in Gen.Choose(0, 14) from inputs in Gen.Choose(1, 900) select (seed, depth, inputs);
        Prop.ForAll(cases.ToArbitrary(), generated =>
        {
            var forest = new GeneratedForest(generated.seed, 5, generated.depth, generated.inputs);
            var row = forest.Row();
            var found = forest.Model.Explain(row)!;
            return Math.Abs(found.Bias + found.Values.Sum() - forest.Model.Score(row).Margin) < 1e-6;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    // The definition: an input's mean gain over all sets of the others, where what is not in a set is averaged over as the training rows went.
    private static double[] Shapley(TreeModel model, InputValue[] row, out double bias)
    {
        var inputs = row.Length;
        var worth = new double[1 << inputs];
        for (var set = 0; set < worth.Length; set++)
        {
            worth[set] = model.BaseMargin;
            for (var tree = 0; tree < model.Forest.Count; tree++) worth[set] += Mean(model.Forest, tree, 0, row, set);
        }

        bias = worth[0];
        var values = new double[inputs];
        for (var set = 0; set < worth.Length; set++)
        {
            var size = BitOperations.PopCount((uint)set);
            for (var i = 0; i < inputs; i++)
                if ((set >> i & 1) == 0) values[i] += (worth[set | 1 << i] - worth[set]) * Factorial(size) * Factorial(inputs - size - 1) / Factorial(inputs);
        }

        return values;
    }

    private static double Mean(Forest forest, int tree, int at, InputValue[] row, int set)
    {
        var nodes = forest.Tree(tree);
        var node = nodes[at];
        if (node.IsLeaf) return node.Value;
        if ((set >> node.Feature & 1) != 0)
            return Mean(forest, tree, forest.GoesLeft(in node, (float)row[node.Feature].Number) ? at + 1 : node.Right, row, set);
        var (left, right) = node.Cover > 0 ? (nodes[at + 1].Cover / node.Cover, nodes[node.Right].Cover / node.Cover) : (0.5, 0.5);
        return (left * Mean(forest, tree, at + 1, row, set)) + (right * Mean(forest, tree, node.Right, row, set));
    }

    private static double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
}

using DatacenterOst.Models.Numeric;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>Explanations held against Shapley's own formula, over all sets of inputs.</summary>
public sealed class When_an_onnx_model_is_explained
{
    [Theory]
    [InlineData("logistic")]
    [InlineData("imputed-logistic")]
    [InlineData("linear-regression")]
    [InlineData("gradient-boosting")]
    [InlineData("hist-gradient-boosting")]
    [InlineData("random-forest-regression")]
    public void each_part_is_the_mean_gain_over_all_orders(string name)
    {
        var file = OnnxFixture.Own(name);
        for (var i = 0; i < 20; i++) Holds(file, file.Row(i));
    }

    [Theory]
    [InlineData("pima-fasttree")]
    [InlineData("pima-fastforest")]
    [InlineData("pima-missing-indicator")]
    [InlineData("flchain-onehot-logreg")]
    public void so_it_is_for_files_of_mlnet(string name)
    {
        var file = OnnxFixture.OfMlNet(name);
        for (var i = 0; i < 10; i++) Holds(file, file.Row(i));
    }

    private static void Holds(OnnxFixture file, InputValue[] row)
    {
        var reference = Enumerable.Repeat(InputValue.Missing, row.Length).ToArray();
        if (!double.IsFinite(file.Model.Score(reference).Margin)) reference = new InputValue[row.Length];
        var parts = file.Model.Explain(row);
        Assert.NotNull(parts);
        var margins = Enumerable.Range(0, 1 << row.Length)
            .Select(set => file.Model.Score([.. row.Select((value, i) => (set >> i & 1) == 1 ? value : reference[i])]).Margin).ToArray();
        var tolerance = 2e-6 * margins.Max(margin => Math.Max(1, Math.Abs(margin)));
        for (var input = 0; input < row.Length; input++) Assert.Equal(Shapley(margins, row.Length, input), parts.Values[input], tolerance);
        Assert.Equal(margins[0], parts.Bias, tolerance);
        Assert.Equal(margins[^1], parts.Bias + parts.Values.Sum(), 1e-9 * Math.Max(1, Math.Abs(margins[^1])));
    }

    private static double Shapley(double[] margins, int inputs, int input)
    {
        double sum = 0;
        for (var set = 0; set < margins.Length; set++)
        {
            if ((set >> input & 1) == 1) continue;
            var before = System.Numerics.BitOperations.PopCount((uint)set);
            double share = 1;
            for (var i = 1; i <= before; i++) share *= i / (double)(inputs - before - 1 + i);
            sum += share / inputs * (margins[set | 1 << input] - margins[set]);
        }

        return sum;
    }
}

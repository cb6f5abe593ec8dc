using System.Globalization;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>Models that scikit-learn trained, in skl2onnx's form, held against scikit-learn's own predictions (make_sklearn.py).</summary>
public sealed class When_a_file_of_scikit_learn_is_scored
{
    [Theory]
    [InlineData("logistic")]
    [InlineData("imputed-logistic")]
    [InlineData("onehot-logistic")]
    [InlineData("random-forest")]
    [InlineData("gradient-boosting")]
    [InlineData("hist-gradient-boosting")]
    [InlineData("mlp")]
    [InlineData("svc")]
    public void a_classifier_gives_the_probability_of_the_second_class_and_its_log_odds(string name)
    {
        var file = OnnxFixture.Own(name);
        Assert.Equal(60, file.Count);
        for (var i = 0; i < file.Count; i++)
        {
            var result = file.Model.Run(file.Row(i));
            var expected = file.Expected(i, "Probability")!.Value;
            Assert.Null(result.Reason);
            Assert.Equal(expected, result.Number.Probability!.Value, 1e-6);
            Assert.Equal(expected, 1 / (1 + Math.Exp(-result.Number.Margin)), 1e-6);
            Assert.Equal(file.Expected(i, "PredictedLabel")!.Value.ToString(CultureInfo.InvariantCulture), result.Label);
        }
    }

    [Theory]
    [InlineData("linear-regression")]
    [InlineData("random-forest-regression")]
    [InlineData("mlp-regression")]
    [InlineData("svr")]
    [InlineData("linear-svc")]
    public void a_model_of_one_number_gives_it_as_the_margin(string name)
    {
        var file = OnnxFixture.Own(name);
        for (var i = 0; i < file.Count; i++)
        {
            var number = file.Model.Score(file.Row(i));
            var expected = file.Expected(i, "Score")!.Value;
            Assert.Equal(expected, number.Margin, 1e-6 * Math.Max(1, Math.Abs(expected)));
            Assert.Null(number.Probability);
        }
    }

    [Fact]
    public void columns_of_a_matrix_are_named_by_their_number_and_single_inputs_by_themselves()
    {
        Assert.Equal(["float_input_0", "float_input_1", "float_input_2", "float_input_3", "float_input_4", "float_input_5"], OnnxFixture.Own("svc").Model.Inputs);
        Assert.Equal(["radius", "texture", "site"], OnnxFixture.Own("onehot-logistic").Model.Inputs);
    }

    [Theory]
    [InlineData("logistic")]
    [InlineData("imputed-logistic")]
    [InlineData("onehot-logistic")]
    [InlineData("linear-regression")]
    [InlineData("linear-svc")]
    public void what_is_linear_is_explained_and_sums_to_the_margin(string name)
    {
        var file = OnnxFixture.Own(name);
        for (var i = 0; i < file.Count; i++)
        {
            var parts = file.Model.Explain(file.Row(i));
            Assert.NotNull(parts);
            Assert.Equal(file.Model.Score(file.Row(i)).Margin, parts.Bias + parts.Values.Sum(), 1e-9);
        }

        // In a sum of functions of one input each, what an input gives does not depend on the others.
        var (one, other) = (file.Row(1), file.Row(2));
        var mixed = other.ToArray();
        mixed[0] = one[0];
        Assert.Equal(file.Model.Explain(one)!.Values[0], file.Model.Explain(mixed)!.Values[0], 1e-4 * Math.Max(1, Math.Abs(file.Model.Score(one).Margin)));
        Assert.Equal(file.Model.Explain(other)!.Bias, file.Model.Explain(one)!.Bias, 1e-4 * Math.Max(1, Math.Abs(file.Model.Score(one).Margin)));
    }

    [Theory]
    [InlineData("random-forest")]
    [InlineData("mlp")]
    [InlineData("svc")]
    public void what_has_no_exact_explanation_has_none(string name) => Assert.Null(OnnxFixture.Own(name).Model.Explain(OnnxFixture.Own(name).Row(0)));
}

using DatacenterOst.Clinical;
using DatacenterOst.Models.Ensembles;
using DatacenterOst.Models.Numeric;
using DatacenterOst.UnitTests.Models.Onnx;

namespace DatacenterOst.UnitTests.Models.Ensembles;

/// <summary>Members are real models of the same table: a logistic regression, gradient boosting, a network.</summary>
public sealed class When_models_are_combined
{
    private static readonly OnnxFixture Logistic = OnnxFixture.Own("logistic");
    private static readonly OnnxFixture Boosting = OnnxFixture.Own("gradient-boosting");
    private static readonly OnnxFixture Network = OnnxFixture.Own("mlp");
    private static readonly INumericModel[] Two = [Logistic.Model, Boosting.Model];
    private static readonly INumericModel[] Three = [Logistic.Model, Boosting.Model, Network.Model];

    [Fact]
    public void a_mean_of_margins_is_log_odds_and_its_sigmoid_the_probability() => EachRow((row, a, b, _) =>
    {
        var number = Ensemble.Of(Two, Combination.Mean(Scale.Margin)).Score(row);
        Assert.Equal((a.Margin + b.Margin) / 2, number.Margin, 1e-12);
        Assert.Equal(Sigmoid(number.Margin), number.Probability!.Value, 1e-12);
    });

    [Fact]
    public void a_mean_of_probabilities_has_their_mean_and_its_log_odds() => EachRow((row, a, b, c) =>
    {
        var number = Ensemble.Of(Three, Combination.Mean(Scale.Probability)).Score(row);
        Assert.Equal((a.Probability!.Value + b.Probability!.Value + c.Probability!.Value) / 3, number.Probability!.Value, 1e-12);
        Assert.Equal(number.Probability!.Value, Sigmoid(number.Margin), 1e-9);
    });

    [Fact]
    public void weights_count_as_parts_of_their_sum() => EachRow((row, a, b, _) =>
        Assert.Equal((0.75 * a.Margin) + (0.25 * b.Margin), Ensemble.Of(Two, Combination.Weighted(Scale.Margin, [3, 1])).Score(row).Margin, 1e-12));

    [Fact]
    public void stacking_is_a_line_over_the_members() => EachRow((row, a, b, c) =>
    {
        var over = Ensemble.Of(Three, Combination.Stacked(Scale.Probability, -2, [1.5, 2.5, -0.5], Link.Sigmoid)).Score(row);
        Assert.Equal(-2 + (1.5 * a.Probability!.Value) + (2.5 * b.Probability!.Value) - (0.5 * c.Probability!.Value), over.Margin, 1e-12);
        Assert.Equal(Sigmoid(over.Margin), over.Probability!.Value, 1e-12);
        Assert.Null(Ensemble.Of(Three, Combination.Stacked(Scale.Margin, 1, [1, 1, 1], Link.Identity)).Score(row).Probability);
    });

    [Fact]
    public void a_vote_counts_those_at_the_threshold_or_above() => EachRow((row, a, b, c) =>
    {
        var yes = new[] { a, b, c }.Count(member => member.Probability >= 0.5);
        var number = Ensemble.Of(Three, Combination.Vote(Scale.Probability, 0.5)).Score(row);
        Assert.Equal(yes / 3.0, number.Probability!.Value, 1e-12);
        Assert.True(double.IsFinite(number.Margin));
    });

    [Fact]
    public void means_and_stacks_of_margins_are_explained_and_sum_to_the_margin() => EachRow((row, _, _, _) =>
    {
        Combination[] sums =
        [
            Combination.Mean(Scale.Margin), Combination.Weighted(Scale.Margin, [1, 4]), Combination.Stacked(Scale.Margin, 0.7, [0.4, -0.2], Link.Sigmoid),
        ];
        foreach (var sum in sums)
        {
            var ensemble = Ensemble.Of(Two, sum);
            var parts = ensemble.Explain(row);
            Assert.NotNull(parts);
            Assert.Equal(ensemble.Score(row).Margin, parts.Bias + parts.Values.Sum(), 1e-9);
        }

        var (one, other) = (Logistic.Model.Explain(row)!, Boosting.Model.Explain(row)!);
        Assert.Equal((one.Values[3] + other.Values[3]) / 2, Ensemble.Of(Two, sums[0]).Explain(row)!.Values[3], 1e-12);
    });

    [Fact]
    public void what_is_no_sum_of_explained_margins_has_no_explanation()
    {
        var row = Logistic.Row(0);
        Assert.Null(Ensemble.Of(Two, Combination.Mean(Scale.Probability)).Explain(row));
        Assert.Null(Ensemble.Of(Two, Combination.Vote(Scale.Margin, 0)).Explain(row));
        Assert.Null(Ensemble.Of(Three, Combination.Mean(Scale.Margin)).Explain(row));
        Assert.NotNull(Ensemble.Of(Three, Combination.Weighted(Scale.Margin, [1, 1, 0])).Explain(row));
    }

    [Fact]
    public void members_of_other_inputs_share_a_row_by_name()
    {
        var worded = OnnxFixture.Own("onehot-logistic");
        var ensemble = Ensemble.Of([Logistic.Model, worded.Model], Combination.Mean(Scale.Margin));
        Assert.Equal([.. Logistic.Model.Inputs, .. worded.Model.Inputs], ensemble.Inputs);
        InputValue[] row = [.. Logistic.Row(4), .. worded.Row(4)];
        Assert.Equal((Logistic.Model.Score(Logistic.Row(4)).Margin + worded.Model.Score(worded.Row(4)).Margin) / 2, ensemble.Score(row).Margin, 1e-12);
        Assert.Equal(9, ensemble.Explain(row)!.Values.Count);
    }

    [Fact]
    public void a_member_without_a_number_leaves_none()
    {
        var row = Logistic.Row(0);
        row[0] = InputValue.Missing;
        Assert.True(double.IsNaN(Ensemble.Of(Two, Combination.Mean(Scale.Margin)).Score(row).Margin));
        var regression = OnnxFixture.Own("linear-regression");
        Assert.True(double.IsNaN(Ensemble.Of([regression.Model], Combination.Mean(Scale.Probability)).Score(regression.Row(0)).Margin));
    }

    [Fact]
    public void what_cannot_be_combined_is_refused_with_a_reason()
    {
        Assert.Contains("members", Assert.Throws<Problem>(() => Ensemble.Of([], Combination.Mean(Scale.Margin))).Message, StringComparison.Ordinal);
        Assert.Contains("3 weights for 2 members", Assert.Throws<Problem>(() => Ensemble.Of(Two, Combination.Weighted(Scale.Margin, [1, 2, 3]))).Message, StringComparison.Ordinal);
        Assert.Throws<Problem>(() => Combination.Weighted(Scale.Margin, [1, -1]));
        Assert.Throws<Problem>(() => Combination.Weighted(Scale.Margin, [0, 0]));
        Assert.Throws<Problem>(() => Combination.Stacked(Scale.Margin, double.NaN, [1, 1], Link.Identity));
        Assert.Throws<Problem>(() => Ensemble.Of(Two, Combination.Mean(Scale.Margin)).Score([new InputValue(1)]));
    }

    private static void EachRow(Action<InputValue[], ModelNumber, ModelNumber, ModelNumber> holds)
    {
        for (var i = 0; i < Logistic.Count; i++)
        {
            var row = Logistic.Row(i);
            holds(row, Logistic.Model.Score(row), Boosting.Model.Score(row), Network.Model.Score(row));
        }
    }

    private static double Sigmoid(double margin) => 1 / (1 + Math.Exp(-margin));
}

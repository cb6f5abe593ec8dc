using System.Globalization;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>Files that ML.NET exported itself, held against ML.NET's own scores of every row.</summary>
public sealed class When_a_file_of_mlnet_is_scored
{
    [Theory]
    [InlineData("flchain-onehot-logreg", 6839)]
    [InlineData("pima-fastforest", 768)]
    [InlineData("pima-fasttree", 768)]
    [InlineData("pima-lbfgs-logreg", 768)]
    [InlineData("pima-missing-indicator", 768)]
    [InlineData("pima-svm-naivecal", 768)]
    public void every_row_has_mlnets_score_probability_and_label(string name, int rows)
    {
        var file = OnnxFixture.OfMlNet(name);
        Assert.Equal(rows, file.Count);
        for (var i = 0; i < rows; i++)
        {
            var result = file.Model.Run(file.Row(i));
            Assert.Null(result.Reason);
            Assert.Equal(file.Expected(i, "Score")!.Value, result.Number.Margin, 1e-5);
            if (file.Expected(i, "Probability") is { } probability) Assert.Equal(probability, result.Number.Probability!.Value, 1e-6);
            else Assert.Null(result.Number.Probability);
            if (file.Expected(i, "PredictedLabel") is { } label) Assert.Equal(label.ToString(CultureInfo.InvariantCulture), result.Label);
        }
    }

    [Fact]
    public void columns_that_the_score_does_not_depend_on_are_not_asked_for()
    {
        var model = OnnxFixture.OfMlNet("pima-fasttree").Model;
        Assert.Equal(["pregnant", "glucose", "pressure", "triceps", "insulin", "mass", "pedigree", "age"], model.Inputs);
        Assert.Equal("ML.NET", model.Producer);
    }

    [Fact]
    public void a_linear_model_is_explained_exactly_and_a_missing_value_gives_nothing()
    {
        var file = OnnxFixture.OfMlNet("pima-lbfgs-logreg");
        for (var i = 0; i < 100; i++)
        {
            var row = file.Row(i);
            var parts = file.Model.Explain(row);
            Assert.NotNull(parts);
            Assert.Equal(file.Model.Score(row).Margin, parts.Bias + parts.Values.Sum(), 1e-12);
            for (var input = 0; input < row.Length; input++)
                if (row[input].IsMissing) Assert.Equal(0, parts.Values[input]);
        }
    }
}

using DatacenterOst.Models.Numeric;

namespace DatacenterOst.UnitTests.Models.Trees;

/// <summary>Files of XGBoost 1.7.4 and LightGBM 4.7.0 with those libraries' own results: missing values, categories, zeros, unknown categories.</summary>
public sealed class When_a_library_saved_the_model
{
    public static TheoryData<string> Xgboost => [
        "shared/pima.json", "shared/pima.ubj", "shared/bc_wisc.json", "shared/bc_wisc.ubj", "xgb-categories.json", "xgb-categories.ubj",
        "xgb-poisson.json", "xgb-cox.json", "xgb-squared.json", "xgb-share.ubj", "xgb-forest.json", "xgb-deep.json"];

    public static TheoryData<string> LightGbm => [
        "lgb-binary.txt", "lgb-zero.txt", "lgb-none.txt", "lgb-poisson.txt", "lgb-share.txt", "lgb-forest.txt", "lgb-root.txt"];

    [Theory, MemberData(nameof(Xgboost)), MemberData(nameof(LightGbm))]
    public void the_margin_has_its_very_bits(string name)
    {
        var model = Fixtures.Model(name);
        foreach (var expected in Fixtures.Rows(name, model.Inputs.Count))
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Margin), BitConverter.DoubleToInt64Bits(model.Score(expected.Row).Margin));
    }

    [Theory, MemberData(nameof(Xgboost)), MemberData(nameof(LightGbm))]
    public void the_prediction_is_the_same(string name)
    {
        var model = Fixtures.Model(name);
        foreach (var expected in Fixtures.Rows(name, model.Inputs.Count))
        {
            var number = model.Score(expected.Row);
            Assert.Equal(expected.Predicted, number.Probability ?? number.Predicted ?? number.Margin, 1e-15 + (1e-7 * Math.Abs(expected.Predicted)));
        }
    }

    [Theory, MemberData(nameof(Xgboost)), MemberData(nameof(LightGbm))]
    public void the_contributions_are_the_same_and_sum_to_the_margin(string name)
    {
        var model = Fixtures.Model(name);
        // XGBoost explains in 32 bits, LightGBM in 64.
        var tolerance = name.StartsWith("lgb", StringComparison.Ordinal) ? 1e-12 : 1e-5;
        foreach (var expected in Fixtures.Rows(name, model.Inputs.Count))
        {
            var contributions = Assert.IsType<Contributions>(model.Explain(expected.Row));
            Assert.Equal(expected.Bias, contributions.Bias, tolerance);
            for (var i = 0; i < expected.Contributions.Length; i++) Assert.Equal(expected.Contributions[i], contributions.Values[i], tolerance);
            Assert.Equal(model.Score(expected.Row).Margin, contributions.Bias + contributions.Values.Sum(), tolerance);
        }
    }

    [Theory, InlineData("shared/pima"), InlineData("shared/bc_wisc"), InlineData("xgb-categories")]
    public void JSON_and_UBJ_give_the_same(string name)
    {
        var (json, ubj) = (Fixtures.Model(name + ".json"), Fixtures.Model(name + ".ubj"));
        Assert.Equal(json.Inputs, ubj.Inputs);
        foreach (var expected in Fixtures.Rows(name + ".json", json.Inputs.Count)) Assert.Equal(json.Score(expected.Row), ubj.Score(expected.Row));
    }

    [Fact]
    public void its_inputs_have_the_names_of_the_file_or_else_of_their_places()
    {
        Assert.Equal(["age", "creatinine", "platelets", "ward", "diagnosis", "zeros"], Fixtures.Model("xgb-categories.ubj").Inputs);
        Assert.Equal(["f0", "f1", "f2", "f3", "f4", "f5"], Fixtures.Model("xgb-poisson.json").Inputs);
    }

    [Fact]
    public void a_probability_is_given_where_the_objective_makes_one()
    {
        var row = new InputValue[6];
        Assert.NotNull(Fixtures.Model("xgb-categories.json").Score(row).Probability);
        Assert.NotNull(Fixtures.Model("lgb-share.txt").Score(row).Probability);
        Assert.Null(Fixtures.Model("xgb-squared.json").Score(row).Probability);
        Assert.Equal(MathF.Exp((float)Fixtures.Model("xgb-cox.json").Score(row).Margin), Fixtures.Model("xgb-cox.json").Score(row).Predicted);
    }

    [Fact]
    public void a_row_is_scored_and_explained_without_an_allocation()
    {
        var model = Fixtures.Model("xgb-forest.json");
        var row = new InputValue[6];
        var values = new double[6];
        for (var i = 0; i < 3; i++) model.Explain(row, values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) model.Score(row);
        for (var i = 0; i < 100; i++) model.MarginByWalking(row);
        for (var i = 0; i < 100; i++) model.Explain(row, values);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

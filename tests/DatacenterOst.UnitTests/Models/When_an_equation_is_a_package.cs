using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Explanation;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Models;

public sealed class When_an_equation_is_a_package
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    // Tangri 2016: worked examples of the baselines outside of North America; the last is the average patient, whose predictor is 0.
    [Theory]
    [InlineData("60", "male", "30", "300", 1.2714, 0.0586, 0.2086)]
    [InlineData("70.36", "male", "36.11", "134.10385017636864", 0.0, 0.0168, 0.0635)]
    public void the_kidney_failure_risk_is_that_of_the_published_examples(string age, string sex, string egfr, string uacr, double predictor, double twoYears, double fiveYears)
    {
        var estimate = Shipped.Package("kfre").Try(new Dictionary<string, string> { ["age"] = age, ["sex"] = sex, ["egfr"] = egfr, ["uacr"] = uacr }, Now);

        Assert.Equal(predictor, estimate.Margin!.Value, 1e-4);
        Assert.Equal(twoYears, estimate.Values["risk2y"].Number!.Value, 1e-4);
        Assert.Equal(fiveYears, estimate.Probability!.Value, 1e-4);
    }

    [Fact]
    public void its_terms_are_its_explanation_against_the_average_patient()
    {
        var estimate = Shipped.Package("kfre").Try(new Dictionary<string, string> { ["age"] = "60", ["sex"] = "male", ["egfr"] = "30", ["uacr"] = "300" }, Now);
        var groups = estimate.Explanation!.Groups;

        Assert.Equal(["kidney-function", "age-and-sex", "albuminuria"], groups.Select(group => group.Id));
        Assert.Equal(-0.5567 * ((30 / 5.0) - 7.222), groups[0].Value, 1e-9);
        Assert.Equal(estimate.Margin!.Value, estimate.Explanation.Bias + groups.Sum(group => group.Value), 1e-9);
        Assert.Equal(("uacr", 30d), (estimate.MostChanging!.Feature, estimate.MostChanging.Target));
        Assert.Equal(0.0795, estimate.MostChanging.To, 1e-4);
    }

    [Fact]
    public void a_name_that_is_no_feature_is_told_with_those_that_are()
    {
        var problem = Assert.Throws<Problem>(() => Shipped.Package("kfre").Try(new Dictionary<string, string> { ["gfr"] = "30" }, Now));

        Assert.Contains("no feature named gfr; its features are age, sex, egfr, uacr", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void the_whole_result_is_written_for_machines()
    {
        var package = Shipped.Package("kfre");
        var json = EstimateDocument.Of(package, package.Try(new Dictionary<string, string> { ["age"] = "60", ["sex"] = "male", ["egfr"] = "30", ["uacr"] = "300" }, Now));

        Assert.Equal("referral", (string?)json["bands"]![0]!["id"]);
        Assert.Equal("at least 5 % within 5 years", (string?)json["bands"]![0]!["text"]!["en"]);
        Assert.Equal(3, json["explanation"]!["groups"]!.AsArray().Count);
        Assert.Equal(30, (double?)json["mostChanging"]!["target"]);
        Assert.Contains("\"da\": \"Nyrefunktion\"", EstimateDocument.Write(package, package.Try(new Dictionary<string, string> { ["age"] = "60", ["sex"] = "male", ["egfr"] = "30", ["uacr"] = "300" }, Now)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%creatinine +", "is not a FHIRPath expression")]
    [InlineData("%kreatinin + 1", "names %kreatinin, which is neither a feature nor a step above this one")]
    [InlineData("'x'.ln()", "has no meaning for these features")]
    public void a_step_that_cannot_be_made_is_refused(string expression, string told)
    {
        using var package = new WrittenPackage(Equation(expression));

        Assert.Contains(told, package.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void a_result_that_cannot_be_made_of_a_patient_is_an_abstention()
    {
        using var package = new WrittenPackage(Equation("%creatinine.ln()"));

        Assert.Equal("creatinine: missing, and the model makes no number without", Assert.Single(package.Estimate().Abstentions));
        Assert.Equal("the model made no number of these features", Assert.Single(package.Estimate(Lab("creatinine", 0, 1)).Abstentions));
    }

    [Fact]
    public void shapley_values_of_a_product_are_shared_alike_and_sum_to_it()
    {
        var shares = CoalitionShapley.Of(3, set => (set & 1) * ((set >> 1) & 1) * 6 + ((set >> 2 & 1) * 5) + 1);

        Assert.Equal(1, shares.Bias);
        Assert.Equal([3d, 3d, 5d], shares.Values.Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void points_are_their_own_explanation()
    {
        var news2 = Shipped.Package("news2").Try(
            new Dictionary<string, string>
            {
                ["age"] = "60",
                ["respiratoryRate"] = "22",
                ["spo2"] = "93",
                ["oxygen"] = "2",
                ["systolic"] = "105",
                ["heartRate"] = "95",
                ["consciousness"] = "alert",
                ["temperature"] = "38.5",
            },
            Now);

        Assert.Equal(news2.Score, news2.Margin);
        Assert.Equal(news2.Score!.Value, news2.Explanation!.Groups.Sum(group => group.Value));
        Assert.Equal(2, news2.Explanation.Groups.Single(group => group.Id == "respiratoryRate").Value);
    }

    [Fact]
    public void where_the_highest_points_count_those_that_have_them_share_them()
    {
        var aki = Shipped.Package("kdigo-aki");
        var estimate = aki.Try(new Dictionary<string, string> { ["creatinine"] = "240", ["lowest48h"] = "80", ["lowest7d"] = "80", ["age"] = "60" }, Now);

        Assert.Equal(3, estimate.Score);
        Assert.Equal(3, estimate.Explanation!.Groups.Sum(group => group.Value), 1e-12);
    }

    private static string Equation(string expression) => $$"""
        kind: equation
        features:
          - { name: creatinine, concept: creatinine, take: last, window: "[-7d, 0h]" }
        equation:
          steps: [{ name: x, is: "{{expression}}" }]
          score: x
        bands: [{ id: any, rank: 0 }]
        """;
}

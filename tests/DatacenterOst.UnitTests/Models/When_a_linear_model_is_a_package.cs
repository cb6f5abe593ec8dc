using DatacenterOst.Clinical;
using DatacenterOst.Models;
using DatacenterOst.Models.Calibration;
using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Models;

public sealed class When_a_linear_model_is_a_package
{
    private const string Features = """
        features:
          - { name: creatinine, concept: creatinine, take: last, window: "[-7d, 0h]" }
          - { name: potassium, concept: potassium, take: last, window: "[-7d, 0h]" }
          - { name: igg, concept: cmv-igg, take: last, as: category, window: "[-7d, 0h]" }

        """;

    private const string Logistic = "kind: linear\n" + Features + """
        linear:
          link: logistic
          intercept: -3
          terms:
            - { feature: creatinine, coefficient: 0.01, reference: 90 }
            - { feature: potassium, coefficient: 0.5, reference: 4, whenMissing: 2 }
            - { feature: igg, words: { negative: 0, positive: 0.25 }, whenMissing: 0.1 }
        bands:
          - { id: high, rank: 2, from: 0.4, ppv: 0.6, npv: 0.9, rows: [creatinine, probability] }
          - { id: low, rank: 1, below: 0.4 }

        """;

    private static readonly Fact[] Facts = [Lab("creatinine", 120, 1), Lab("potassium", 5, 1), Lab("cmv-igg", null, 1, category: ResultCategory.Positive)];

    [Fact]
    public void the_margin_the_probability_and_the_band_are_those_of_the_formula()
    {
        using var package = new WrittenPackage(Logistic);

        var estimate = package.Estimate(Facts);

        Assert.Equal(-3 + 1.2 + 2.5 + 0.25, estimate.Margin!.Value, 1e-12);
        Assert.Equal(1 / (1 + Math.Exp(-0.95)), estimate.Probability!.Value, 1e-12);
        Assert.Equal(estimate.Probability, estimate.Score);
        var band = Assert.Single(estimate.Conclusions);
        Assert.Equal(("high", 0.6, 0.9), (band.Id, band.Ppv!.Value, band.Npv!.Value));
        Assert.Equal("high", estimate.Values["band"].Text);
        Assert.Equal(estimate.Probability, estimate.Values["probability"].Number);
        Assert.Equal(0.6, estimate.Values["expectedPpv"].Number);
    }

    [Fact]
    public void the_explanation_is_by_group_and_sums_to_the_margin()
    {
        using var package = new WrittenPackage(Logistic + """
            explanation:
              groups:
                - { id: blood, text: { da: Blodprøver, en: Blood tests }, features: [creatinine, potassium] }
            """);

        var estimate = package.Estimate(Facts);
        var explanation = estimate.Explanation!;

        Assert.Equal(["blood", "igg"], explanation.Groups.Select(group => group.Id));
        Assert.Equal(0.3 + 0.5, explanation.Groups[0].Value, 1e-12);
        Assert.Equal(["potassium", "creatinine"], explanation.Groups[0].Features);
        Assert.Equal("Blodprøver", explanation.Groups[0].Text.In("da"));
        Assert.Equal(estimate.Margin!.Value, explanation.Bias + explanation.Groups.Sum(group => group.Value), 1e-12);
    }

    [Fact]
    public void a_missing_value_gives_what_the_model_says_of_missing_and_is_named_as_missing()
    {
        using var package = new WrittenPackage(Logistic);

        var estimate = package.Estimate(Facts[0]);

        Assert.Equal(-3 + 1.2 + 2 + 0.1, estimate.Margin!.Value, 1e-12);
        Assert.Equal(["igg", "potassium"], estimate.Explanation!.Groups.SelectMany(group => group.Missing).Order());
    }

    [Fact]
    public void without_an_input_that_it_needs_there_is_no_number()
    {
        using var package = new WrittenPackage(Logistic);

        var estimate = package.Estimate(Facts[1], Facts[2]);

        Assert.Null(estimate.Score);
        Assert.Null(estimate.Explanation);
        Assert.Contains("creatinine: missing", Assert.Single(estimate.Abstentions), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link: identity\n  intercept: 1", null, 61.0)]
    [InlineData("link: poisson\n  intercept: -59", null, 2.718281828459045)]
    [InlineData("link: cox\n  baselineSurvival: 0.9", 1.0, 1.0)]
    public void each_link_makes_its_own_result(string link, double? probability, double score)
    {
        using var package = new WrittenPackage($"kind: linear\n{Features}linear:\n  {link}\n  terms:\n    - {{ feature: creatinine, coefficient: 0.5 }}\nbands: [{{ id: any, rank: 0 }}]\n");

        var estimate = package.Estimate(Facts);

        Assert.Equal(score, estimate.Score!.Value, 1e-9);
        Assert.Equal(probability, estimate.Probability);
    }

    [Fact]
    public void a_small_risk_of_a_Cox_model_keeps_its_digits()
    {
        using var package = new WrittenPackage($"kind: linear\n{Features}linear:\n  link: cox\n  baselineHazard: 1e-12\n  terms:\n    - {{ feature: creatinine, coefficient: 0 }}\nbands: [{{ id: any, rank: 0 }}]\n");

        Assert.Equal(1e-12, package.Estimate(Facts).Probability!.Value, 1e-24);
    }

    [Theory]
    [InlineData("calibration: { method: logistic, intercept: 0.5, slope: 2 }", 0.5 + (2 * 0.95))]
    [InlineData("calibration: { method: platt, a: -2, b: -0.5 }", 0.5 + (2 * 0.95))]
    [InlineData("calibration: { method: logistic, intercept: 9, slope: 9, sites: { aarhus: { method: logistic, intercept: 0.5, slope: 2 } } }", 0.5 + (2 * 0.95))]
    public void a_calibration_changes_the_probability_and_not_the_margin(string calibration, double logOdds)
    {
        using var package = new WrittenPackage(Logistic + calibration);

        var estimate = package.Package(new PackageSettings("aarhus", SignatureRule.None)).Evaluate(Of(Facts), At(24));

        Assert.Equal(1 / (1 + Math.Exp(-logOdds)), estimate.Probability!.Value, 1e-12);
        Assert.Equal(0.95, estimate.Margin!.Value, 1e-12);
    }

    [Fact]
    public void an_isotonic_table_is_read_in_straight_lines()
    {
        using var package = new WrittenPackage(Logistic + """
            calibration:
              method: isotonic
              points: [{ raw: 0.5, observed: 0.2 }, { raw: 0.9, observed: 0.6 }]
            """);
        var raw = 1 / (1 + Math.Exp(-0.95));

        Assert.Equal(0.2 + ((raw - 0.5) / 0.4 * 0.4), package.Estimate(Facts).Probability!.Value, 1e-12);
    }

    [Fact]
    public void an_interval_stands_around_the_probability_with_its_level()
    {
        using var package = new WrittenPackage(Logistic + """
            interval:
              method: conformal
              level: 0.9
              table: [{ at: 0, low: 0, high: 0.1 }, { at: 1, low: 0.8, high: 1 }]
            """);

        var estimate = package.Estimate(Facts);

        Assert.Equal(new RiskInterval(0.8 * estimate.Probability!.Value, 0.1 + (0.9 * estimate.Probability.Value), 0.9, IntervalMethod.Conformal), estimate.Interval);
        Assert.Equal(estimate.Interval!.Low, estimate.Values["intervalLow"].Number);
    }

    [Fact]
    public void it_keeps_silent_with_too_much_missing_or_out_of_its_range()
    {
        using var sparse = new WrittenPackage(Logistic + "abstain: { missingShare: 0.5 }");
        using var range = new WrittenPackage(Logistic + "abstain: { ranges: [{ feature: creatinine, from: 20, below: 110 }] }");

        Assert.Contains("2 of 3 inputs are missing", Assert.Single(sparse.Estimate(Facts[0]).Abstentions), StringComparison.Ordinal);
        Assert.Empty(sparse.Estimate(Facts[0], Facts[1]).Abstentions);
        Assert.Equal("creatinine: outside the range that the model was made on", Assert.Single(range.Estimate(Facts).Abstentions));
    }

    [Fact]
    public void the_target_that_changes_most_is_named_with_what_it_would_make()
    {
        using var package = new WrittenPackage(Logistic + """
            explanation:
              modifiable:
                - { feature: creatinine, target: 80, above: 80, text: { da: Kreatinin 80, en: Creatinine 80 } }
                - { feature: potassium, target: 4, above: 4.5, text: { da: Kalium 4, en: Potassium 4 } }
                - { feature: potassium, target: 1, above: 6, text: { da: aldrig, en: never } }
            """);

        var effect = package.Estimate(Facts).MostChanging!;

        Assert.Equal(("potassium", 4d), (effect.Feature, effect.Target));
        Assert.Equal(1 / (1 + Math.Exp(-0.45)), effect.To, 1e-12);
        Assert.True(effect.Change < 0);
        Assert.Null(package.Estimate(Lab("creatinine", 70, 1), Lab("potassium", 4, 1)).MostChanging);
    }

    [Fact]
    public void features_made_of_the_changed_one_are_made_again()
    {
        using var package = new WrittenPackage("""
            kind: linear
            features:
              - { name: creatinine, concept: creatinine, take: last, window: "[-7d, 0h]" }
              - { name: log, derived: "(%creatinine / 2).ln()" }
              - { name: bent, take: spline, of: creatinine, knots: [60, 90, 120], part: 1 }
            linear:
              link: identity
              intercept: 0
              terms: [{ feature: log, coefficient: 1 }, { feature: bent, coefficient: 0 }]
            bands: [{ id: any, rank: 0 }]
            explanation:
              modifiable: [{ feature: creatinine, target: 80, text: { da: a, en: a } }]
            """);

        Assert.Equal(Math.Log(40), package.Estimate(Facts).MostChanging!.To, 1e-12);
    }

    [Theory]
    [InlineData("slope: 2", "slope: 0", "never turns the order")]
    [InlineData("method: logistic", "method: magic", "must be one of")]
    [InlineData("link: logistic", "link: cox", "is no part of a Cox model")]
    [InlineData("words: { negative: 0, positive: 0.25 }", "coefficient: 1", "is in words")]
    [InlineData("feature: creatinine, coefficient", "feature: kreatinin, coefficient", "is not a feature of this package")]
    [InlineData("name: potassium", "name: probability", "is the name of a computed value")]
    [InlineData("rows: [creatinine, probability]", "rows: [kreatinin]", "names 'kreatinin'")]
    [InlineData("ppv: 0.6", "ppv: 60", "must lie between 0 and 1")]
    public void what_is_declared_wrongly_is_refused(string from, string to, string told)
    {
        var yaml = Logistic + "calibration: { method: logistic, intercept: 0, slope: 2 }\n";
        Assert.Contains(from, yaml, StringComparison.Ordinal);
        using var package = new WrittenPackage(yaml.Replace(from, to, StringComparison.Ordinal));

        Assert.Contains(told, package.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void vectors_may_state_margin_probability_and_contributions_and_are_held_to_them()
    {
        const string vector = """{"name": "one", "asOf": "2026-03-02T00:00:00Z", "tolerance": 1e-6, "events": [{"concept": "creatinine", "value": 120, "unit": "umol/L", "observed": "2026-03-01T01:00:00Z"}], "expect": {"margin": 0.3, "probability": 0.5744425168, "contributions": {"creatinine": 0.3, "bias": -0.1}}}""";
        using var right = new WrittenPackage(Logistic, vector);
        using var wrong = new WrittenPackage(Logistic, vector.Replace("0.3", "0.4", StringComparison.Ordinal));

        Assert.Empty(right.Load().Refused);
        Assert.Contains("the margin is 0.2999", wrong.Refusal(), StringComparison.Ordinal);
        Assert.Contains("the contribution of creatinine is 0.29", wrong.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void vectors_are_of_the_package_as_it_was_made_whatever_the_calibration_of_the_site()
    {
        const string calibration = "calibration: { method: logistic, intercept: 0, slope: 1, sites: { aarhus: { method: logistic, intercept: 2, slope: 1 } } }\n";
        const string vector = """{"name": "one", "asOf": "2026-03-02T00:00:00Z", "tolerance": 1e-6, "events": [{"concept": "creatinine", "value": 120, "unit": "umol/L", "observed": "2026-03-01T01:00:00Z"}], "expect": {"margin": 0.3, "probability": 0.5744425168}}""";
        using var package = new WrittenPackage(Logistic + calibration, vector);
        var aarhus = new PackageSettings("aarhus", SignatureRule.None);

        Assert.Empty(package.Load(aarhus).Refused);
        Assert.Equal(1 / (1 + Math.Exp(-2.95)), package.Package(aarhus).Evaluate(Of(Facts), At(24)).Probability!.Value, 1e-12);
    }

    [Theory]
    [InlineData("calibration: { method: logistic, intercept: 0, slope: 2 }\n", "the calibration is of a probability")]
    [InlineData("calibration: { method: isotonic, points: [{ raw: 0.1, observed: 0.1 }, { raw: 0.9, observed: 0.6 }] }\n", "the calibration is of a probability")]
    public void a_calibration_of_a_probability_that_the_model_does_not_make_is_refused(string calibration, string told)
    {
        const string vector = """{"name": "one", "asOf": "2026-03-02T00:00:00Z", "tolerance": 1e-6, "events": [{"concept": "creatinine", "value": 120, "unit": "umol/L", "observed": "2026-03-01T01:00:00Z"}], "expect": {"score": 0.3}}""";
        using var right = new WrittenPackage(Logistic.Replace("link: logistic", "link: identity", StringComparison.Ordinal), vector);
        using var idle = new WrittenPackage(Logistic.Replace("link: logistic", "link: identity", StringComparison.Ordinal) + calibration, vector);

        Assert.Empty(right.Load().Refused);
        Assert.Contains(told, idle.Refusal(), StringComparison.Ordinal);
    }
}

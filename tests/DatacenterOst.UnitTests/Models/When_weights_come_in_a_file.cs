using System.Globalization;
using System.Text;
using DatacenterOst.Models;
using DatacenterOst.Models.Files;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.UnitTests.Models;

public sealed class When_weights_come_in_a_file
{
    private static readonly string Fixtures = Path.Combine(Repository.Root(), "tests/DatacenterOst.UnitTests/Models/Trees/Fixtures");

    [Fact]
    public void a_package_says_the_very_bits_that_the_file_says()
    {
        var weights = ModelFile.Open(Path.Combine(Fixtures, "xgb-forest.json"));
        using var written = Package(weights);
        var package = written.Package();
        var random = new Random(6);

        for (var row = 0; row < 50; row++)
        {
            var values = weights.Inputs.Select(_ => random.Next(5) == 0 ? double.NaN : Math.Round((random.NextDouble() * 4) - 2, 3)).ToArray();
            var stated = weights.Inputs.Zip(values).ToDictionary(pair => $"f_{pair.First}", pair => double.IsNaN(pair.Second) ? "" : pair.Second.ToString("R", CultureInfo.InvariantCulture));
            var estimate = package.Try(stated, DateTimeOffset.UnixEpoch);
            var direct = weights.Score([.. values.Select(value => new InputValue(value))]);

            Assert.Equal(BitConverter.DoubleToInt64Bits(direct.Margin), BitConverter.DoubleToInt64Bits(estimate.Margin!.Value));
            Assert.Equal(direct.Probability, estimate.Probability);
            Assert.Equal(estimate.Margin.Value, estimate.Explanation!.Bias + estimate.Explanation.Groups.Sum(group => group.Value), 1e-12);
            Assert.Equal(values.Count(double.IsNaN), estimate.Explanation.Groups.Sum(group => group.Missing.Count));
        }
    }

    [Fact]
    public void an_input_without_a_feature_is_told_with_what_to_do()
    {
        var weights = ModelFile.Open(Path.Combine(Fixtures, "xgb-forest.json"));
        using var written = Package(weights, yaml => yaml.Replace($"{weights.Inputs[0]}: f_{weights.Inputs[0]}", $"{weights.Inputs[0]}: elsewhere", StringComparison.Ordinal));

        Assert.Contains($"the model's input '{weights.Inputs[0]}' needs the feature 'elsewhere'", written.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file: xgb-forest.json", "file: ../xgb-forest.json", "named without a path")]
    [InlineData("file: xgb-forest.json", "file: nothing.json", "there is no such file")]
    [InlineData("file: xgb-forest.json", "file: model.yaml", "model.yaml: ")]
    [InlineData("inputs: {", "inputs: { nobody: f_f0, ", "is not an input of the model")]
    public void what_cannot_be_opened_is_refused_with_the_reason(string from, string to, string told)
    {
        using var written = Package(ModelFile.Open(Path.Combine(Fixtures, "xgb-forest.json")), yaml => yaml.Replace(from, to, StringComparison.Ordinal));

        Assert.Contains(told, written.Refusal(), StringComparison.Ordinal);
    }

    private static WrittenPackage Package(INumericModel weights, Func<string, string>? change = null)
    {
        var yaml = new StringBuilder("kind: trees\nfeatures:\n");
        foreach (var input in weights.Inputs) yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: f_{input}, codes: 'urn:test|{input}', unit: '1', take: last, window: '[-1d, 0h]' }}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"model:\n  file: xgb-forest.json\n  inputs: {{ {string.Join(", ", weights.Inputs.Select(input => $"{input}: f_{input}"))} }}\n");
        yaml.Append("bands: [{ id: any, rank: 0 }]\n");
        var text = yaml.ToString();
        return new WrittenPackage(change is null ? text : change(text), """{"name": "nothing known", "asOf": "2026-03-01T00:00:00Z", "events": [], "expect": {"conclusions": ["any"]}}""")
            .With(new FileInfo(Path.Combine(Fixtures, "xgb-forest.json")));
    }

    private const string One = """
        features:
          - { name: creatinine, concept: creatinine, take: last, window: "[-7d, 0h]" }
        bands: [{ id: any, rank: 0 }]

        """;

    [Fact]
    public void coefficients_may_lie_in_a_file_of_their_own()
    {
        using var package = new WrittenPackage("kind: linear\n" + One + "model: { file: weights.json }\n")
            .With("weights.json", """{"intercept": -1, "inputs": ["creatinine"], "coefficients": [0.01], "references": [90]}""");

        var estimate = package.Estimate(Features.Timeline.Lab("creatinine", 120, 1));

        Assert.Equal(0.2, estimate.Margin!.Value, 1e-12);
        Assert.Equal(-0.1, estimate.Explanation!.Bias, 1e-12);
        Assert.Equal(1 / (1 + Math.Exp(-0.2)), estimate.Probability!.Value, 1e-12);
    }

    [Theory]
    [InlineData("""{"intercept": 0, "inputs": ["creatinine"], "coefficients": [1, 2]}""", "2 coefficients for 1 inputs")]
    [InlineData("""{"intercept": 0, "inputs": ["creatinine"], "coefficients": [1], "link": "cox"}""", "belongs to a Cox model")]
    [InlineData("""{"intercept": 0, "inputs": ["creatinine", "creatinine"], "coefficients": [1, 1]}""", "named twice")]
    [InlineData("""{"intercept": 0, "inputs": ["creatinine"], "coefficients": [1e400]}""", "weights.json: ")]
    [InlineData("""{"intercept": 0, "input": ["creatinine"], "coefficients": [1]}""", "is not a linear model")]
    public void a_linear_file_that_is_wrong_is_refused(string file, string told)
    {
        using var package = new WrittenPackage("kind: linear\n" + One + "model: { file: weights.json }\n").With("weights.json", file);

        Assert.Contains(told, package.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "combine: mean, of: margin, link: sigmoid", 0.7)]
    [InlineData(", weight: 1", ", weight: 3", "combine: weighted, of: margin, link: sigmoid", 0.95)]
    public void a_mean_of_log_odds_has_a_probability_where_the_package_says_that_they_are_log_odds(string first, string second, string how, double margin)
    {
        using var package = new WrittenPackage($"kind: ensemble\n{One}model: {{ members: [{{ file: a.json{first} }}, {{ file: b.json{second} }}], {how} }}\n")
            .With("a.json", """{"intercept": -1, "inputs": ["creatinine"], "coefficients": [0.01]}""")
            .With("b.json", """{"intercept": 0, "inputs": ["creatinine"], "coefficients": [0.01]}""");

        Assert.Equal(1 / (1 + Math.Exp(-margin)), package.Estimate(Features.Timeline.Lab("creatinine", 120, 1)).Probability!.Value, 1e-9);
    }

    [Theory]
    [InlineData("", "", "combine: mean, of: margin", 0.7)]
    [InlineData(", weight: 1", ", weight: 3", "combine: weighted, of: margin", 0.95)]
    [InlineData(", weight: 1", ", weight: 3", "combine: stacked, of: margin, intercept: 1", 4.8)]
    public void several_files_are_one_ensemble(string first, string second, string how, double margin)
    {
        using var package = new WrittenPackage($"kind: ensemble\n{One}model: {{ members: [{{ file: a.json{first} }}, {{ file: b.json{second} }}], {how} }}\n")
            .With("a.json", """{"intercept": -1, "inputs": ["creatinine"], "coefficients": [0.01]}""")
            .With("b.json", """{"intercept": 0, "inputs": ["creatinine"], "coefficients": [0.01]}""");

        var estimate = package.Estimate(Features.Timeline.Lab("creatinine", 120, 1));

        Assert.Equal(margin, estimate.Margin!.Value, 1e-9);
        Assert.Equal(estimate.Margin.Value, estimate.Explanation!.Bias + estimate.Explanation.Groups.Sum(group => group.Value), 1e-9);
    }

    [Fact]
    public void a_file_of_onnx_is_scored_as_a_package()
    {
        var file = new FileInfo(Path.Combine(Repository.Root(), "tests/DatacenterOst.UnitTests/Models/Onnx/fixtures/svc.onnx"));
        var weights = ModelFile.Open(file.FullName);
        var features = string.Concat(weights.Inputs.Select(input => $"  - {{ name: {input}, codes: 'urn:test|{input}', unit: '1', take: last, window: '[-1d, 0h]' }}\n"));
        using var written = new WrittenPackage($"kind: onnx\nfeatures:\n{features}model: {{ file: svc.onnx }}\nbands: [{{ id: any, rank: 0 }}]\n").With(file);

        var estimate = written.Package().Try(weights.Inputs.ToDictionary(input => input, _ => "0.5"), DateTimeOffset.UnixEpoch);

        Assert.Equal(weights.Score([.. weights.Inputs.Select(_ => new InputValue(0.5))]).Margin, estimate.Margin);
    }

    [Fact]
    public void weights_from_outside_become_a_package_like_another_whose_vectors_are_its_own()
    {
        using var like = new WrittenPackage(
            "kind: linear\n" + One + "linear:\n  link: logistic\n  intercept: 0\n  terms:\n    - { feature: creatinine, coefficient: 1 }\n",
            """{"name": "one", "asOf": "2026-03-02T00:00:00Z", "events": [{"concept": "creatinine", "value": 120, "unit": "umol/L", "observed": "2026-03-01T01:00:00Z"}], "expect": {"margin": 120}}""");
        like.With("outside.json", """{"intercept": -1, "inputs": ["creatinine"], "coefficients": [0.01]}""");
        var target = Path.Combine(like.Folder, "..", "..", "another", "2.0.0");

        var package = PackageImport.Make(Path.Combine(like.Folder, "outside.json"), like.Folder, target, Features.Timeline.Find);

        Assert.Equal(("another", "2.0.0", "linear"), (package.Id.Model.Value, package.Id.Version, package.Kind));
        Assert.Equal(0.2, package.Evaluate(Features.Timeline.Of(Features.Timeline.Lab("creatinine", 120, 1)), Features.Timeline.At(24)).Margin!.Value, 1e-12);
        Assert.Contains("\"margin\":0.19999999999999996", File.ReadAllText(Path.Combine(target, "vectors.jsonl")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(target, CardDocument.FileName)));
        Assert.Equal(Clinical.ProblemKind.Conflict, Assert.Throws<Clinical.Problem>(() => PackageImport.Make(Path.Combine(like.Folder, "outside.json"), like.Folder, target, Features.Timeline.Find)).Kind);
    }
}

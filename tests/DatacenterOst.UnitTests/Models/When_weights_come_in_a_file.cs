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
}

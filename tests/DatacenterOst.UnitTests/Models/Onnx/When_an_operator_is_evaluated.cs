using System.Text.Json;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Onnx;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>Small graphs of one operator each, held against what ONNX Runtime 1.30 made of them (make_operators.py, expect_operators.js).</summary>
public sealed class When_an_operator_is_evaluated
{
    [Fact]
    public void it_gives_what_onnx_runtime_gives()
    {
        var wrong = new List<string>();
        var cases = Cases();
        foreach (var each in cases)
        {
            // ONNX Runtime's inverse error function is one in float, good to four digits.
            var tolerance = each.Name.Contains("PROBIT", StringComparison.Ordinal) ? 1e-4 : 1e-5;
            var model = OnnxModel.Load(Convert.FromBase64String(each.Model), each.Name);
            for (var i = 0; i < each.Rows.Count; i++)
            {
                var result = model.Run([.. each.Rows[i].Select(value => new InputValue(value ?? double.NaN))]);
                var (made, expected) = (result.Number.Margin, each.Expected[i]);
                var same = expected is null ? !double.IsFinite(made) : Math.Abs(made - expected.Value) <= tolerance * Math.Max(1, Math.Abs(expected.Value));
                if (result.Reason is not null || !same) wrong.Add($"{each.Name}, row {i}: {made}, expected {expected} {result.Reason}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(cases.Count >= 280, $"{cases.Count} cases");
    }

    [Fact]
    public void a_row_is_scored_the_same_by_many_threads_at_once()
    {
        var file = OnnxFixture.Own("gradient-boosting");
        var expected = Enumerable.Range(0, file.Count).Select(i => file.Model.Score(file.Row(i))).ToArray();
        Parallel.For(0, 2000, i => Assert.Equal(expected[i % expected.Length], file.Model.Score(file.Row(i % expected.Length))));
    }

    [Theory]
    [InlineData("gradient-boosting")]
    [InlineData("imputed-logistic")]
    [InlineData("mlp")]
    public void scoring_takes_no_memory_once_it_is_warm(string name)
    {
        var file = OnnxFixture.Own(name);
        var rows = Enumerable.Range(0, file.Count).Select(file.Row).ToArray();
        foreach (var row in rows) file.Model.Score(row);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var row in rows) file.Model.Score(row);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100 * rows.Length);
    }

    private static List<Case> Cases()
        => JsonSerializer.Deserialize<List<Case>>(File.ReadAllText(Path.Combine(OnnxFixture.Folder, "operators.json")), JsonSerializerOptions.Web)!;

    private sealed record Case(string Name, string Model, List<List<double?>> Rows, List<double?> Expected);
}

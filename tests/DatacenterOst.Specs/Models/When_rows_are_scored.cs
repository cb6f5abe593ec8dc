using System.Globalization;
using DatacenterOst.Specs.CommandLine;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Models;

/// <summary><c>dost model score</c> over the files that XGBoost and LightGBM made.</summary>
public sealed class When_rows_are_scored : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "DatacenterOst.UnitTests", "Models", "Trees", "Fixtures");
    private static readonly string Categories = Path.Combine(Folder, "xgb-categories.ubj");
    private static readonly string Unnamed = Path.Combine(Folder, "xgb-poisson.json");
    private readonly Tool tool = new();

    [Theory]
    [InlineData("xgb-categories.json", "probability")]
    [InlineData("lgb-binary.txt", "probability")]
    [InlineData("xgb-cox.json", "score")]
    public async Task each_row_comes_back_with_margin_prediction_and_contributions(string name, string prediction)
    {
        var expected = Csv(await File.ReadAllTextAsync(Path.ChangeExtension(Path.Combine(Folder, name), ".rows.csv"), TestContext.Current.CancellationToken));
        var written = Csv(await tool.Answer("model", "score", Path.Combine(Folder, name), "--rows", Path.ChangeExtension(Path.Combine(Folder, name), ".rows.csv"), "--explain"));
        Assert.Equal(["age", "creatinine", "platelets", "ward", "diagnosis", "zeros", "predicted", "margin", prediction, "shap_age"], written[0][..10]);
        Assert.Equal("shap_bias", written[0][^1]);
        Assert.Equal(expected.Count, written.Count);
        foreach (var (wanted, given) in expected.Skip(1).Zip(written.Skip(1)))
        {
            Assert.Equal(wanted[..6], given[..6]);
            // Margins are the same number when they are read back, not only nearly so.
            Assert.Equal(Number(wanted[6]), Number(given[7]));
            Assert.Equal(Number(wanted[7]), Number(given[8]), 1e-12);
            for (var i = 0; i < 7; i++) Assert.Equal(Number(wanted[8 + i]), Number(given[9 + i]), 1e-5);
        }
    }

    [Fact]
    public async Task columns_stand_in_any_order_and_the_others_are_kept_as_they_are()
    {
        var rows = tool.File("rows.csv", "note,zeros,diagnosis,ward,platelets,creatinine,age\r\n\"a, \"\"b\"\"\",0,3,2,250,,60.50\r\n\"two\nlines\",0,3,2,NaN,90,60\r\n");
        var lines = Csv(await tool.Answer("model", "score", Categories, "--rows", rows));
        Assert.Equal("note,zeros,diagnosis,ward,platelets,creatinine,age,margin,probability", string.Join(',', lines[0]));
        Assert.StartsWith("\"a, \"\"b\"\"\",0,3,2,250,,60.50,", string.Join(',', lines[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_column_whose_name_is_written_anew_is_left_out_and_named()
    {
        var run = await tool.Run("model", "score", Categories, "--rows", tool.File("rows.csv", "age,creatinine,platelets,ward,diagnosis,zeros,margin\n1,2,3,1,1,0,77\n"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("left out of the rows, because they are written anew: margin", run.Errors, StringComparison.Ordinal);
        Assert.StartsWith("age,creatinine,platelets,ward,diagnosis,zeros,margin,probability\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("77", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_model_that_names_no_inputs_takes_the_columns_in_order()
    {
        var run = await tool.Run("model", "score", Unnamed, "--rows", tool.File("rows.csv", "a,b,c,d,e,f\n60,85,250,2,3,0\n"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("the first 6 columns are taken in order", run.Errors, StringComparison.Ordinal);
        var named = await tool.Answer("model", "score", Unnamed, "--rows", tool.File("named.csv", "f5,f4,f3,f2,f1,f0\n0,3,2,250,85,60\n"));
        Assert.Equal(Csv(run.Output)[1][6..], Csv(named)[1][6..]);
    }

    [Fact]
    public async Task it_may_be_written_to_a_file_whole_or_not_at_all()
    {
        var rows = tool.File("rows.csv", "age,creatinine,platelets,ward,diagnosis,zeros\n60,85,250,2,3,0\n");
        Assert.Equal("", await tool.Answer("model", "score", Categories, "--rows", rows, "--out", rows));
        Assert.StartsWith("age,creatinine,platelets,ward,diagnosis,zeros,margin,probability\n60,", await File.ReadAllTextAsync(rows, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var broken = tool.File("broken.csv", "age,creatinine,platelets,ward,diagnosis,zeros\n60,85,250,2,3,0\n60,85\n");
        var output = Path.Combine(Path.GetDirectoryName(broken)!, "scored.csv");
        await tool.Refusal("model", "score", Categories, "--rows", broken, "--out", output);
        Assert.False(File.Exists(output) || File.Exists(output + ".part"));
    }

    [Theory]
    [InlineData("age,creatinine,platelets,diagnosis\n1,2,3,4\n", "rows.csv:1: there is no column 'ward', 'zeros'; the model takes 'age'")]
    [InlineData("age,creatinine,platelets,ward,diagnosis,zeros\n\n1,2,3,1,1,0\n1,2,3,1,high,0\n", "rows.csv:4: column 'diagnosis': 'high' is no number")]
    [InlineData("age,creatinine,platelets,ward,diagnosis,zeros\n1,2,1e999,1,1,0\n", "rows.csv:2: column 'platelets': '1e999' is not a finite number")]
    [InlineData("age,creatinine,platelets,ward,diagnosis,zeros\n1,2,3\n", "rows.csv:2: the row has 3 cells, but the header has 6")]
    [InlineData("age,creatinine,platelets,ward,diagnosis,zeros,age\n1,2,3,1,1,0,9\n", "column 'age': is there twice")]
    [InlineData("age,creatinine,platelets,ward,diagnosis,zeros\n1,2,3,1,1,\"0\n", "rows.csv:2: a quote is not closed")]
    [InlineData("", "rows.csv:1: the file is empty")]
    public async Task rows_that_cannot_be_read_are_named_by_line_and_column(string content, string what)
        => Assert.Contains(what, await tool.Refusal("model", "score", Categories, "--rows", tool.File("rows.csv", content)), StringComparison.Ordinal);

    [Fact]
    public async Task a_file_that_is_no_model_is_refused_with_the_reason()
    {
        var rows = tool.File("rows.csv", "a\n1\n");
        Assert.Contains("train with booster=gbtree", await tool.Refusal("model", "score", Path.Combine(Folder, "refused-dart.json"), "--rows", rows), StringComparison.Ordinal);
        Assert.Contains("no model that is read", await tool.Refusal("model", "score", rows, "--rows", rows), StringComparison.Ordinal);
        Assert.Contains("there is no such file", await tool.Refusal("model", "score", tool.Missing, "--rows", rows), StringComparison.Ordinal);
        Assert.Contains("there is no such file", await tool.Refusal("model", "score", Categories, "--rows", tool.Missing), StringComparison.Ordinal);
    }

    [Fact]
    public async Task rows_are_taken_from_standard_input_too()
        => Assert.Equal(2, Csv((await tool.Pipe("age,creatinine,platelets,ward,diagnosis,zeros\n60,85,250,2,3,0\n", "model", "score", Categories, "--rows", "-")).Output).Count);

    public void Dispose() => tool.Dispose();

    private static List<string[]> Csv(string text) => [.. text.TrimEnd('\n').Split('\n').Select(line => line.Split(','))];

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}

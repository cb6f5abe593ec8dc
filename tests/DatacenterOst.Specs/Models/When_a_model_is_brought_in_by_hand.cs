using System.Globalization;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.CommandLine;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Models;

/// <summary>The verbs of <c>dost model</c> in an empty folder, with what people give them by mistake.</summary>
public sealed class When_a_model_is_brought_in_by_hand : IDisposable
{
    private static readonly string Models = Path.Combine(Repository.Root, "models");
    private static readonly string Weights = Path.Combine(Repository.Root, "tests", "DatacenterOst.UnitTests", "Models", "Trees", "Fixtures", "xgb-categories.json");
    private readonly Tool tool = new();

    [Fact]
    public async Task it_is_checked_as_a_package_as_a_model_as_a_directory_and_as_a_file()
    {
        foreach (var place in new[] { Path.Combine(Models, "kfre", "1.0.0"), Path.Combine(Models, "kfre"), Models })
            Assert.Contains("ok       kfre 1.0.0 (equation), vectors pass, hash ", await tool.Answer("model", "check", place), StringComparison.Ordinal);
        Assert.Contains("(XgboostJson), 6 inputs: age, creatinine, ", await tool.Answer("model", "check", Weights), StringComparison.Ordinal);
        Assert.All((await tool.Answer("model", "check")).TrimEnd().Split('\n'), line => Assert.StartsWith("ok       ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task what_is_no_model_is_said_to_be_none()
    {
        var folder = Path.GetDirectoryName(tool.File("rows.csv", "a\n1\n"))!;
        var empty = await tool.Run("model", "check", folder);
        Assert.Equal(2, empty.ExitCode);
        Assert.Contains("holds no package: a package is a folder <id>/<version>/ with model.yaml", empty.Errors, StringComparison.Ordinal);
        var file = await tool.Run("model", "check", Path.Combine(folder, "rows.csv"));
        Assert.Equal(1, file.ExitCode);
        Assert.Contains("it is no model that is read", file.Output, StringComparison.Ordinal);
        Assert.Contains("is a file, not a package; `dost model score FILE", await tool.Refusal("model", "try", Weights, "age=1"), StringComparison.Ordinal);
        Assert.Contains("there is no such model; there are ", await tool.Refusal("model", "try", "kfree", "age=1"), StringComparison.Ordinal);
        Assert.Contains("there is no such model of version 9.9.9", await tool.Refusal("model", "try", "kfre", "--version", "9.9.9"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_package_without_a_weights_file_is_scored_over_rows_and_explained_by_column()
    {
        var rows = tool.File("rows.csv", "who,age,sex,egfr,uacr\na,60,male,30,300\nb,17,male,30,300\nc,60,male,,300\n");
        var expected = JsonNode.Parse(await tool.Answer("model", "try", "kfre", "age=60", "sex=male", "egfr=30", "uacr=300"))!;
        foreach (var place in new[] { "kfre", Path.Combine(Models, "kfre"), Path.Combine(Models, "kfre", "1.0.0") })
        {
            var lines = (await tool.Answer("model", "score", place, "--rows", rows, "--explain")).TrimEnd().Split('\n');
            Assert.Equal("who,age,sex,egfr,uacr,margin,probability,shap_age,shap_sex,shap_egfr,shap_uacr,shap_bias", lines[0]);
            double[] numbers = [.. lines[1].Split(',')[5..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.Equal(expected["margin"]!.GetValue<double>(), numbers[0]);
            Assert.Equal(expected["probability"]!.GetValue<double>(), numbers[1]);
            Assert.Equal(numbers[0], numbers[2..].Sum(), 1e-9);

            // Where the model keeps silent, there is no number.
            Assert.Equal(["b,17,male,30,300,,,,,,,", "c,60,male,,300,,,,,,,"], lines[2..]);
        }
    }

    [Fact]
    public async Task a_word_where_a_number_belongs_is_refused_and_not_taken_for_missing()
    {
        Assert.Contains("egfr: is no number", await tool.Refusal("model", "try", "kfre", "age=60", "egfr=low"), StringComparison.Ordinal);
        var told = await tool.Refusal("model", "score", "kfre", "--rows", tool.File("rows.csv", "age,sex,egfr,uacr\n60,male,30,300\n60,male,low,300\n"));
        Assert.Contains("rows.csv:3: column 'egfr': 'low' is no number", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_model_that_cannot_be_explained_by_its_columns_says_so_of_itself()
    {
        var told = await tool.Refusal("model", "score", "kdigo-aki", "--rows", tool.File("rows.csv", "age,creatinine,lowest48h,lowest7d\n60,200,90,90\n"), "--explain");
        Assert.Contains("this model has no exact explanation by its inputs; run it without --explain", told, StringComparison.Ordinal);
        Assert.DoesNotContain("rows.csv", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "features", "STUDY", "--out", "m.csv")]
    [InlineData("model", "train", "STUDY", "--out", "mine/1.0.0")]
    [InlineData("model", "backtest", "kdigo-aki", "--study", "STUDY", "--report", "r")]
    public async Task a_study_without_a_row_is_told_instead_of_an_empty_result(params string[] arguments)
    {
        var folder = Path.GetDirectoryName(tool.File("study.yaml", "format: 1\ntitle: t\nindex: { codes: \"LOINC|14682-9\", after: 1h }\noutcome: { name: o, codes: \"LOINC|2823-3\", within: 1d }\n"))!;
        tool.File("model.yaml", "features:\n  - { name: age, take: age }\n");
        var run = await tool.Run([.. arguments.Select(argument => argument == "STUDY" ? Path.Combine(folder, "study.yaml") : argument is "m.csv" or "mine/1.0.0" or "r" ? Path.Combine(folder, argument) : argument)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the study has no row: nobody in this store has the fact that begins it", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "*.csv").Concat(Directory.GetFiles(folder, "r.*")));
    }

    [Fact]
    public async Task a_place_that_cannot_be_written_is_one_line_and_no_trace()
    {
        var rows = tool.File("rows.csv", "age,creatinine,platelets,ward,diagnosis,zeros\n60,85,250,2,3,0\n");
        var nowhere = Path.Combine(Path.GetDirectoryName(rows)!, "no", "such");
        foreach (var arguments in new string[][]
        {
            ["model", "score", Weights, "--rows", rows, "--out", nowhere],
            ["model", "batch", "kfre", "--as-of", "2026-01-01", "--out", nowhere],
            ["model", "report", "kfre", "--out", nowhere],
        })
        {
            var run = await tool.Run(arguments);
            Assert.True(run.ExitCode is 1 or 2, run.ToString());
            Assert.StartsWith("dost: ", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("run ", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task a_service_whose_model_has_no_study_asks_for_one()
    {
        var run = await tool.Run("model", "backtest", "kdigo-aki");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("kdigo-aki 1.0.0 has no study.yaml of its own; say with --study", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => tool.Dispose();
}

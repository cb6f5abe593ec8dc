using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Models;
using DatacenterOst.Models.Training;

namespace DatacenterOst.Specs.Models;

/// <summary>From an empty folder to a package that serves what was learnt, for each learner.</summary>
public sealed class When_a_study_is_trained(StudiedWard ward) : IClassFixture<StudiedWard>
{
    private const string Trees = "{ kind: trees, rounds: 60, eta: 0.1, maxDepth: 2, earlyStoppingRounds: 10 }";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("logistic", "{ kind: logistic, alpha: 0.5 }", 1e-12)]
    [InlineData("cox", "{ kind: cox }", 1e-12)]
    [InlineData("trees", Trees, 1e-6)]
    public async Task the_package_serves_what_was_learnt_missing_and_extreme_values_included(string name, string learner, double tolerance)
    {
        var (data, centre) = await ward.Read(learner);
        await using var opened = centre;
        var result = data.Train(2, _ => { }, Stop);
        var folder = ward.Place("same", name, "1.0.0");
        TrainedPackage.Write(folder, data, result, new DateOnly(2026, 5, 1), centre.Terminology.FindByKey);
        var package = ModelCatalogue.LoadOne(folder, centre.Terminology.FindByKey);

        Assert.Contains(result.Rows.Values, row => row.Any(double.IsNaN));
        for (var i = 0; i < result.Rows.Count; i++)
        {
            var served = package.Explain(result.Cohort.Rows[i].Vector);
            Assert.Equal(result.Final.Margin(result.Rows.Values[i]), served.Margin!.Value, tolerance);
            Assert.Equal(result.Final.Predict(result.Rows.Values[i]), served.Probability!.Value, tolerance);
            Assert.Equal(served.Margin.Value, served.Explanation!.Bias + served.Explanation.Groups.Sum(group => group.Value), 1e-9);
        }
    }

    [Theory]
    [InlineData("linear", "{ kind: logistic }", "logistic, elastic net")]
    [InlineData("hazards", "{ kind: cox, ridge: [0.01, 0.1] }", "Cox, ridge")]
    [InlineData("boosted", Trees, "gradient-boosted trees")]
    public async Task it_trains_packages_checks_and_scores_from_the_command_line(string name, string learner, string told)
    {
        var (study, folder) = (ward.Study(learner), ward.Place("models", name, "1.0.0"));
        var trained = await Good("model", "train", study, "--out", folder);
        Assert.Contains(told, trained, StringComparison.Ordinal);
        Assert.Contains("logistic, elastic net", trained, StringComparison.Ordinal);
        Assert.Equal(name == "hazards", trained.Contains("Harrell's C 0.", StringComparison.Ordinal));
        Assert.Equal(["MODEL-CARD.md", "card.json", "model.yaml", "reference.json", "study.yaml", "vectors.jsonl", "weights.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains($"{name} 1.0.0 ({(name == "boosted" ? "trees" : "linear")}), vectors pass", await Good("model", "check", folder), StringComparison.Ordinal);

        // What the study declares about bands is nothing; the package has those of the thresholds, as they were measured.
        Assert.Contains("- { id: from-50-percent, rank: 2, from: 0.5, ppv: ", await File.ReadAllTextAsync(Path.Combine(folder, "model.yaml"), Stop), StringComparison.Ordinal);
        var reference = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "reference.json"), Stop))!["performance"]!;
        Assert.InRange(reference["auroc"]!.GetValue<double>(), 0.65, 0.95);
        Assert.Equal(name == "hazards", reference["concordance"] is not null);

        var matrix = ward.Place("matrix.csv");
        await Good("model", "features", study, "--out", matrix);
        var scored = (await Good("model", "score", folder, "--rows", matrix)).TrimEnd().Split('\n');
        Assert.Equal((await File.ReadAllLinesAsync(matrix, Stop)).Length, scored.Length);
        Assert.EndsWith(",margin,probability", scored[0], StringComparison.Ordinal);
        Assert.All(scored.Skip(1), line => Assert.InRange(double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture), 0, 1));

        var tried = JsonNode.Parse(await Good("model", "try", folder, "age=80", "creatinine=300"))!;
        Assert.InRange(tried["probability"]!.GetValue<double>(), 0.4, 1);
        Assert.NotEmpty(tried["bands"]?.AsArray() ?? tried["conclusions"]!.AsArray());
    }

    [Fact]
    public async Task its_vectors_state_margin_probability_and_contributions_and_a_changed_one_is_refused()
    {
        var folder = ward.Place("vectors", "linear", "1.0.0");
        await Good("model", "train", ward.Study("{ kind: logistic }"), "--out", folder);
        var path = Path.Combine(folder, "vectors.jsonl");
        var lines = await File.ReadAllLinesAsync(path, Stop);
        var expect = lines.Select(line => JsonNode.Parse(line)!["expect"]!).Where(one => one["score"]?.GetValueKind() == JsonValueKind.Number).ToArray();
        Assert.True(expect.Length >= 8, $"{expect.Length} of {lines.Length} vectors have a score");
        Assert.All(expect, one => Assert.Equal(
            one["margin"]!.GetValue<double>(), one["contributions"]!.AsObject().Sum(part => part.Value!.GetValue<double>()), 1e-9));

        var place = Array.FindIndex(lines, line => line.Contains("\"creatinine\":", StringComparison.Ordinal) && line.Contains("contributions", StringComparison.Ordinal));
        var wrong = JsonNode.Parse(lines[place])!;
        wrong["expect"]!["contributions"]!["bias"] = wrong["expect"]!["contributions"]!["bias"]!.GetValue<double>() + 0.001;
        lines[place] = wrong.ToJsonString();
        await File.WriteAllLinesAsync(path, lines, Stop);
        var refused = await ward.Dost.Run(["model", "check", folder], Stop);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("the contribution of bias is", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task rows_are_scored_with_the_probability_that_the_package_serves()
    {
        var (folder, matrix) = (ward.Place("calibrated", "linear", "1.0.0"), ward.Place("calibrated.csv"));
        await Good("model", "train", ward.Study("{ kind: logistic }"), "--out", folder);
        await Good("model", "features", ward.Study("{ kind: logistic }"), "--out", matrix);
        var raw = await Probabilities(folder, matrix);
        await File.AppendAllTextAsync(Path.Combine(folder, "model.yaml"), "\ncalibration: { method: logistic, intercept: 0.5, slope: 2 }\n", Stop);
        var vectors = Path.Combine(folder, "vectors.jsonl");
        var lines = (await File.ReadAllLinesAsync(vectors, Stop)).Select(line => JsonNode.Parse(line)!).ToArray();
        foreach (var line in lines.Where(line => line["expect"]!["score"] is not null)) line["expect"] = new JsonObject { ["margin"] = line["expect"]!["margin"]!.DeepClone() };
        await File.WriteAllLinesAsync(vectors, lines.Select(line => line.ToJsonString()), Stop);
        await Good("model", "vectors", folder);
        var served = await Probabilities(folder, matrix);
        Assert.Equal(raw.Length, served.Length);
        foreach (var (own, calibrated) in raw.Zip(served))
            Assert.Equal(1 / (1 + Math.Exp(-(0.5 + (2 * Math.Log(own / (1 - own)))))), calibrated, 1e-9);
    }

    private async Task<double[]> Probabilities(string folder, string matrix)
        => [.. (await Good("model", "score", folder, "--rows", matrix)).TrimEnd().Split('\n').Skip(1).Select(line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture))];

    [Fact]
    public async Task a_draft_that_has_a_calibration_is_told_so_before_anything_is_learnt()
    {
        var study = ward.Study("{ kind: logistic }");
        var draft = Path.Combine(Path.GetDirectoryName(study)!, "model.yaml");
        var whole = await File.ReadAllTextAsync(draft, Stop);
        try
        {
            await File.WriteAllTextAsync(draft, whole + "\ncalibration: { method: logistic, intercept: 0, slope: 2 }\n", Stop);
            var run = await ward.Dost.Run(["model", "train", study, "--out", ward.Place("models", "early", "1.0.0")], Stop);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("a draft has no 'calibration'", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("fold by patient", run.Errors, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync(draft, whole, Stop);
        }
    }

    [Fact]
    public async Task a_draft_that_is_no_package_is_told_before_anything_is_learnt()
    {
        var study = ward.Study("{ kind: cox }");
        var draft = Path.Combine(Path.GetDirectoryName(study)!, "model.yaml");
        var whole = await File.ReadAllTextAsync(draft, Stop);
        try
        {
            await File.WriteAllTextAsync(draft, whole.Replace("owner: nobody\n", "", StringComparison.Ordinal), Stop);
            var run = await ward.Dost.Run(["model", "train", study, "--out", ward.Place("models", "wrong", "1.0.0")], Stop);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("'owner' is missing", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("fold by patient", run.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(ward.Place("models", "wrong")));
        }
        finally
        {
            await File.WriteAllTextAsync(draft, whole, Stop);
        }
    }

    [Fact]
    public async Task who_was_lost_before_the_horizon_counts_for_survival_and_for_nothing_else()
    {
        var (survival, centre) = await ward.Read("{ kind: cox }");
        await using var opened = centre;
        var (binary, second) = await ward.Read("{ kind: logistic }");
        await using var closed = second;
        var lost = survival.Cohort.Rows.Count(row => !row.IsKnown);
        Assert.InRange(lost, 20, 150);
        Assert.Equal(StudiedWard.Patients, survival.Cohort.Rows.Count);
        Assert.Equal(survival.Cohort.Rows.Count - lost, binary.Cohort.Rows.Count);
        Assert.Equal(lost, binary.Cohort.LeftOut["lost before the horizon, so that nobody knows what came"]);
        Assert.All(survival.Cohort.Rows, row => Assert.InRange(row.FollowedDays!.Value, 0, 30));
        Assert.All(survival.Cohort.Rows.Where(row => row.Outcome), row => Assert.Equal((row.EventAt!.Value - row.IndexTime).TotalDays, row.FollowedDays!.Value, 1e-9));

        var text = new StringWriter(CultureInfo.InvariantCulture);
        survival.WriteMatrix(text);
        Assert.StartsWith("patient,index_time,outcome,days,age,", text.ToString(), StringComparison.Ordinal);
        var result = survival.Train(2, _ => { }, Stop);
        Assert.Equal(lost, result.Validated[0].Lost);
        Assert.Equal(result.Rows.Count - lost, result.Main.Rows);
        Assert.InRange(result.Validated[0].Concordance!.Value!.Value, 0.65, 0.95);
    }

    private async Task<string> Good(params string[] arguments)
    {
        var run = await ward.Dost.Run(arguments, Stop);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.Output;
    }
}

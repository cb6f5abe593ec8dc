using DatacenterOst.Clinical;
using DatacenterOst.Models;

namespace DatacenterOst.UnitTests.Models;

public sealed class When_a_package_is_wrong
{
    [Fact]
    public void it_does_not_load_and_every_reason_is_told_with_its_line()
    {
        using var package = new PackageCopy("kdigo-aki")
            .Change("model.yaml", "staleAfter: 48h", "staleafter: 48h")
            .Change("model.yaml", "combine: max", "combine: most")
            .Change("model.yaml", "reviewBy: 2027-11-22", "reviewBy: soon");

        var reasons = package.Refusal();

        Assert.Equal(3, reasons.Count);
        Assert.All(reasons, reason => Assert.Matches(@"^model\.yaml:\d+: ", reason));
        Assert.Contains(reasons, reason => reason.Contains("unknown key 'staleafter'", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.Contains("must be one of sum, max, not 'most'", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.Contains("must be a day", StringComparison.Ordinal));
    }

    [Fact]
    public void a_threshold_that_was_changed_is_caught_by_the_vectors_with_line_and_difference()
    {
        using var package = new PackageCopy("kdigo-aki").Change("model.yaml", "{ from: 26.5, points: 1 }", "{ from: 26.6, points: 1 }");

        var reason = Assert.Single(package.Refusal(), reason => reason.Contains("exactly 26.5", StringComparison.Ordinal) && reason.Contains("score", StringComparison.Ordinal));

        Assert.StartsWith("vectors.jsonl:3: ", reason, StringComparison.Ordinal);
        Assert.EndsWith("the score is 0, expected 1", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"x","asOf":"2026-01-01T00:00:00Z","events":[],"expect":{"scor":1}}""", "scor")]
    [InlineData("""{"name":"x","asOf":"2026-01-01T00:00:00Z","events":[],"expect":{}}""", "expects neither")]
    [InlineData("""{"name":"x","asOf":"2026-01-01T00:00:00Z","events":[{"concept":"creatinine","value":1,"unit":"mg/dL","observed":"2026-01-01T00:00:00Z"}],"expect":{"score":null}}""", "are in 'umol/L', not in 'mg/dL'")]
    [InlineData("""{"name":"x","asOf":"2026-01-01T00:00:00Z","events":[{"concept":"creatinine","value":1e400,"unit":"umol/L","observed":"2026-01-01T00:00:00Z"}],"expect":{"score":null}}""", "cannot be read")]
    [InlineData("""{"name":"x","asOf":"2026-02-30T00:00:00Z","events":[],"expect":{"score":null}}""", "cannot be read")]
    [InlineData("""{"name":"x","asOf":"2026-01-01T00:00:00Z","events":[{"concept":"no","observed":"2026-01-01T00:00:00Z"}],"expect":{"score":null}}""", "'no' is not in the terminology")]
    [InlineData("{", "cannot be read")]
    public void a_vector_that_tests_nothing_or_cannot_be_read_is_told(string line, string told)
    {
        using var package = new PackageCopy("kdigo-aki").Append("vectors.jsonl", line + "\n");

        var reason = Assert.Single(package.Refusal());

        Assert.StartsWith("vectors.jsonl:34: ", reason, StringComparison.Ordinal);
        Assert.Contains(told, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vectors.jsonl")]
    [InlineData("MODEL-CARD.md")]
    [InlineData("model.yaml")]
    public void a_missing_file_is_named(string file)
    {
        using var package = new PackageCopy("news2");
        File.Delete(Path.Combine(package.Folder, file));

        Assert.StartsWith($"{file}: is missing", Assert.Single(package.Refusal()), StringComparison.Ordinal);
    }

    [Fact]
    public void vectors_without_a_line_prove_nothing()
    {
        using var package = new PackageCopy("news2");
        File.WriteAllText(Path.Combine(package.Folder, "vectors.jsonl"), "\n");

        Assert.Contains("has no vectors", Assert.Single(package.Refusal()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id: kdigo-aki", "id: other", "make them the same")]
    [InlineData("version: 1.0.0", "version: 1.0.1", "make them the same")]
    [InlineData("version: 1.0.0", "version: one", "must be three numbers")]
    [InlineData("format: 1", "format: 2", "this build reads format 1")]
    [InlineData("kind: scorecard", "kind: oracle", "known are scorecard, surveillance, equation")]
    [InlineData("kind: scorecard", "kind: surveillance", "needs the section 'surveillance:'")]
    [InlineData("concept: creatinine", "concept: kreatinin", "is not in the terminology")]
    [InlineData("feature: ratio", "feature: ration", "is not a feature of this package")]
    [InlineData("onlyIfAnyOf: [risePoints, ratioPoints]", "onlyIfAnyOf: [stage]", "not an item above this one")]
    [InlineData("rows: [creatinine, lowest48h,", "rows: [kreatinin, lowest48h,", "neither a feature nor an item")]
    [InlineData("  ratio: { da: Forhold", "  forhold: { da: Forhold", "labels no value of this package")]
    [InlineData("{ from: 3.0, points: 3 }", "{ from: 3.0 }", "'points' is missing")]
    [InlineData("{ from: 2.0, below: 3.0, points: 2 }", "{ from: 2.0, below: 1.0, points: 2 }", "must be greater")]
    public void a_score_card_with_a_mistake_is_refused(string from, string to, string told)
    {
        using var package = new PackageCopy("kdigo-aki").Change("model.yaml", from, to);

        Assert.Contains(package.Refusal(), reason => reason.Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("start: organ", "start: operation", "is not a feature of this package")]
    [InlineData("mostCautious: high", "mostCautious: highest", "is not a stratum of any row")]
    [InlineData("- { strata: [low], from: 0d, to: 365d, every: 28d, grace: 7d }", "", "would never be missed")]
    [InlineData("unit: \"[IU]/mL\"\n      consecutive", "unit: \"{copies}/mL\"\n      consecutive", "convert the limits")]
    [InlineData("singleAbove: 2730", "singleAbove: -1", "not above zero")]
    [InlineData("when: cmvInfection\n", "when: cmvInfektion\n", "is not a signal; signals are")]
    [InlineData("feature: cmvPcr\n      # Starting", "feature: antiviral\n      # Starting", "must take count")]
    [InlineData("status: local protocol required", "", "'status' is missing")]
    [InlineData("every: 7d, grace: 3d", "every: 0d, grace: 3d", "longer than nothing")]
    public void a_plan_with_a_mistake_is_refused(string from, string to, string told)
    {
        using var package = new PackageCopy("cmv-surveillance").Change("model.yaml", from, to);

        Assert.Contains(package.Refusal(), reason => reason.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void the_good_ones_beside_it_still_load()
    {
        using var package = new PackageCopy("kdigo-aki").Change("model.yaml", "combine: max", "combine: most");
        CopyOf("kdigo-aki", Path.Combine(package.Directory, "kdigo-aki", "1.10.0"), version: "1.10.0");
        CopyOf("kdigo-aki", Path.Combine(package.Directory, "kdigo-aki", "1.9.0"), version: "1.9.0");

        var catalogue = package.Load();

        Assert.Equal(["1.9.0", "1.10.0"], catalogue.Packages.Select(loaded => loaded.Id.Version));
        Assert.Equal("1.10.0", catalogue.Find(new ModelId("kdigo-aki"))!.Id.Version);
        Assert.Equal("1.9.0", catalogue.Find(new ModelId("kdigo-aki"), "1.9.0")!.Id.Version);
        Assert.Equal("kdigo-aki/1.0.0", Assert.Single(catalogue.Refused).Folder);
        Assert.Null(catalogue.Find(new ModelId("news2")));
    }

    [Fact]
    public void any_change_of_a_file_is_another_hash()
    {
        using var package = new PackageCopy("kdigo-aki").Append("MODEL-CARD.md", "\n");

        Assert.NotEqual(Shipped.Package("kdigo-aki").Id.Hash, Assert.Single(package.Load().Packages).Id.Hash);
    }

    [Fact]
    public void a_models_directory_that_is_not_there_is_the_callers_mistake()
        => Assert.Equal(ProblemKind.NotFound, Assert.Throws<Problem>(() => ModelCatalogue.Load("/no/such/models", Shipped.FindConcept)).Kind);

    private static void CopyOf(string id, string folder, string version)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(Shipped.Directory, id, "1.0.0"))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var model = Path.Combine(folder, "model.yaml");
        File.WriteAllText(model, File.ReadAllText(model).Replace("version: 1.0.0", $"version: {version}", StringComparison.Ordinal));
    }
}

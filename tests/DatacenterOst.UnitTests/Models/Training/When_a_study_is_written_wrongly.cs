using DatacenterOst.Clinical;
using DatacenterOst.Models.Training;

namespace DatacenterOst.UnitTests.Models.Training;

public sealed class When_a_study_is_written_wrongly
{
    private const string Good = """
        format: 1
        title: Deaths
        index: { codes: "http://loinc.org|1988-5", after: 24h, every: 24h, until: 10d }
        outcome: { name: death, codes: "urn:x|dead", within: 48h }
        learner: { kind: trees, maxDepth: 4 }
        validation: { folds: 3, thresholds: [0.2] }
        """;

    [Fact]
    public void a_good_one_says_when_and_what()
    {
        var study = Study.Read(Good, "study.yaml");
        Assert.Equal(10, study.Index.Times(DateTimeOffset.UnixEpoch).Count());
        Assert.Equal(TimeSpan.FromHours(48), study.Outcome.Within);
        Assert.Equal(4, study.Learner.Candidates[0].MaxDepth);
        Assert.Equal([0.2], study.Validation.Thresholds);
    }

    [Theory]
    [InlineData("maxDepth: 4", "maxDepht: 4", "study.yaml:5: unknown key 'maxDepht'")]
    [InlineData("within: 48h", "within: soon", "study.yaml:4: 'within' must be a length of time")]
    [InlineData(", within: 48h", "", "'within' is missing")]
    [InlineData(", until: 10d", "", "'every' needs 'until'")]
    [InlineData("[0.2]", "[2]", "must be probabilities between 0 and 1, not '2'")]
    [InlineData("maxDepth: 4", "eta: 7", "eta must be above 0 and at most 1")]
    [InlineData("codes: \"urn:x|dead\", ", "", "either 'codes' (a fact) or 'file' (a column)")]
    public void each_mistake_is_said_with_its_line(string from, string to, string expected)
        => Assert.Contains(expected, Assert.Throws<Problem>(() => Study.Read(Good.Replace(from, to, StringComparison.Ordinal), "study.yaml")).Message, StringComparison.Ordinal);

    [Fact]
    public void outcomes_are_read_by_patient()
    {
        var file = new OutcomeFile(null, ',', "id", "urn:x", "dead", ["1"], "days");
        var read = OutcomeTable.Read(new StringReader("id,dead,days\r\na,1,3\r\nb,0,-1\r\nc,,2\r\n"), file, "o.csv");
        Assert.Equal(new KnownOutcome(true, 3), read["a"]);
        Assert.Equal(new KnownOutcome(false, null), read["b"]);
        Assert.False(read.ContainsKey("c"));
    }

    [Fact]
    public void a_study_of_the_time_to_the_outcome_says_when_nobody_is_followed_any_more()
    {
        var study = Study.Read(Good.Replace("within: 48h", "within: 48h, censoring: { codes: \"urn:x|moved\", until: 2026-04-01T00:00:00Z }", StringComparison.Ordinal).Replace("kind: trees, maxDepth: 4", "kind: cox, ridge: [0, 0.1]", StringComparison.Ordinal), "study.yaml");
        Assert.Equal([0, 0.1], study.Learner.Ridge);
        Assert.Equal((1, new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero)), (study.Outcome.Censoring.Codes.Count, study.Outcome.Censoring.Until));
    }

    [Theory]
    [InlineData("codes: \"urn:x|dead\", within: 48h", "file: { patient: id, system: \"urn:x\", column: dead, eventDays: days }", "'within' is missing: a Cox model gives the risk by a horizon")]
    [InlineData("codes: \"urn:x|dead\",", "file: { patient: id, system: \"urn:x\", column: dead },", "needs 'eventDays'")]
    [InlineData("within: 48h", "within: 48h, censoring: {}", "needs 'codes' (facts that end the follow-up) or 'until'")]
    [InlineData("within: 48h", "within: 48h, censoring: { until: soon }", "must be an instant such as")]
    [InlineData("kind: cox", "kind: cox, ridge: [-1]", "must be numbers from 0")]
    public void what_a_Cox_model_needs_is_said_with_its_line(string from, string to, string expected)
    {
        var good = Good.Replace("kind: trees, maxDepth: 4", "kind: cox", StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<Problem>(() => Study.Read(good.Replace(from, to, StringComparison.Ordinal), "study.yaml")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_file_says_how_long_those_were_followed_to_whom_nothing_came()
    {
        var file = new OutcomeFile(null, ',', "id", "urn:x", "dead", ["1"], "days") { FollowedDays = "followed" };
        var read = OutcomeTable.Read(new StringReader("id,dead,days,followed\na,1,3,9\nb,0,-1,9\nc,0,,\n"), file, "o.csv");
        Assert.Equal([null, 9, null], new[] { "a", "b", "c" }.Select(id => read[id].FollowedDays));
        Assert.Equal(3, read["a"].EventDays);
    }

    [Theory]
    [InlineData("id,died\na,1", "the column 'dead' is missing")]
    [InlineData("id,dead\na,1\na,0", "o.csv:3")]
    [InlineData("id,dead\na", "o.csv:2")]
    public void a_wrong_file_of_outcomes_is_refused_with_its_line(string text, string expected)
    {
        var problem = Assert.Throws<Problem>(() => OutcomeTable.Read(new StringReader(text), new OutcomeFile(null, ',', "id", "urn:x", "dead", ["1"], null), "o.csv"));
        Assert.Contains(expected, $"{problem.Where}: {problem.Message}", StringComparison.Ordinal);
    }
}

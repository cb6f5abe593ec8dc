using static DatacenterOst.UnitTests.Features.Timeline;

namespace DatacenterOst.UnitTests.Features;

public sealed class When_a_feature_is_declared_wrongly
{
    [Theory]
    [InlineData("{ name: a, take: last, concept: creatinine, windw: '[-1d, 0h]' }", "unknown key 'windw'")]
    [InlineData("{ name: a, take: lst, concept: creatinine, window: '[-1d, 0h]' }", "must be one of last, first")]
    [InlineData("{ name: a, take: last, concept: kreatinin, window: '[-1d, 0h]' }", "is not in the terminology")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '-1d to 0h' }", "must be a window such as")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[0h, -1d]' }", "must be a window such as")]
    [InlineData("{ name: a, take: last, concept: creatinine, unit: mg/dL, window: '[-1d, 0h]' }", "are kept in 'umol/L'")]
    [InlineData("{ name: a, take: last, codes: 'LOINC|1-1', window: '[-1d, 0h]' }", "needs 'unit'")]
    [InlineData("{ name: a, take: count, codes: 'LOINC', window: '[-1d, 0h]' }", "is not a code such as")]
    [InlineData("{ name: a, take: count, window: '[-1d, 0h]' }", "needs 'concept'")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', anchor: b }", "is not a feature above this one")]
    [InlineData("{ name: a, take: ratio, of: [a, a] }", "is not a feature above this one")]
    [InlineData("{ name: a, take: ratio }", "needs 'of' with two features")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', plausible: [9, 1] }", "lowest and the highest")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', missing: impute }", "needs 'impute'")]
    [InlineData("{ name: a, take: min, concept: creatinine, window: '[-1d, 0h]', staleAfter: 1h }", "narrow the window")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', staleAfter: 1x }", "a length of time")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-999y, 0h]' }", "must be a window such as")]
    [InlineData("{ name: a, take: current, codes: 'ATC|J05*', window: '[-1d, 0h]' }", "needs 'ongoingFor'")]
    [InlineData("{ name: a, take: slope, concept: creatinine, window: '[-1d, 0h]' }", "needs 'per' with h or d")]
    [InlineData("{ name: a, take: slope, per: w, concept: creatinine, window: '[-1d, 0h]' }", "needs 'per' with h or d")]
    [InlineData("{ name: a, take: anyOf }", "needs 'of' with features")]
    [InlineData("{ name: a, take: anyOf, of: [b] }", "is not a feature above this one")]
    [InlineData("{ name: a, take: derived }", "needs 'derived' with a FHIRPath expression")]
    [InlineData("{ name: a, derived: '%b + 1' }", "names 'b', which is not a feature above this one")]
    [InlineData("{ name: a, derived: '1 +' }", "is not a FHIRPath expression")]
    [InlineData("{ name: a, derived: \"'x'.ln()\" }", "has no meaning for these features")]
    [InlineData("{ name: a, derived: '1', take: last }", "cannot stand beside 'take'")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', missing: carry }", "needs 'carry'")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', carry: 3d }", "stands beside 'missing: carry' only")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', missing: carry, carry: 1h }", "further back than the window")]
    [InlineData("{ name: a, take: count, concept: creatinine, window: '[-1d, 0h]', missing: carry, carry: 3d }", "has a meaning for last")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', clip: [3] }", "lowest and the highest value that is handed on")]
    [InlineData("{ name: a, take: last, concept: creatinine, window: '[-1d, 0h]', clip: [0, 3], log: true }", "have no logarithm")]
    [InlineData("{ name: a, take: sex, numbers: { male: 1 }, missing: impute, impute: it }", "neither a number nor one of the words")]
    public void it_is_told_with_file_line_and_what_to_do(string definition, string told)
    {
        var (_, problems) = Parse($"features:\n  - {definition}");

        Assert.Contains(problems, problem => problem.StartsWith("model.yaml:2: ", StringComparison.Ordinal) && problem.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void all_mistakes_are_told_and_not_the_first_only()
    {
        var (_, problems) = Parse("""
            features:
              - { name: a, take: last, concept: kreatinin, window: "[-1d, 0h]" }
              - { name: a, take: last, concept: creatinine, window: "[1d" }
              - { take: nothing }
            """);

        Assert.Contains(problems, problem => problem.StartsWith("model.yaml:2:", StringComparison.Ordinal));
        Assert.Equal(2, problems.Count(problem => problem.StartsWith("model.yaml:3:", StringComparison.Ordinal)));
        Assert.Contains(problems, problem => problem.StartsWith("model.yaml:4: 'name' is missing", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("model.yaml:4: 'take' must be one of", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("features: [", "is not YAML")]
    [InlineData("- a list", "keys at the top")]
    [InlineData("a: &x 1\nb: *x", "alias")]
    [InlineData("a: 1\na: 2", "is not YAML")]
    public void what_is_not_a_plain_yaml_document_is_refused(string yaml, string told)
        => Assert.Contains(Parse(yaml).Problems, problem => problem.Contains(told, StringComparison.Ordinal));

    [Fact]
    public void deep_nesting_is_refused_instead_of_ending_the_process()
        => Assert.Contains(Parse("a: " + new string('[', 200_000)).Problems, problem => problem.Contains("nested deeper", StringComparison.Ordinal));
}

using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>The errors that HL7's examples really contain are listed with their reason in Example-errors.tsv; there may be no others.</summary>
public sealed class When_HL7s_examples_are_validated
{
    [Fact]
    public void there_is_no_error_but_the_listed_real_ones()
    {
        var listed = Listed();
        var unexpected = new List<string>();
        var seen = new HashSet<string>();
        foreach (var file in Examples.Files())
        {
            foreach (var issue in Validator.Default.Validate(Resource.ParseJson(File.ReadAllBytes(file))).Where(i => i.Severity == IssueSeverity.Error))
            {
                var key = $"{Path.GetFileName(file)}\t{(issue.Rule.Length > 0 ? issue.Rule : issue.Code)}";
                seen.Add(key);
                if (!listed.Contains(key)) unexpected.Add($"{key}\t{issue.Path}\t{issue.Message}");
            }
        }
        if (Environment.GetEnvironmentVariable("DOST_WRITE_ERRORS") is { } output) File.WriteAllLines(output, unexpected);
        Assert.True(unexpected.Count == 0, $"{unexpected.Count} errors that are not listed:\n" + string.Join('\n', unexpected.Take(40)));
        Assert.Empty(listed.Except(seen));
    }

    private static HashSet<string> Listed() =>
        [.. File.ReadLines(Path.Combine(Repository.Root(), "tests", "DatacenterOst.UnitTests", "Fhir", "Example-errors.tsv")).Where(l => l.Length > 0 && l[0] != '#').Select(l => string.Join('\t', l.Split('\t')[..2]))];
}

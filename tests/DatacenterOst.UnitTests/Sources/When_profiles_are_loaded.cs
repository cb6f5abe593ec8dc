using DatacenterOst.Clinical;
using DatacenterOst.Sources;
using static DatacenterOst.UnitTests.Sources.Reading;

namespace DatacenterOst.UnitTests.Sources;

public sealed class When_profiles_are_loaded
{
    [Fact]
    public void each_of_ours_is_good()
    {
        var ids = SourceProfiles.Ids(Path.Combine(Repository.Root(), "sources"));
        Assert.Equal(["csv-events", "csv-results", "fhir", "mimic-labevents", "oru-r01"], ids.Intersect(["csv-events", "csv-results", "fhir", "mimic-labevents", "oru-r01"]));
        Assert.All(ids, id => Assert.Equal(id, Profile(id).Id));
        var mimic = Profile("mimic-labevents");
        Assert.Equal(("America/New_York", TimeSpan.FromHours(1), "mimic-iii", "ROW_ID"), (mimic.Zone, mimic.KnownAfter, Assert.Single(mimic.Maps), mimic.Csv!.ResultId));
        Assert.Equal(CodeSystems.Loinc, Profile("oru-r01").CodeSystems["ln"]);
    }

    [Theory]
    [InlineData("id: x\nformat: hl7v2\nzon: UTC\n", "p.yaml:3", "unknown key 'zon'")]
    [InlineData("id: x\nformat: csv\n", "p.yaml:1", "the format is csv, so the key 'csv' must say")]
    [InlineData("id: x\nformat: xml\n", "p.yaml:2", "'format: xml' is not understood: hl7v2, csv or fhir")]
    [InlineData("id: x\n", "p.yaml:1", "the key 'format' is missing")]
    [InlineData("format: fhir\n", "p.yaml:1", "the key 'id' is missing")]
    [InlineData("id: x\nformat: fhir\nzone: Mars/Base\n", "p.yaml:3", "'zone: Mars/Base' is not understood")]
    [InlineData("id: x\nformat: fhir\nknown-after: -PT1H\n", "p.yaml:3", "'known-after: -PT1H' is not understood")]
    [InlineData("id: x\nformat: csv\ncsv:\n  patient: A\n  patient-system: s\n  code-system: c\n  observed: T\n", "p.yaml:4", "give either 'code'")]
    [InlineData("id: x\nformat: csv\ncsv:\n  patient: A\n  colour: s\n", "p.yaml:4", "the key 'patient-system' is missing")]
    [InlineData("id: [x\n", "p.yaml:2", "not YAML")]
    [InlineData("- id\n", "p.yaml", "a source profile is one mapping")]
    public void a_mistake_is_named_with_its_line(string yaml, string where, string message)
    {
        var problem = Assert.Throws<Problem>(() => SourceProfiles.Parse("p.yaml", new StringReader(yaml)));
        Assert.Equal(where, problem.Where);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void an_unknown_profile_lists_the_known_ones() =>
        Assert.Contains("oru-r01", Assert.Throws<Problem>(() => Profile("oru")).Message, StringComparison.Ordinal);
}

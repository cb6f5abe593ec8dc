using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_profiles_are_checked
{
    private const string Profile = """
        { "resourceType": "StructureDefinition", "url": "http://example.org/bp", "name": "Bp", "status": "draft", "kind": "resource", "abstract": false,
          "type": "Observation", "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation", "derivation": "constraint",
          "differential": { "element": [
            { "id": "Observation", "path": "Observation", "constraint": [ { "key": "bp-1", "severity": "error", "human": "Systolic is above diastolic", "expression": "component.where(code.coding.code='8480-6').value.value > component.where(code.coding.code='8462-4').value.value" } ] },
            { "id": "Observation.code", "path": "Observation.code", "patternCodeableConcept": { "coding": [ { "system": "http://loinc.org", "code": "85354-9" } ] } },
            { "id": "Observation.subject", "path": "Observation.subject", "min": 1, "type": [ { "code": "Reference", "targetProfile": [ "http://hl7.org/fhir/StructureDefinition/Patient" ] } ] },
            { "id": "Observation.effective[x]", "path": "Observation.effective[x]", "type": [ { "code": "dateTime" } ] },
            { "id": "Observation.value[x]", "path": "Observation.value[x]", "max": "0" },
            { "id": "Observation.component", "path": "Observation.component", "min": 2, "slicing": { "discriminator": [ { "type": "pattern", "path": "code" } ], "rules": "closed" } },
            { "id": "Observation.component:systolic", "path": "Observation.component", "sliceName": "systolic", "min": 1, "max": "1" },
            { "id": "Observation.component:systolic.code", "path": "Observation.component.code", "patternCodeableConcept": { "coding": [ { "code": "8480-6" } ] } },
            { "id": "Observation.component:systolic.value[x]", "path": "Observation.component.value[x]", "min": 1, "type": [ { "code": "Quantity" } ] },
            { "id": "Observation.component:systolic.value[x].code", "path": "Observation.component.value[x].code", "fixedCode": "mm[Hg]" },
            { "id": "Observation.component:diastolic", "path": "Observation.component", "sliceName": "diastolic", "min": 1, "max": "1" },
            { "id": "Observation.component:diastolic.code", "path": "Observation.component.code", "patternCodeableConcept": { "coding": [ { "code": "8462-4" } ] } } ] } }
        """;

    private const string Good = """
        { "resourceType": "Observation", "status": "final", "code": { "coding": [ { "system": "http://loinc.org", "code": "85354-9" } ] },
          "subject": { "reference": "Patient/1" }, "effectiveDateTime": "2026-03-01",
          "component": [
            { "code": { "coding": [ { "system": "http://loinc.org", "code": "8480-6" } ] }, "valueQuantity": { "value": 120, "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } },
            { "code": { "coding": [ { "system": "http://loinc.org", "code": "8462-4" } ] }, "valueQuantity": { "value": 80, "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } } ] }
        """;

    private static readonly Validator Bp = new() { Profiles = ProfileLibrary.Of([Resource.ParseJson(Encoding.UTF8.GetBytes(Profile))]) };

    private static List<ValidationIssue> Errors(string json) =>
        [.. Bp.Validate(Resource.ParseJson(Encoding.UTF8.GetBytes(json)), "http://example.org/bp").Where(i => i.Severity == IssueSeverity.Error)];

    [Fact]
    public void what_conforms_has_no_errors() => Assert.Empty(Errors(Good));

    [Theory]
    [InlineData("85354-9", "85354-8", "Observation.code", "value")]
    [InlineData("Patient/1", "Group/1", "Observation.subject", "value")]
    [InlineData("\"subject\": { \"reference\": \"Patient/1\" },", "", "Observation", "required")]
    [InlineData("\"effectiveDateTime\": \"2026-03-01\"", "\"effectivePeriod\": { \"start\": \"2026\" }", "Observation.effective", "structure")]
    [InlineData("\"status\": \"final\"", "\"status\": \"final\", \"valueInteger\": 1", "Observation", "structure")]
    [InlineData("\"code\": \"8462-4\"", "\"code\": \"8867-4\"", "Observation.component[1]", "structure")]
    [InlineData("\"code\": \"8462-4\"", "\"code\": \"8480-6\"", "Observation", "structure")]
    [InlineData("\"value\": 80", "\"value\": 180", "Observation", "invariant")]
    [InlineData("\"value\": 120, \"system\": \"http://unitsofmeasure.org\", \"code\": \"mm[Hg]\"", "\"value\": 120, \"system\": \"http://unitsofmeasure.org\", \"code\": \"kPa\"", "Observation.component[0].value.code", "value")]
    public void what_does_not_is_an_error_at_its_place(string old, string with, string path, string code)
    {
        var errors = Errors(Good.Replace(old, with, StringComparison.Ordinal));
        Assert.True(errors.Exists(e => e.Path == path && e.Code == code), string.Join('\n', errors));
    }

    [Fact]
    public void a_profile_with_a_broken_rule_is_an_issue_and_no_crash()
    {
        var broken = Profile.Replace("component.where(code.coding.code='8480-6')", "component.where((", StringComparison.Ordinal).Replace("\"path\": \"code\" }", "\"path\": \"code.((\" }", StringComparison.Ordinal);
        var validator = new Validator { Profiles = ProfileLibrary.Of([Resource.ParseJson(Encoding.UTF8.GetBytes(broken))]) };
        var issues = validator.Validate(Resource.ParseJson(Encoding.UTF8.GetBytes(Good)), "http://example.org/bp");
        Assert.Contains(issues, i => i.Rule == "bp-1" && i.Message.Contains("could not be read", StringComparison.Ordinal));
        Assert.Contains(issues, i => i.Code == "processing");
    }

    [Fact]
    public void an_unknown_profile_is_said_to_be_unknown() =>
        Assert.Equal("not-found", Assert.Single(Validator.Default.Validate(Resource.ParseJson(Encoding.UTF8.GetBytes(Good)), "http://example.org/none"), i => i.Severity == IssueSeverity.Error).Code);

    [Fact]
    public void HL7s_examples_meet_the_profiles_and_extensions_of_the_specification_but_for_the_listed_errors()
    {
        var definitions = Examples.Files().Where(f => Path.GetFileName(f).StartsWith("StructureDefinition-", StringComparison.Ordinal)).Select(f => Resource.ParseJson(File.ReadAllBytes(f)))
            .Where(r => r.Root["derivation"].AsString() == "constraint").ToList();
        var validator = new Validator { Profiles = ProfileLibrary.Of(definitions) };
        var listed = File.ReadLines(Path.Combine(Repository.Root(), "tests", "DatacenterOst.UnitTests", "Fhir", "Profile-errors.tsv")).Where(l => l.Length > 0 && l[0] != '#').Select(l => string.Join('\t', l.Split('\t')[..2])).ToHashSet();
        var unexpected = new List<string>();
        var seen = new HashSet<string>();
        foreach (var file in Examples.Files().Where(f => new FileInfo(f).Length < 200_000))
        {
            var resource = Resource.ParseJson(File.ReadAllBytes(file));
            var plain = Validator.Default.Validate(resource).Select(i => i.ToString()).ToHashSet();
            foreach (var issue in validator.Validate(resource).Where(i => i.Severity == IssueSeverity.Error && !plain.Contains(i.ToString())))
            {
                var key = $"{issue.Code}\t{issue.Rule}";
                seen.Add(key);
                if (!listed.Contains(key)) unexpected.Add($"{Path.GetFileName(file)}\t{key}\t{issue.Path}\t{issue.Message}");
            }
        }
        if (Environment.GetEnvironmentVariable("DOST_WRITE_ERRORS") is { } output) File.WriteAllLines(output, unexpected);
        Assert.True(unexpected.Count == 0, $"{unexpected.Count} errors that are not listed:\n" + string.Join('\n', unexpected.Take(40)));
        Assert.Empty(listed.Except(seen));
    }
}

namespace DatacenterOst.Specs.CommandLine;

/// <summary><c>dost fhir validate</c></summary>
public sealed class When_files_are_validated : IDisposable
{
    private const string WithoutStatus = """{"resourceType":"Observation","id":"o1","code":{"text":"x"}}""";
    private const string Named = "http://example.org/named";
    private readonly Tool tool = new();

    [Fact]
    public async Task a_good_file_gives_exit_code_0_and_a_summary()
    {
        var file = tool.File("p.json", Tool.Patient);
        Assert.Equal($"{file}: resources 1, errors 0, warnings 0\n", await tool.Answer("fhir", "validate", file));
    }

    [Fact]
    public async Task an_issue_says_place_severity_code_path_and_what_to_do()
    {
        var run = await tool.Run("fhir", "validate", tool.File("o.json", "\n  " + WithoutStatus));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("o.json:2:3: error required Observation: 'status' is missing; Observation must have it", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_bundle_with_broken_entries_still_says_what_is_wrong_in_each()
    {
        var run = await tool.Run("fhir", "validate", tool.File("b.json", $$$"""
            {"resourceType":"Bundle","type":"collection","entry":[
             {"resource":{"resourceType":"Patient","birthDate":"1970-13-01"}},
             {"resource":{"resourceType":"Patient","nme":"x"}},
             {"resource":{{{WithoutStatus}}}}]}
            """));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("b.json:2:52: Bundle.entry[0].resource.birthDate", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Bundle.entry[1].resource: Patient has no element 'nme'", run.Errors, StringComparison.Ordinal);
        Assert.Contains("b.json:4:14: error required Bundle.entry[2].resource", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 unreadable", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task each_line_of_NDJSON_is_validated_and_named()
    {
        var run = await tool.Run("fhir", "validate", tool.File("l.ndjson", "{\"resourceType\":\"Patient\",\"gender\":\"x\"}\n\n{\"resourceType\":\"Patient\",\"birthDate\":\"19\"}\n{\"resourceType\"\n"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("l.ndjson:1:36: error code-invalid Patient.gender", run.Output, StringComparison.Ordinal);
        Assert.Contains("l.ndjson:3:39: Patient.birthDate", run.Errors, StringComparison.Ordinal);
        Assert.Contains("l.ndjson:4:", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_profile_from_a_file_or_a_folder_is_kept()
    {
        var profile = tool.File("profile.json", $$$"""
            {"resourceType":"StructureDefinition","url":"{{{Named}}}","name":"Named","status":"draft","fhirVersion":"4.0.1","kind":"resource",
             "abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
             "differential":{"element":[{"id":"Patient.name","path":"Patient.name","min":1}]}}
            """);
        var anonymous = tool.File("anonymous.json", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p1"}}]}""");
        await tool.Answer("fhir", "validate", tool.File("p.json", Tool.Patient), "--profile", Named, "--profiles", profile);
        var run = await tool.Run("fhir", "validate", anonymous, "--profile", Named, "--profiles", Path.GetDirectoryName(profile)!);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"Bundle.entry[0].resource: 'name' stands 0 times; the profile wants at least 1 [{Named}]", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_profile_that_nobody_knows_is_refused_before_anything_is_read()
        => Assert.Contains("--profiles PATH", await tool.Refusal("fhir", "validate", tool.File("p.json", Tool.Patient), "--profile", Named), StringComparison.Ordinal);

    [Fact]
    public async Task a_profile_that_met_nothing_of_its_type_is_said()
    {
        var run = await tool.Run("fhir", "validate", tool.File("b.json", """{"resourceType":"Bundle","type":"collection"}"""), "--profile", Named,
            "--profiles", tool.File("profile.json", $$$"""{"resourceType":"StructureDefinition","url":"{{{Named}}}","name":"N","status":"draft","kind":"resource","abstract":false,"type":"Patient"}"""));
        Assert.Contains("nothing in it is of the type", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_missing_file_does_not_stop_the_others()
    {
        var run = await tool.Run("fhir", "validate", tool.Missing, tool.File("p.json", Tool.Patient));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there is no such file", run.Errors, StringComparison.Ordinal);
        Assert.Contains("p.json: resources 1, errors 0", run.Output, StringComparison.Ordinal);
    }

    public void Dispose() => tool.Dispose();
}

namespace DatacenterOst.Specs.CommandLine;

/// <summary><c>dost fhir convert</c></summary>
public sealed class When_a_file_is_converted : IDisposable
{
    private readonly Tool tool = new();

    [Fact]
    public async Task JSON_becomes_XML_and_XML_the_same_JSON_with_decimals_as_written()
    {
        var json = tool.File("o.json", """{"resourceType":"Observation","status":"final","code":{"text":"Kreatinin, øre"},"valueQuantity":{"value":96.10}}""");
        var xml = await tool.Answer("fhir", "convert", json, "--to", "xml");
        Assert.Contains("<value value=\"96.10\" />", xml, StringComparison.Ordinal);
        var back = await tool.Pipe(xml, "fhir", "convert", "-", "--to", "json");
        Assert.Equal(await tool.Answer("fhir", "convert", json, "--to", "json"), back.Output);
        Assert.Contains("Kreatinin, øre", back.Output, StringComparison.Ordinal);
        Assert.Contains("96.10", back.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the input is empty")]
    [InlineData("hello", ":1:1: this is neither JSON nor XML")]
    [InlineData("{\"resourceType\":\"Patient\",\n \"nme\": 1}", ":2:2: Patient")]
    [InlineData("<Patient xmlns=\"http://hl7.org/fhir\">\n<nme/></Patient>", ":2:1: Patient")]
    [InlineData("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>", "dost: -: A document type (DTD) is not allowed")]
    [InlineData("{\"resourceType\":\"Patient\"}\n{\"resourceType\":\"Patient\"}", "NDJSON")]
    public async Task what_is_not_one_resource_is_refused_with_its_place(string input, string expected)
    {
        var run = await tool.Pipe(input, "fhir", "convert", "-", "--to", "json");
        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.Equal("", run.Output);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task another_format_than_the_two_is_refused()
        => Assert.Contains("write xml or json", await tool.Refusal("fhir", "convert", tool.File("p.json", Tool.Patient), "--to", "csv"), StringComparison.Ordinal);

    [Fact]
    public async Task a_folder_is_no_file()
        => Assert.Contains("this is a folder", await tool.Refusal("fhir", "convert", Path.GetDirectoryName(tool.Missing)!, "--to", "xml"), StringComparison.Ordinal);

    public void Dispose() => tool.Dispose();
}

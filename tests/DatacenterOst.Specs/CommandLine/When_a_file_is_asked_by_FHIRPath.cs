using System.Text.Json;

namespace DatacenterOst.Specs.CommandLine;

/// <summary><c>dost fhir path</c></summary>
public sealed class When_a_file_is_asked_by_FHIRPath : IDisposable
{
    private readonly Tool tool = new();

    [Fact]
    public async Task each_value_stands_on_a_line_of_its_own()
        => Assert.Equal("Anna\nBo\n", await tool.Answer("fhir", "path", "name.given", tool.File("p.json", Tool.Patient)));

    [Fact]
    public async Task values_as_JSON_keep_their_types_and_their_decimals()
    {
        var file = tool.File("o.json", """{"resourceType":"Observation","status":"final","code":{"text":"Æ"},"valueQuantity":{"value":96.10,"unit":"umol/L"}}""");
        var output = await tool.Answer("fhir", "path", "value | value.value | status | code.text | true", file, "--json");
        Assert.Contains("96.10,", output, StringComparison.Ordinal);
        Assert.Contains("\"Æ\"", output, StringComparison.Ordinal);
        Assert.Equal(["Object", "Number", "String", "String", "True"], JsonDocument.Parse(output).RootElement.EnumerateArray().Select(value => value.ValueKind.ToString()));
    }

    [Fact]
    public async Task nothing_is_an_empty_answer_and_no_error()
    {
        var file = tool.File("p.json", Tool.Patient);
        Assert.Equal("", await tool.Answer("fhir", "path", "deceased", file));
        Assert.Equal("[]\n", await tool.Answer("fhir", "path", "deceased", file, "--json"));
    }

    [Fact]
    public async Task XML_and_NDJSON_and_standard_input_are_read_alike()
    {
        Assert.Equal("x1\n", await tool.Answer("fhir", "path", "id", tool.File("p.xml", "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"x1\"/></Patient>")));
        Assert.Equal("a\nb\n", await tool.Answer("fhir", "path", "id", tool.File("lines", "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n{\"resourceType\":\"Patient\",\"id\":\"b\"}\n")));
        Assert.Equal("p1\n", (await tool.Pipe(Tool.Patient, "fhir", "path", "id", "-")).Output);
        Assert.Equal("p1\n", await tool.Answer("fhir", "path", "id", tool.File("marked.json", "\uFEFF" + Tool.Patient)));
    }

    [Fact]
    public async Task an_expression_that_is_wrong_is_named_with_the_character()
        => Assert.Contains("(character 12)", await tool.Refusal("fhir", "path", "name.where(", tool.File("p.json", Tool.Patient)), StringComparison.Ordinal);

    [Fact]
    public async Task an_expression_that_has_no_meaning_for_the_data_says_so()
        => Assert.Contains("HumanName", await tool.Refusal("fhir", "path", "name.first() + 1", tool.File("p.json", Tool.Patient)), StringComparison.Ordinal);

    [Fact]
    public async Task a_file_that_is_not_there_or_not_FHIR_is_named_with_the_place()
    {
        Assert.Contains("there is no such file", await tool.Refusal("fhir", "path", "id", tool.Missing), StringComparison.Ordinal);
        Assert.Contains("bad.json:2:13: Patient.birthDate", await tool.Refusal("fhir", "path", "id", tool.File("bad.json", "{\"resourceType\":\"Patient\",\n\"birthDate\":\"2026-02-30\"}")), StringComparison.Ordinal);
    }

    public void Dispose() => tool.Dispose();
}

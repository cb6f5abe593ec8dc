using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Patching;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_resources_are_patched
{
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    [Fact]
    public void all_33_cases_of_HL7s_FHIRPath_Patch_suite_pass()
    {
        var suite = SharedArchive.Read("fhirpath-r4-tests.tar.gz", n => n == "r4/patch/fhir-patch-tests.xml").Single().Value;
        var cases = XDocument.Load(new MemoryStream(suite), LoadOptions.PreserveWhitespace).Descendants("case").ToList();
        var failures = cases.Select(c => (Name: c.Attribute("name")!.Value, Problem: Run(c))).Where(f => f.Problem is not null).ToList();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.Equal(33, cases.Count);
    }

    private static string? Run(XElement test)
    {
        Resource Inner(string name) => Resource.ParseXml(Encoding.UTF8.GetBytes(test.Element(name)!.Elements().Single().ToString(SaveOptions.DisableFormatting)));
        try
        {
            var result = Patch.Apply(Inner("input"), Inner("diff"));
            if (test.Element("error") is not null) return "an error was expected";
            using var expected = JsonDocument.Parse(Inner("output").ToJson());
            using var actual = JsonDocument.Parse(result.ToJson());
            return SameMeaning.Difference(expected.RootElement, actual.RootElement, "");
        }
        catch (FhirPatchException e)
        {
            return test.Element("error") is not null ? null : e.Message;
        }
    }

    [Fact]
    public void HL7s_JSON_Patch_cases_pass()
    {
        var suite = SharedArchive.Read("fhirpath-r4-tests.tar.gz", n => n == "r4/patch/json-patch-tests.json").Single().Value;
        var ran = 0;
        foreach (var test in JsonNode.Parse(suite)!.AsArray().Select(t => t!.AsObject()))
        {
            ran++;
            var operations = test["patch"]!.AsArray();
            if (test["expected"] is { } expected) Assert.True(JsonNode.DeepEquals(expected, JsonPatch.Apply(test["doc"], operations)), test["comment"]?.ToString());
            else if (test.ContainsKey("error")) Assert.Throws<FhirPatchException>(() => JsonPatch.Apply(test["doc"], operations));
        }
        Assert.Equal(16, ran);
    }

    [Fact]
    public void a_JSON_patch_keeps_decimals_and_refuses_what_is_no_resource()
    {
        var before = Resource.ParseJson("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.50}}"""u8.ToArray());
        var after = Patch.ApplyJson(before, """[{"op":"test","path":"/status","value":"final"},{"op":"replace","path":"/status","value":"amended"}]"""u8.ToArray());
        Assert.Equal(("amended", "1.50"), (after.Root["status"].AsString(), after.Root["value"]["value"].DecimalText));
        Assert.Throws<FhirPatchException>(() => Patch.ApplyJson(before, """[{"op":"add","path":"/nothing","value":1}]"""u8.ToArray()));
        Assert.Throws<FhirPatchException>(() => Patch.ApplyJson(before, "{"u8.ToArray()));
    }
}

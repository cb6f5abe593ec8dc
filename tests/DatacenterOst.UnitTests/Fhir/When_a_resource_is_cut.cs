using System.Text;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>_summary and _elements (FHIR R4, 3.1.1.5.8 and 3.1.1.5.9).</summary>
public sealed class When_a_resource_is_cut
{
    private const string Tag = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}""";

    private static readonly byte[] Glucose = """
        { "resourceType": "Observation", "id": "g", "meta": { "versionId": "1", "tag": [ { "code": "t" } ] }, "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">G</div>" },
          "status": "final", "code": { "coding": [ { "code": "GLU", "display": "Glucose" } ] }, "subject": { "reference": "Patient/1", "display": "Anna" }, "valueQuantity": { "value": 5.40, "unit": "mmol/L" },
          "interpretation": [ { "text": "high" } ], "note": [ { "text": "n" } ], "component": [ { "code": { "text": "c" }, "valueInteger": 1, "interpretation": [ { "text": "low" } ] } ] }
        """u8.ToArray();

    private static string Cut(byte[] json, SummaryMode mode, params string[] elements) => Encoding.UTF8.GetString(ElementSubset.Of(json, mode, elements).Span);

    [Fact]
    public void nothing_asked_is_the_same_bytes() => Assert.Equal(Glucose, ElementSubset.Of(Glucose, SummaryMode.False, []).ToArray());

    [Fact]
    public void the_summary_has_the_elements_that_the_specification_marks_at_every_level() =>
        Assert.Equal($$$"""{"resourceType":"Observation","id":"g","meta":{"versionId":"1","tag":[{"code":"t"},{{{Tag}}}]},"status":"final","code":{"coding":[{"code":"GLU","display":"Glucose"}]},"subject":{"reference":"Patient/1","display":"Anna"},"valueQuantity":{"value":5.40,"unit":"mmol/L"},"component":[{"code":{"text":"c"},"valueInteger":1}]}""",
            Cut(Glucose, SummaryMode.True));

    [Fact]
    public void text_is_the_narrative_and_what_must_be_there() =>
        Assert.Equal($$$"""{"resourceType":"Observation","id":"g","meta":{"versionId":"1","tag":[{"code":"t"},{{{Tag}}}]},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">G</div>"},"status":"final","code":{"coding":[{"code":"GLU","display":"Glucose"}]}}""",
            Cut(Glucose, SummaryMode.Text));

    [Fact]
    public void data_is_all_but_the_narrative()
    {
        var data = Resource.ParseJson(Encoding.UTF8.GetBytes(Cut(Glucose, SummaryMode.Data))).Root;
        Assert.False(data["text"].Exists);
        Assert.Equal(("n", "low"), (data["note"]["text"].AsString(), data["component"]["interpretation"]["text"].AsString()));
    }

    [Fact]
    public void named_elements_come_with_what_must_be_there() =>
        Assert.Equal($$$"""{"resourceType":"Observation","id":"g","meta":{"versionId":"1","tag":[{"code":"t"},{{{Tag}}}]},"status":"final","code":{"coding":[{"code":"GLU","display":"Glucose"}]},"valueQuantity":{"value":5.40,"unit":"mmol/L"},"note":[{"text":"n"}]}""",
            Cut(Glucose, SummaryMode.False, "value", "note"));

    [Fact]
    public void a_resource_without_meta_is_given_one_and_modifiers_stay() =>
        Assert.Equal($$$"""{"resourceType":"Patient","id":"a","modifierExtension":[{"url":"http://m","valueBoolean":true}],"gender":"male","_gender":{"id":"x"},"meta":{"tag":[{{{Tag}}}]}}""",
            Cut("""{"resourceType":"Patient","id":"a","name":[{"family":"A"}],"modifierExtension":[{"url":"http://m","valueBoolean":true}],"gender":"male","_gender":{"id":"x"}}"""u8.ToArray(), SummaryMode.False, "gender"));

    [Fact]
    public void every_example_stays_a_valid_resource_and_none_grows_by_more_than_the_tag()
    {
        foreach (var file in Examples.Files().Where(f => new FileInfo(f).Length < 200_000))
        {
            var resource = Resource.ParseJson(File.ReadAllBytes(file));
            var whole = resource.ToJson().Length;
            foreach (var mode in new[] { SummaryMode.True, SummaryMode.Text, SummaryMode.Data })
            {
                var cut = Resource.ParseJson(ElementSubset.Of(resource, mode, []));
                Assert.Equal((resource.TypeName, resource.Id), (cut.TypeName, cut.Id));
                Assert.InRange(cut.Source.Length, 1, whole + 140);
                Assert.Equal("SUBSETTED", cut.Root["meta"].Children("tag").ToList()[^1]["code"].AsString());
            }
        }
    }
}

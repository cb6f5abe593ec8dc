using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_search_values_are_extracted
{
    private static readonly Resource Glucose = Resource.ParseJson(Encoding.UTF8.GetBytes("""
        { "resourceType": "Observation", "id": "g1", "status": "final", "meta": { "lastUpdated": "2026-03-02T08:00:00Z", "tag": [ { "code": "t" } ] },
          "code": { "coding": [ { "system": "http://loinc.org", "code": "14749-6", "display": "Glucose" }, { "system": "urn:oid:1.2", "code": "NPU02192" } ], "text": "P-Glukose" },
          "subject": { "reference": "Patient/anna/_history/3", "identifier": { "system": "urn:oid:1.2.208", "value": "x1" } },
          "encounter": { "reference": "https://ehr.example.org/fhir/Encounter/7" }, "device": { "reference": "#pump" },
          "effectivePeriod": { "start": "2026-03", "end": "2026-03-05" },
          "valueQuantity": { "value": 5.40, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L" } }
        """));

    private static T One<T>(string code) where T : SearchValue =>
        Assert.Single(SearchParameter.Find("Observation", code)!.ValuesOf(Glucose).OfType<T>());

    [Fact]
    public void every_one_of_the_1384_expressions_compiles()
    {
        Assert.Equal(1384, SearchParameter.All.Count(p => p.Expression.Length > 0));
        Assert.All(SearchParameter.All.Where(p => p.Expression.Length > 0), p => FhirPathExpression.Parse(p.Expression));
        Assert.All(SearchParameter.All.SelectMany(p => p.Components), c => FhirPathExpression.Parse(c.Expression));
    }

    [Fact]
    public void tokens_have_system_code_and_text() =>
        Assert.Equal([("http://loinc.org", "14749-6", "Glucose"), ("urn:oid:1.2", "NPU02192", "P-Glukose")],
            SearchParameter.Find("Observation", "code")!.ValuesOf(Glucose).Cast<TokenValue>().Select(t => (t.System, t.Code, t.Text)));

    [Fact]
    public void a_bare_code_has_the_system_of_the_value_set_it_is_bound_to() =>
        Assert.Equal(("http://hl7.org/fhir/observation-status", "final"), (One<TokenValue>("status").System, One<TokenValue>("status").Code));

    [Fact]
    public void dates_are_intervals_of_what_was_written()
    {
        var date = One<DateValue>("date");
        Assert.Equal((new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 6, 0, 0, 0, TimeSpan.Zero)), (date.Low, date.High));
    }

    [Fact]
    public void quantities_have_their_implied_range_and_UCUM_base_units()
    {
        var value = One<QuantityValue>("value-quantity");
        Assert.Equal((5.40m, 5.395m, 5.405m, "mmol/L"), (value.Value!.Value, value.Low!.Value, value.High!.Value, value.Code));
        Assert.Equal(("m-3", true), (value.Canonical!.Unit, value.Canonical.Low < value.Canonical.High));
    }

    [Fact]
    public void references_are_taken_apart()
    {
        var subject = One<ReferenceValue>("patient");
        Assert.Equal(("Patient", "anna", "3", "x1"), (subject.Type, subject.Id, subject.Version, subject.IdentifierValue));
        var encounter = One<ReferenceValue>("encounter");
        Assert.Equal(("Encounter", "7", "https://ehr.example.org/fhir"), (encounter.Type, encounter.Id, encounter.Base));
        Assert.Empty(SearchParameter.Find("Observation", "device")!.ValuesOf(Glucose));
    }

    [Fact]
    public void composites_hold_their_parts_together()
    {
        var pair = One<CompositeValue>("code-value-quantity");
        Assert.Equal((2, 1), (pair.Parts[0].Count, pair.Parts[1].Count));
    }

    [Fact]
    public void what_every_resource_has_is_there() => Assert.Equal(("g1", "t"), (One<TokenValue>("_id").Code, One<TokenValue>("_tag").Code));

    [Theory]
    [InlineData("Åse Ørsted-Müller", "ase orsted-muller"), InlineData("  Æblegård \t 2", "aeblegard 2"), InlineData("ANNA", "anna"), InlineData("Łódź Straße", "lodz strasse")]
    public void names_are_folded(string name, string folded)
    {
        var patient = Resource.ParseJson(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{"family":"{{name.Replace("\t", "\\t", StringComparison.Ordinal)}}"}]}"""));
        Assert.Equal(folded, Assert.IsType<StringValue>(Assert.Single(SearchParameter.Find("Patient", "family")!.ValuesOf(patient))).Folded);
    }

    [Fact]
    public void all_of_HL7s_examples_give_their_values_without_an_error()
    {
        var found = 0;
        foreach (var file in Examples.Files().Where(f => new FileInfo(f).Length < 2_000_000)) found += SearchParameter.Extract(Resource.ParseJson(File.ReadAllBytes(file))).Count;
        Assert.InRange(found, 50_000, 200_000);
    }
}

using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Normalise;
using DatacenterOst.UnitTests.Features;
using Reading = DatacenterOst.UnitTests.Sources.Reading;

namespace DatacenterOst.UnitTests.Normalise;

/// <summary>Medication over FHIR, from the resource to the feature that reads its dose.</summary>
public sealed class When_medication_is_normalised
{
    private const string Dose = """{"value":10,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}""";

    [Theory]
    [InlineData("\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"authoredOn\":\"2026-03-01T08:00:00Z\",\"dosageInstruction\":[{\"doseAndRate\":[{\"doseQuantity\":DOSE}]}]")]
    [InlineData("\"resourceType\":\"MedicationStatement\",\"status\":\"active\",\"effectivePeriod\":{\"start\":\"2026-03-01T08:00:00Z\"},\"dosage\":[{\"doseAndRate\":[{\"doseQuantity\":DOSE}]},{\"doseAndRate\":[{\"doseQuantity\":DOSE}]}]")]
    [InlineData("\"resourceType\":\"MedicationAdministration\",\"status\":\"completed\",\"effectiveDateTime\":\"2026-03-01T08:00:00Z\",\"dosage\":{\"dose\":DOSE}")]
    public async Task the_dose_of_each_kind_of_resource_reaches_the_feature(string resource)
    {
        var fact = await Normalised(resource.Replace("DOSE", Dose, StringComparison.Ordinal));

        Assert.Equal((10m, "mg"), (fact.Value, fact.Concept.Unit));
        Assert.Equal(10, CurrentDose(fact).Number);
    }

    [Theory]
    [InlineData("""{"doseAndRate":[{"doseQuantity":{"value":10,"unit":"mg"}}]},{"doseAndRate":[{"doseQuantity":{"value":5,"unit":"mg"}}]}""", null)]
    [InlineData("""{"doseAndRate":[{"doseRange":{"low":{"value":1,"unit":"mg"},"high":{"value":2,"unit":"mg"}}}]}""", null)]
    [InlineData("""{"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}""", "1 tablet")]
    [InlineData("""{"text":"as needed"}""", null)]
    public async Task a_dose_that_is_not_one_number_of_a_unit_is_missing_and_the_course_is_a_course(string dosage, string? text)
    {
        var fact = await Normalised($"\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\",\"authoredOn\":\"2026-03-01T08:00:00Z\",\"dosageInstruction\":[{dosage}]");

        Assert.Equal((null, text), (fact.Value, fact.Text));
        var value = CurrentDose(fact);
        Assert.Equal((null, MissingReason.NoFact), (value.Number, value.Missing));
    }

    private static async Task<Finding> Normalised(string resource)
    {
        var json = $$$"""{{{{resource}}},"id":"m1","subject":{"reference":"Patient/p"},"medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"H02AB06"}]}}""";
        var records = await Reading.Read("fhir", json);
        var normal = new Normaliser(Sender.Terminology, Reading.Profile("fhir")).Normalise(Assert.Single(records), Sender.Arrival);
        var item = Assert.Single(normal.Items);
        Assert.Empty(item.Rejections);
        return Assert.Single(item.Findings).Finding;
    }

    private static FeatureValue CurrentDose(Finding finding)
    {
        var features = Timeline.Declared("features:\n  - { name: dose, codes: 'ATC|H02AB06', unit: mg, take: currentDose, window: '[-30d, 0h]', ongoingFor: 48h }");
        var fact = new Fact(new PatientId(1), new FactKey(1), finding, finding.KnownAt, new SourceRef("test", default, ""));
        return features.Evaluate(Timeline.Of(fact), new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero)).Values[0];
    }
}

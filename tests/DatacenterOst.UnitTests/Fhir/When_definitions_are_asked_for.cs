using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_definitions_are_asked_for
{
    [Fact]
    public void all_types_of_R4_are_there()
    {
        // Resource and DomainResource are abstract, as Element and BackboneElement are among the data types.
        Assert.Equal((146, 39, 20), (FhirDefinitions.ResourceTypes.Count, FhirDefinitions.ComplexTypes.Count, FhirDefinitions.PrimitiveTypes.Count));
        Assert.Equal(1400, SearchParameter.All.Count);
        Assert.True(FhirDefinitions.IsResourceType("Observation"));
        Assert.False(FhirDefinitions.IsResourceType("DomainResource"));
    }

    [Fact]
    public void the_embedded_files_are_below_three_megabytes()
    {
        var assembly = typeof(Resource).Assembly;
        var bytes = assembly.GetManifestResourceNames().Sum(n => { using var s = assembly.GetManifestResourceStream(n)!; return s.Length; });
        Assert.InRange(bytes, 1_000_000, 3_000_000);
    }

    [Fact]
    public void compartments_say_whose_a_resource_is()
    {
        var patient = FhirDefinitions.Compartments.Single(c => c.Name == "Patient");
        Assert.Equal(5, FhirDefinitions.Compartments.Count);
        var allergy = Resource.ParseJson("""{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"recorder":{"reference":"Patient/2"},"asserter":{"reference":"Practitioner/3"}}"""u8.ToArray());
        Assert.Equal(["1", "2"], patient.OwnersOf(allergy).Order());
        Assert.Equal(["x"], patient.OwnersOf(Resource.ParseJson("""{"resourceType":"Patient","id":"x"}"""u8.ToArray())));
    }

    [Fact]
    public void operations_have_their_levels_and_parameters()
    {
        var everything = FhirDefinitions.Operations.Single(o => o.Id == "Patient-everything");
        Assert.Equal(("everything", "ti", "Patient"), (everything.Code, everything.Levels, Assert.Single(everything.Resources)));
        Assert.Contains(everything.Parameters, p => p is { Name: "start", Use: "in", Type: "date" });
    }

    [Fact]
    public void codes_of_the_specification_are_known_and_others_are_said_to_be_unknown()
    {
        Assert.True(FhirDefinitions.IsInValueSet("http://hl7.org/fhir/ValueSet/administrative-gender", null, "female"));
        Assert.False(FhirDefinitions.IsInValueSet("http://hl7.org/fhir/ValueSet/administrative-gender", null, "femal"));
        Assert.True(FhirDefinitions.IsInValueSet("http://hl7.org/fhir/ValueSet/ucum-units", null, "mmol/L"));
        Assert.Null(FhirDefinitions.IsInValueSet("http://hl7.org/fhir/ValueSet/observation-codes", "http://loinc.org", "1-8"));
        Assert.Equal("Amended", FhirDefinitions.Display("http://hl7.org/fhir/observation-status", "amended"));
    }
}

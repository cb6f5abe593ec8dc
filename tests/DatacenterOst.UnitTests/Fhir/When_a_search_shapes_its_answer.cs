using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Parameters of the result, searches of several types, and compartments.</summary>
public sealed class When_a_search_shapes_its_answer
{
    [Fact]
    public void the_result_parameters_are_read()
    {
        var read = Searches.Read("Observation", "_count=20&_sort=-date,_id&_total=accurate&_summary=text&_elements=Observation.code,valueQuantity&_cursor=x&_asOf=2026-03-01T08:00:00 01:00&_format=json&_pretty=true&_contained=false");
        Assert.Equal((20, TotalMode.Accurate, SummaryMode.Text, "x", new DateTimeOffset(2026, 3, 1, 7, 0, 0, TimeSpan.Zero)), (read.Count, read.Total, read.Summary, read.Cursor, read.AsOf));
        Assert.Equal([("date", SortDirection.Descending), ("_id", SortDirection.Ascending)], read.Sort.Select(s => (s.Parameter.Code, s.Direction)));
        Assert.Equal(["code", "valueQuantity"], read.Elements);
        Assert.Empty(read.Ignored);
        Assert.Equal(0, Searches.Read("Observation", "_count=0").Count);
    }

    [Theory]
    [InlineData("_include=Observation:patient", InclusionKind.Forward, "Observation", "patient", null, false), InlineData("_include=Observation:subject:Patient", InclusionKind.Forward, "Observation", "subject", "Patient", false)]
    [InlineData("_include:iterate=Patient:organization", InclusionKind.Forward, "Patient", "organization", null, true), InlineData("_include:recurse=Patient:organization", InclusionKind.Forward, "Patient", "organization", null, true)]
    [InlineData("_include=*", InclusionKind.Forward, null, null, null, false), InlineData("_include=Observation:*", InclusionKind.Forward, "Observation", null, null, false), InlineData("_revinclude=Provenance:target", InclusionKind.Reverse, "Provenance", "target", null, false)]
    [InlineData("_revinclude:iterate=Observation:derived-from:Observation", InclusionKind.Reverse, "Observation", "derived-from", "Observation", true)]
    public void inclusions_are_read(string query, InclusionKind kind, string? source, string? parameter, string? target, bool iterates)
    {
        var read = Assert.Single(Searches.Read("Observation", query).Inclusions);
        Assert.Equal((kind, source, parameter, target, iterates), (read.Kind, read.Source, read.Parameter?.Code, read.Target, read.Iterates));
    }

    [Fact]
    public void a_search_of_several_types_takes_what_all_of_them_have()
    {
        var read = Searches.ReadAll(FhirDefinitions.ResourceTypes, "_type=Observation,DiagnosticReport&code=a&_lastUpdated=ge2026&value-quantity=5&identifier=1");
        Assert.Equal(["DiagnosticReport", "Observation"], read.Types);
        Assert.Equal(3, read.Criteria.Count);
        Assert.Contains("_type", Assert.Single(read.Ignored).Reason, StringComparison.Ordinal);
        Assert.Equal(FhirDefinitions.ResourceTypes.Count, Searches.ReadAll(FhirDefinitions.ResourceTypes, "_id=1").Types.Count);
        Assert.Contains("every type", Assert.Single(Searches.ReadAll(FhirDefinitions.ResourceTypes, "_has:Observation:patient:code=a").Ignored).Reason, StringComparison.Ordinal);
        // A type is a token in one and a reference in the other.
        Assert.Contains("search one type", Assert.Single(Searches.ReadAll(["Encounter", "Composition"], "entry=a&_type=Encounter,Composition").Ignored).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void a_compartment_is_a_condition_for_each_of_its_types()
    {
        var all = Searches.ReadAll(FhirDefinitions.ResourceTypes, "_lastUpdated=ge2026").InCompartment("Patient", "1", SearchParameters.Standard);
        Assert.Contains("Observation", all.Types);
        Assert.DoesNotContain("Practitioner", all.Types);
        var one = Searches.Read("Observation", "code=a").InCompartment("Patient", "1", SearchParameters.Standard);
        Assert.Equal(["performer", "subject"], Assert.IsType<CompartmentCriterion>(one.Criteria[0]).By.Select(p => p.Code).Order());
        Assert.Throws<SearchException>(() => Searches.Read("Medication", "code=a").InCompartment("Patient", "1", SearchParameters.Standard));
        Assert.Throws<SearchException>(() => Searches.Read("Observation", "code=a").InCompartment("Location", "1", SearchParameters.Standard));
    }

    [Fact]
    public void a_resource_is_in_the_compartment_of_whom_it_refers_to()
    {
        var query = Searches.ReadAll(FhirDefinitions.ResourceTypes, "_count=5").InCompartment("Patient", "1", SearchParameters.Standard);
        bool Is(string json) => query.Criteria.All(c => c.Matches(Resource.ParseJson(System.Text.Encoding.UTF8.GetBytes(json)), SearchParameters.Standard));
        Assert.True(Is("""{"resourceType":"Observation","subject":{"reference":"Patient/1"} }"""));
        Assert.True(Is("""{"resourceType":"Observation","subject":{"reference":"Group/1"},"performer":[{"reference":"Patient/1"}]}"""));
        Assert.True(Is("""{"resourceType":"Patient","id":"1"}"""));
        Assert.False(Is("""{"resourceType":"Observation","subject":{"reference":"Patient/2"} }"""));
        Assert.False(Is("""{"resourceType":"Observation","subject":{"reference":"http://other.org/Patient/1"} }"""));
        Assert.False(Is("""{"resourceType":"Patient","id":"2"}"""));
    }
}

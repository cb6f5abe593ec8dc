using System.Text;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>The meaning of every type of parameter with every modifier and prefix, as FHIR R4 3.1.1.4 defines it.</summary>
public sealed class When_resources_are_matched
{
    private static readonly Resource Anna = Read("""
        { "resourceType": "Patient", "id": "anna", "active": true, "gender": "female", "birthDate": "1980-05-14", "meta": { "lastUpdated": "2026-03-02T08:00:00.5Z", "profile": [ "http://ost.org/p" ] },
          "identifier": [ { "system": "urn:oid:1", "value": "12345", "type": { "coding": [ { "system": "http://v2", "code": "MR", "display": "Medical record number" } ] } } ],
          "name": [ { "family": "Ørsted-Åberg", "given": [ "Anna", "Eve  Lyn" ] } ], "telecom": [ { "system": "phone", "value": "555" } ],
          "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Anna &amp; her <b>Asthma</b></p></div>" },
          "managingOrganization": { "reference": "http://other.org/fhir/Organization/7" }, "generalPractitioner": [ { "reference": "Practitioner/3" } ] }
        """);

    private static readonly Resource Glucose = Read("""
        { "resourceType": "Observation", "id": "g", "status": "final", "effectivePeriod": { "start": "2026-03-01T08:00:00Z", "end": "2026-03-01T09:00:00Z" },
          "category": [ { "coding": [ { "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory" } ] } ],
          "code": { "coding": [ { "system": "http://loinc.org", "code": "14749-6", "display": "Glucose (fasting)" }, { "code": "GLU" } ], "text": "P-Glukose" },
          "subject": { "reference": "Patient/anna/_history/2", "identifier": { "system": "urn:oid:1", "value": "12345" } }, "encounter": { "reference": "Encounter/9" },
          "valueQuantity": { "value": 5.4, "unit": "mmol per litre", "system": "http://unitsofmeasure.org", "code": "mmol/L" },
          "component": [ { "code": { "coding": [ { "code": "a" } ] }, "valueQuantity": { "value": 1 } }, { "code": { "coding": [ { "code": "b" } ] }, "valueQuantity": { "value": 2 } } ] }
        """);

    private static Resource Read(string json) => Resource.ParseJson(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("family=ørsted", true), InlineData("family=ORSTED-aberg", true), InlineData("family=aberg", false), InlineData("family:contains=aberg", true), InlineData("family:contains=xyz", false)]
    [InlineData("family:exact=Ørsted-Åberg", true), InlineData("family:exact=ørsted-åberg", false), InlineData("family:exact=Ørsted", false), InlineData("given=eve lyn", true), InlineData("given=x,ann", true), InlineData("name=lyn", false), InlineData("name=eve", true)]
    [InlineData("family:missing=false", true), InlineData("address:missing=true", true), InlineData("address:missing=false", false), InlineData("_text=asthma", true), InlineData("_text=asth", false), InlineData("_text=anna asthma", true), InlineData("_text=anna copd,her", true)]
    [InlineData("_content=12345", true), InlineData("_content=copd", false), InlineData("_text=xhtml", false), InlineData("_id=anna", true), InlineData("_id=b,anna", true), InlineData("_id=Anna", false), InlineData("_id:not=anna", false)]
    public void texts_are_compared_without_case_and_accents_from_their_beginning(string query, bool found) => Assert.Equal(found, Searches.Finds(Anna, query));

    [Theory]
    [InlineData("gender=female", true), InlineData("gender=Female", false), InlineData("gender=http://hl7.org/fhir/administrative-gender|female", true), InlineData("gender=http://other|female", false), InlineData("gender=http://hl7.org/fhir/administrative-gender|", true)]
    [InlineData("gender:not=male", true), InlineData("gender:not=male,female", false), InlineData("gender:not=female", false), InlineData("language:not=da", true), InlineData("active=true", true), InlineData("active=false", false), InlineData("identifier=12345", true)]
    [InlineData("identifier=urn:oid:1|12345", true), InlineData("identifier=|12345", false), InlineData("identifier=urn:oid:1|", true), InlineData("identifier=urn:oid:2|", false), InlineData("identifier:of-type=http://v2|MR|12345", true), InlineData("identifier:of-type=http://v2|SS|12345", false)]
    [InlineData("identifier:of-type=http://v2|MR|1", false), InlineData("identifier:text=medical", true), InlineData("identifier:text=record", true), InlineData("identifier:text=ecord", false), InlineData("gender:in=http://hl7.org/fhir/ValueSet/administrative-gender", true)]
    [InlineData("gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender", false), InlineData("language:not-in=http://hl7.org/fhir/ValueSet/administrative-gender", true), InlineData("phone=555", true), InlineData("email=555", false), InlineData("email:missing=false", false), InlineData("email:missing=true", true)]
    public void codes_are_compared_exactly(string query, bool found) => Assert.Equal(found, Searches.Finds(Anna, query));

    [Theory]
    [InlineData("code=|GLU", true), InlineData("code=|14749-6", false), InlineData("code:text=gluc", true), InlineData("code:text=fasting", true), InlineData("code:text=p-gluk", true), InlineData("code:text=asting", false), InlineData("code:in=http://hl7.org/fhir/ValueSet/observation-status", false)]
    [InlineData("status:in=http://hl7.org/fhir/ValueSet/observation-status", true), InlineData("code:not-in=http://hl7.org/fhir/ValueSet/observation-status", true), InlineData("code:not=x", true), InlineData("code:not=GLU", false), InlineData("component-code=b", true), InlineData("combo-code=b", true), InlineData("combo-code=c", false)]
    [InlineData("code-value-quantity=14749-6$5.4", true), InlineData("code-value-quantity=14749-6$gt5.4", false), InlineData("code-value-quantity=x$5.4", false), InlineData("component-code-value-quantity=a$1", true), InlineData("component-code-value-quantity=a$2", false), InlineData("combo-code-value-quantity=b$2,a$2", true)]
    public void codes_with_texts_sets_and_partners(string query, bool found) => Assert.Equal(found, Searches.Finds(Glucose, query));

    [Theory]
    [InlineData("below=_ActPolicyType", "_ActPolicyType", true), InlineData("below=_ActPolicyType", "COVPOL", true), InlineData("below=COVPOL", "_ActPolicyType", false), InlineData("above=COVPOL", "_ActPolicyType", true), InlineData("above=COVPOL", "COVPOL", true), InlineData("above=_ActPolicyType", "COVPOL", false)]
    public void codes_are_found_above_and_below_in_their_hierarchy(string asked, string code, bool found)
    {
        const string System = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
        var resource = Read($$"""{"resourceType":"Observation","code":{"coding":[{"system":"{{System}}","code":"{{code}}"}]} }""");
        var query = "code:" + asked.Replace("=", $"={System}|", StringComparison.Ordinal);
        Assert.Equal(found, Searches.Finds(resource, query));
        // Listed for an index, the codes mean the same.
        var listed = Assert.IsType<ValueCriterion>(Searches.One("Observation", query)).WithCodesListed()!;
        Assert.Equal((SearchModifier.None, found), (listed.Modifier, listed.Matches(resource, SearchParameters.Standard)));
    }

    [Theory]
    [InlineData("in", "final", true), InlineData("in", "gone", false), InlineData("not-in", "final", false), InlineData("not-in", "gone", true)]
    public void a_listed_value_set_means_the_same(string modifier, string code, bool found)
    {
        var resource = Read($$"""{"resourceType":"Observation","code":{"coding":[{"code":"{{code}}"},{"system":"http://hl7.org/fhir/observation-status","code":"{{code}}"}]} }""");
        var set = Assert.IsType<ValueCriterion>(Searches.One("Observation", $"code:{modifier}=http://hl7.org/fhir/ValueSet/observation-status"));
        Assert.Equal((found, found), (set.Matches(resource, SearchParameters.Standard), set.WithCodesListed()!.Matches(resource, SearchParameters.Standard)));
    }

    [Theory]
    [InlineData("subject=Patient/anna", true), InlineData("subject=anna", true), InlineData("subject:Patient=anna", true), InlineData("subject:Group=anna", false), InlineData("subject=Group/anna", false), InlineData("patient=anna", true), InlineData("subject=Patient/b", false)]
    [InlineData("subject:identifier=urn:oid:1|12345", true), InlineData("subject:identifier=12345", true), InlineData("subject:identifier=urn:oid:2|12345", false), InlineData("encounter:identifier=12345", false), InlineData("subject=https://ost.example.org/fhir/Patient/anna", true), InlineData("device:missing=true", true)]
    [InlineData("subject=http://other.org/fhir/Patient/anna", false)]
    public void references_are_compared_by_type_and_id(string query, bool found) => Assert.Equal(found, Searches.Finds(Glucose, query));

    [Theory]
    [InlineData("organization=Organization/7", false), InlineData("organization=7", false), InlineData("organization=http://other.org/fhir/Organization/7", true), InlineData("organization=http://third.org/fhir/Organization/7", false), InlineData("general-practitioner=3", true)]
    [InlineData("_profile=http://ost.org/p", true), InlineData("_profile=http://ost.org/", false), InlineData("_profile:below=http://ost.org", true), InlineData("_profile:below=http://os", false), InlineData("_profile:above=http://ost.org/p/q", true), InlineData("_profile:above=http://ost.org", false)]
    public void another_servers_resource_is_another_resource(string query, bool found) => Assert.Equal(found, Searches.Finds(Anna, query));

    [Theory]
    [InlineData("http://a.org/q|1", "http://a.org/q", true), InlineData("http://a.org/q|1", "http://a.org/q|1", true), InlineData("http://a.org/q|1", "http://a.org/q|2", false), InlineData("http://a.org/q", "http://a.org/q|1", false), InlineData("http://a.org/qq|1", "http://a.org/q", false)]
    public void canonical_addresses_are_found_with_and_without_their_version(string written, string asked, bool found) =>
        Assert.Equal(found, Searches.Finds(Read($$"""{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"{{written}}"}"""), "questionnaire=" + asked));

    // The birth date is 14 May 1980, all day.
    [Theory]
    [InlineData("1980", true), InlineData("1980-05-14", true), InlineData("1980-05-14T10:00", false), InlineData("ne1980", false), InlineData("ne1981", true), InlineData("ne1980-05-14T10:00", true), InlineData("gt1980-05-13", true), InlineData("gt1980-05-14", false), InlineData("gt1980-05-14T10:00", true)]
    [InlineData("lt1980-05-15", true), InlineData("lt1980-05-14", false), InlineData("ge1980-05-14", true), InlineData("ge1980-05-15", false), InlineData("le1980-05-14", true), InlineData("le1980-05-13", false), InlineData("sa1980-05-13", true), InlineData("sa1980-05-14", false), InlineData("eb1980-05-15", true), InlineData("eb1980-05-14", false)]
    [InlineData("ap1978", true), InlineData("ap1970", false), InlineData("ge1980-05-14,lt1900", true)]
    public void dates_are_compared_as_intervals(string value, bool found) => Assert.Equal(found, Searches.Finds(Anna, "birthdate=" + value));

    // 1 March 2026, 8 to 9 o'clock; and one that has no end.
    [Theory]
    [InlineData("2026-03-01", true, false), InlineData("2026-03-01T08:00", false, false), InlineData("gt2026-03-01T08:30", true, true), InlineData("lt2026-03-01T08:30", true, true), InlineData("sa2026-03-01T08:30", false, false), InlineData("eb2026-03-01T08:30", false, false)]
    [InlineData("ge2027", false, true), InlineData("gt2027", false, true), InlineData("le2027", true, true), InlineData("eb2027", true, false), InlineData("sa2026-02", true, true), InlineData("ap2026-03-01T08:30", true, true), InlineData("ne2026-03-01", false, true), InlineData("ge2026-03-01&date=lt2026-03-02", true, true)]
    public void periods_may_reach_beyond(string value, bool found, bool foundOpen)
    {
        Assert.Equal(found, Searches.Finds(Glucose, "date=" + value));
        Assert.Equal(foundOpen, Searches.Finds(Read("""{"resourceType":"Observation","effectivePeriod":{"start":"2026-03-01T08:00:00Z"} }"""), "date=" + value));
    }

    [Theory]
    [InlineData("2026-03-02", true), InlineData("gt2026-03-02T08:00:00Z", false), InlineData("ge2026-03-02T08:00:00Z", true), InlineData("lt2026-03-02T08:00:01Z", true), InlineData("lt2026-03-02", false), InlineData("2026-03-01", false), InlineData("gt2026-03-01", true)]
    public void the_last_update_is_an_instant(string value, bool found)
    {
        Assert.Equal(found, Searches.Finds(Anna, "_lastUpdated=" + value));
        Assert.Equal(found, Assert.IsType<LastUpdatedCriterion>(Searches.One("Patient", "_lastUpdated=" + value)).Matches(new DateTimeOffset(2026, 3, 2, 8, 0, 0, 500, TimeSpan.Zero)));
    }

    // The value is 5.4 mmol/L.
    [Theory]
    [InlineData("5.4", true), InlineData("5", true), InlineData("5.40", true), InlineData("5.41", false), InlineData("5.4||mmol/L", true), InlineData("5.4||mmol per litre", true), InlineData("5.4||mol/L", false), InlineData("5.4|http://unitsofmeasure.org|mmol/L", true)]
    [InlineData("0.0054|http://unitsofmeasure.org|mol/L", true), InlineData("5400|http://unitsofmeasure.org|umol/L", true), InlineData("5.4|http://unitsofmeasure.org|mg/dL", false), InlineData("5.4|http://other|mmol/L", false), InlineData("ne5.4", false), InlineData("ne6", true)]
    [InlineData("gt5.4", false), InlineData("gt5.39", true), InlineData("ge5.4", true), InlineData("ge5.41", false), InlineData("lt5.4", false), InlineData("lt5.41", true), InlineData("le5.4", true), InlineData("le5.3", false), InlineData("sa5.4", false), InlineData("sa5.3", true), InlineData("eb5.4", false), InlineData("eb5.5", true)]
    [InlineData("ap5.9", true), InlineData("ap6.1", false), InlineData("gt0.00539|http://unitsofmeasure.org|mol/L", true), InlineData("gt0.0054|http://unitsofmeasure.org|mol/L", false), InlineData("le0.0054|http://unitsofmeasure.org|mol/L", true), InlineData("5.4|http://unitsofmeasure.org|", true)]
    public void quantities_are_compared_in_their_units(string value, bool found) => Assert.Equal(found, Searches.Finds(Glucose, "value-quantity=" + value));

    // 7.2 [pH]: its scale runs backwards in base units and is compared as written. "<5 mg" may be anything below.
    [Theory]
    [InlineData("7.2,\"system\":\"http://unitsofmeasure.org\",\"code\":\"[pH]\"", "gt7.1|http://unitsofmeasure.org|[pH]", true), InlineData("7.2,\"system\":\"http://unitsofmeasure.org\",\"code\":\"[pH]\"", "lt7.1|http://unitsofmeasure.org|[pH]", false)]
    [InlineData("5,\"comparator\":\"<\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg\"", "lt4|http://unitsofmeasure.org|mg", true), InlineData("5,\"comparator\":\"<\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg\"", "gt0.006|http://unitsofmeasure.org|g", false)]
    [InlineData("5,\"comparator\":\"<\"", "5", false), InlineData("5,\"comparator\":\">\"", "gt100", true), InlineData("5,\"comparator\":\">\"", "lt4", false), InlineData("5,\"comparator\":\">=\"", "ge5", true), InlineData("5,\"comparator\":\"<\"", "eb6", true)]
    public void open_and_odd_quantities_are_compared(string quantity, string value, bool found) =>
        Assert.Equal(found, Searches.Finds(Read($$"""{"resourceType":"Observation","valueQuantity":{"value":{{quantity}} } }"""), "value-quantity=" + value));

    [Theory]
    [InlineData("0.8", true), InlineData("0.80", true), InlineData("0.81", false), InlineData("1", true), InlineData("8e-1", true), InlineData("ne0.8", false), InlineData("ne0.9", true), InlineData("gt0.8", false), InlineData("gt0.79", true), InlineData("ge0.8", true), InlineData("lt0.8", false), InlineData("lt0.81", true)]
    [InlineData("le0.8", true), InlineData("le0.79", false), InlineData("sa0.79", true), InlineData("sa0.8", false), InlineData("eb0.81", true), InlineData("eb0.8", false), InlineData("ap0.85", true), InlineData("ap0.9", false)]
    public void numbers_are_compared_by_their_digits(string value, bool found) =>
        Assert.Equal(found, Searches.Finds(Read("""{"resourceType":"RiskAssessment","status":"final","prediction":[{"probabilityDecimal":0.8}]}"""), "probability=" + value));

    [Fact]
    public void what_needs_other_resources_says_so()
    {
        var chain = Searches.One("Observation", "patient.name=a");
        Assert.False(chain.IsAboutResourceAlone);
        Assert.Throws<InvalidOperationException>(() => chain.Matches(Glucose, SearchParameters.Standard));
        Assert.True(Searches.One("Observation", "code=a").IsAboutResourceAlone);
    }
}

using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>What cannot be meant is refused and says what to write; what is not supported is left out and says so.</summary>
public sealed class When_a_search_is_wrong
{
    [Theory]
    [InlineData("Observation", "date=abc", "YYYY-MM-DD"), InlineData("Observation", "date=2013-02-30", "YYYY"), InlineData("Observation", "date=2013-01-14T10", "YYYY"), InlineData("Observation", "date=xx2013", "YYYY"), InlineData("Observation", "date=ge", "YYYY")]
    [InlineData("Observation", "value-quantity=x", "5.40"), InlineData("Observation", "value-quantity=5|mg", "number||code"), InlineData("Observation", "value-quantity=5|a|b|c", "number||code"), InlineData("RiskAssessment", "probability=0,8x", "5.40")]
    [InlineData("RiskAssessment", "probability=1e40", "5.40"), InlineData("RiskAssessment", "probability=", null), InlineData("Observation", "code=a|b|c", "system|code"), InlineData("Observation", "code=|", "system|code")]
    [InlineData("Observation", "subject=Patient/1/_history/2", "without a version"), InlineData("Observation", "subject=Patent/1", "Patient"), InlineData("Observation", "subject=#p", "contained"), InlineData("Observation", "subject:Patient=Group/1", "Patient")]
    [InlineData("Observation", "subject:Practitioner=1", "refer to Practitioner"), InlineData("Patient", "family=\u0301", "letter"), InlineData("Observation", "status:in=nobody", "canonical address"), InlineData("Observation", "code-value-quantity=a", "code$value-quantity")]
    [InlineData("Observation", "code-value-quantity=a$b$c", "2 parts"), InlineData("Location", "near=95|12", "latitude|longitude"), InlineData("Location", "near=1|2|3|kg", "unit of length"), InlineData("Observation", "code-value-quantity=a$x", "5.40"), InlineData("Patient", "identifier:of-type=s|v", "system|code|value"), InlineData("ValueSet", "url:below=urn:oid:1.2", "URLs")]
    [InlineData("Observation", "category:below=x", "system|code"), InlineData("Patient", "birthdate:missing=maybe", "true or false")]
    public void a_wrong_value_says_what_to_write(string type, string query, string? says)
    {
        if (says is null) Assert.Contains("no value", Assert.Single(Searches.Read(type, query).Ignored).Reason, StringComparison.Ordinal);
        else Refused(type, query, says);
    }

    [Theory]
    [InlineData("Patient", "birthdate:exact=2013", ":missing"), InlineData("Patient", "family:not=a", ":exact, :contains"), InlineData("Patient", "gender:exact=male", ":not, :text"), InlineData("Observation", "subject:exact=1", ":identifier")]
    [InlineData("ValueSet", "url:contains=a", ":above, :below"), InlineData("Observation", "value-quantity:not=1", ":missing"), InlineData("RiskAssessment", "probability:below=1", ":missing"), InlineData("Observation", "code-value-quantity:missing=true", "none")]
    [InlineData("Patient", "family:nonsense=a", ":exact"), InlineData("Patient", "gender:Patient=a", ":not"), InlineData("Patient", "_text:exact=a", "no modifiers"), InlineData("Patient", "family:=a", ":exact")]
    public void a_modifier_that_does_not_fit_the_type_is_refused(string type, string query, string says) => Refused(type, query, says);

    [Theory]
    [InlineData("_count=-1", "0 or more"), InlineData("_count=many", "0 or more"), InlineData("_sort=unknown", "near it are"), InlineData("_sort=code-value-quantity", "no order"), InlineData("_sort:desc=date", "_sort=-name"), InlineData("_total=some", "accurate")]
    [InlineData("_summary=yes", "true"), InlineData("_summary=1", "true"), InlineData("_include=Observation", "Type:parameter"), InlineData("_include=Observation:code", "no reference 'code'"), InlineData("_include=Observation:patent", "patient"), InlineData("_include=Obs:patient", "Observation")]
    [InlineData("_include=Observation:patient:Device", "refer to Device"), InlineData("_include:twice=Observation:patient", ":iterate"), InlineData("_revinclude=*", "Provenance:target"), InlineData("_asOf=yesterday", "YYYY"), InlineData("_type=Nothing", "resource type"), InlineData("_type=Patient", "searched here")]
    public void a_wrong_result_parameter_says_what_to_write(string query, string says) => Refused("Observation", query, says);

    [Theory]
    [InlineData("code.name=a", "leads to no other resource"), InlineData("subject:Nobody.name=a", "resource type"), InlineData("subject:Practitioner.name=a", "refer to Practitioner"), InlineData("patient.birthdate=abc", "YYYY"), InlineData("_has:Observation=a", "_has:Type"), InlineData("_has:Nobody:patient:code=a", "resource type")]
    [InlineData("_has:Condition:code:code=a", "needs a reference"), InlineData("_has:Condition:patient:code=a", "refer to Observation"), InlineData("patient.link:Patient.link:Patient.link:Patient.link:Patient.link:Patient.name=a", "longer than 5")]
    public void a_wrong_chain_says_what_to_write(string query, string says) => Refused("Observation", query, says);

    [Fact]
    public void limits_are_kept()
    {
        Assert.Equal(200, Assert.IsType<ValueCriterion>(Searches.One("Observation", "code=" + string.Join(',', Enumerable.Range(0, 200)))).AnyOf.Count);
        Refused("Observation", "code=" + string.Join(',', Enumerable.Range(0, 201)), "more than 200");
        Assert.Equal(50, Searches.Read("Observation", string.Join('&', Enumerable.Range(0, 50).Select(i => $"code={i}"))).Criteria.Count);
        Refused("Observation", string.Join('&', Enumerable.Range(0, 51).Select(i => $"code={i}")), "more than 50");
        Refused("Observation", string.Join('&', Enumerable.Range(0, 51).Select(_ => "_include=Observation:patient")), "more than 50");
        Assert.Single(Searches.Read("Observation", "patient.link:Patient.link:Patient.link:Patient.link:Patient.name=a").Criteria);
        Refused("Provenance", "target.subject.subject.subject.subject.name=a", "name the types");
        Refused("Patient", string.Concat(Enumerable.Repeat("_has:Patient:link:", 6)) + "name=a", "longer than 5");
    }

    [Theory]
    [InlineData("Patient", "famly=a", "family"), InlineData("Patient", "birthDate=2013", "birthdate"), InlineData("Patient", "_filter=name eq a", "not supported"), InlineData("Patient", "_query=x", "not supported")]
    [InlineData("Patient", "_contained=true", "not searched"), InlineData("Patient", "_containedType=container", "not searched"), InlineData("Patient", "family=", "no value"), InlineData("Patient", "family=,", "no value"), InlineData("Patient", "age=5", "not supported")]
    [InlineData("Observation", "patient.famly=a", "family"), InlineData("Patient", "_has:Observation:patient:cod=a", "code"), InlineData("Patient", "_has:Observation:patent:code=a", "patient"), InlineData("Location", "partof:below=1", "not followed"), InlineData("Patient", "_elements=nme", "name")]
    [InlineData("Patient", "_count=", "no value")]
    public void what_is_not_supported_is_left_out_with_the_reason(string type, string query, string says)
    {
        var read = Searches.Read(type, query);
        Assert.Empty(read.Criteria);
        Assert.Contains(says, Assert.Single(read.Ignored).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void text_that_no_resource_can_have_is_refused() => Assert.All(["code=a\0b", "code=\uD800", "code=\uDC00x"], query => Refused("Observation", query, "not valid text"));

    [Fact]
    public void SQL_is_only_a_value() =>
        Assert.Equal("'; DROP TABLE x; --", Assert.IsType<TokenOperand>(Assert.IsType<ValueCriterion>(Searches.One("Observation", "code='; DROP TABLE x; --")).AnyOf[0]).Code);

    private static void Refused(string type, string query, string says)
    {
        var refused = Assert.Throws<SearchException>(() => Searches.Read(type, query));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(query.Split('&')[0].Split('=')[0], refused.Parameter);
    }
}

using System.Text;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Search parameters of one's own, and parameters that others already have the values of.</summary>
public sealed class When_search_parameters_are_added
{
    private static Resource Definition(string code = "nickname", string bases = "\"Patient\"", string type = "string", string expression = "Patient.name.where(use = 'nickname').given", string more = "", string url = "http://ost.org/sp/x") =>
        Resource.ParseJson(Encoding.UTF8.GetBytes($$"""
            {"resourceType":"SearchParameter","id":"x","url":"{{url}}","name":"X","status":"active","description":"x","code":"{{code}}","base":[{{bases}}],"type":"{{type}}"{{(expression.Length > 0 ? $",\"expression\":\"{expression}\"" : "")}}{{more}}}
            """));

    private static readonly Resource Anna = Resource.ParseJson("""{"resourceType":"Patient","id":"a","name":[{"use":"official","given":["Anna"]},{"use":"nickname","given":["Nan"]}],"link":[{"other":{"reference":"Patient/b"},"type":"refer"}]}"""u8.ToArray());

    private static SearchParameters With(Resource definition) => SearchParameters.Standard.With([SearchParameter.FromResource(definition)]);

    [Fact]
    public void they_are_searched_like_HL7s()
    {
        var known = With(Definition());
        Assert.True(Searches.Finds(Anna, "nickname=nan", known));
        Assert.False(Searches.Finds(Anna, "nickname=anna", known));
        Assert.True(Searches.Finds(Anna, "nickname:missing=false", known));
        Assert.Contains(known.Extract(Anna), v => v is StringValue { Text: "Nan", Parameter.Code: "nickname" });
        Assert.Equal(SearchParameters.Standard.Of("Patient").Count + 1, known.Of("Patient").Count);
        Assert.Same(known.Find("Patient", "name"), SearchParameter.Find("Patient", "name"));
        Assert.Null(SearchParameters.Standard.Find("Patient", "nickname"));
        Assert.Null(known.Find("Observation", "nickname"));
        Assert.Null(known.Without(["http://ost.org/sp/x"]).Find("Patient", "nickname"));
    }

    [Fact]
    public void one_with_the_same_address_takes_the_place_of_the_one_before()
    {
        var known = With(Definition()).With([SearchParameter.FromResource(Definition(expression: "Patient.name.where(use = 'official').given"))]);
        Assert.True(Searches.Finds(Anna, "nickname=anna", known));
        Assert.False(Searches.Finds(Anna, "nickname=nan", known));
    }

    [Fact]
    public void HL7s_own_stay_as_they_are()
    {
        var loaded = SearchParameter.FromResource(Definition(code: "name", expression: "Patient.id", url: "http://hl7.org/fhir/SearchParameter/Patient-name"));
        var known = SearchParameters.Standard.With([loaded]);
        Assert.Equal("Patient.name", known.Find("Patient", "name")!.Expression);
        Assert.Empty(known.Custom);
    }

    [Fact]
    public void composites_are_put_together_from_known_ones()
    {
        var known = With(Definition(code: "given-use", type: "composite", expression: "Patient.name", more: """
            ,"component":[{"definition":"http://hl7.org/fhir/SearchParameter/individual-given","expression":"given"},{"definition":"http://hl7.org/fhir/SearchParameter/Patient-name","expression":"use"}]
            """));
        Assert.True(Searches.Finds(Anna, "given-use=nan$nickname", known));
        Assert.False(Searches.Finds(Anna, "given-use=anna$nickname", known));
    }

    [Fact]
    public void one_whose_expression_fails_on_a_resource_has_no_value_there()
    {
        var known = With(Definition(expression: "Patient.name.single().given"));
        Assert.DoesNotContain(known.Extract(Anna), v => v.Parameter.Code == "nickname");
        Assert.Contains(known.Extract(Anna), v => v.Parameter.Code == "given");
    }

    [Theory]
    [InlineData("nickname", "\"Patient\"", "string", "Patient.name.where(", "expression"), InlineData("nickname", "\"Patient\"", "string", "", "no expression"), InlineData("nickname", "\"Patient\"", "string", "Patient.nickname", "no element"), InlineData("nickname", "\"Patient\"", "string", "Person.name", "Person")]
    [InlineData("family", "\"Patient\"", "string", "Patient.name", "HL7's own"), InlineData("_id", "\"Patient\"", "string", "Patient.name", "cannot be the name"), InlineData("a.b", "\"Patient\"", "string", "Patient.name", "cannot be the name"), InlineData("a", "\"Patent\"", "string", "Patient.name", "resource type")]
    [InlineData("a", "\"Patient\"", "special", "Patient.name", "cannot be searched"), InlineData("a", "\"Patient\"", "composite", "Patient.name", "two components")]
    public void a_definition_that_cannot_work_is_refused(string code, string bases, string type, string expression, string says) =>
        Assert.Contains(says, Assert.Throws<SearchException>(() => SearchParameter.FromResource(Definition(code, bases, type, expression))).Message, StringComparison.Ordinal);

    [Fact]
    public void only_a_SearchParameter_defines_one() => Assert.Throws<SearchException>(() => SearchParameter.FromResource(Anna));

    [Theory]
    [InlineData("Observation", "combo-code", "code component-code"), InlineData("Observation", "combo-value-quantity", "value-quantity component-value-quantity"), InlineData("Observation", "combo-data-absent-reason", "data-absent-reason component-data-absent-reason")]
    [InlineData("Observation", "combo-value-concept", "value-concept component-value-concept"), InlineData("Observation", "patient", "subject→Patient"), InlineData("Observation", "subject", ""), InlineData("Observation", "code", ""), InlineData("Observation", "value-quantity", "")]
    [InlineData("Condition", "patient", "subject→Patient"), InlineData("Condition", "code", ""), InlineData("Encounter", "patient", "subject→Patient"), InlineData("Encounter", "practitioner", "participant→Practitioner"), InlineData("Encounter", "participant", "")]
    [InlineData("DeviceUseStatement", "patient", "subject"), InlineData("Patient", "phonetic", "name"), InlineData("Patient", "email", ""), InlineData("Immunization", "patient", "")]
    public void parameters_that_others_have_the_values_of_are_known(string type, string code, string parts)
    {
        var found = SearchParameters.Standard.PartsOf(type, SearchParameter.Find(type, code)!);
        Assert.Equal(parts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), found.Select(p => p.Parameter.Code + (p.Target is null ? "" : "→" + p.Target)).Order());
    }

    [Fact]
    public void parts_have_exactly_the_values_of_the_whole_in_all_examples()
    {
        var compared = 0;
        foreach (var file in Examples.Files().Where(f => new FileInfo(f).Length < 200_000))
        {
            var resource = Resource.ParseJson(File.ReadAllBytes(file));
            foreach (var parameter in SearchParameters.Standard.Of(resource.TypeName))
            {
                var parts = SearchParameters.Standard.PartsOf(resource.TypeName, parameter);
                if (parts.Count == 0) continue;
                var whole = parameter.ValuesOf(resource).Select(Plain).ToHashSet();
                var sum = parts.SelectMany(p => p.Parameter.ValuesOf(resource).Where(v => p.Target is null || v is ReferenceValue { Id: not null } r && r.Type == p.Target)).Select(Plain).ToHashSet();
                Assert.True(whole.SetEquals(sum), $"{Path.GetFileName(file)} {parameter.Code}");
                compared += whole.Count;
            }
        }
        Assert.InRange(compared, 1_000, 1_000_000);
    }

    private static SearchValue Plain(SearchValue value) => value is TokenValue token ? token with { Parameter = null!, IdentifierTypes = [] } : value with { Parameter = null! };

    [Fact]
    public void the_targets_are_those_that_the_expression_leaves()
    {
        Assert.Equal(["Patient"], SearchParameters.Standard.TargetsOf("Observation", SearchParameter.Find("Observation", "patient")!));
        Assert.Contains("Group", SearchParameters.Standard.TargetsOf("Observation", SearchParameter.Find("Observation", "subject")!));
    }
}

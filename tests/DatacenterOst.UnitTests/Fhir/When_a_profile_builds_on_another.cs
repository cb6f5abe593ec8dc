using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

/// <summary>Profiles without a snapshot: what they say of a slice is added to what their base says of it.</summary>
public sealed class When_a_profile_builds_on_another
{
    private const string Base = """
        { "id": "Observation.component", "path": "Observation.component", "slicing": { "discriminator": [ { "type": "pattern", "path": "code" } ], "rules": "closed" } },
        { "id": "Observation.component:systolic", "path": "Observation.component", "sliceName": "systolic", "max": "1" },
        { "id": "Observation.component:systolic.code", "path": "Observation.component.code", "patternCodeableConcept": { "coding": [ { "code": "8480-6" } ] } },
        { "id": "Observation.component:diastolic", "path": "Observation.component", "sliceName": "diastolic", "max": "1" },
        { "id": "Observation.component:diastolic.code", "path": "Observation.component.code", "patternCodeableConcept": { "coding": [ { "code": "8462-4" } ] } },
        { "id": "Observation.category", "path": "Observation.category", "slicing": { "discriminator": [ { "type": "exists", "path": "text" } ], "rules": "open" } },
        { "id": "Observation.category:said", "path": "Observation.category", "sliceName": "said" },
        { "id": "Observation.category:said.text", "path": "Observation.category.text", "min": 1 }
        """;

    private const string Derived = """
        { "id": "Observation.component:systolic", "path": "Observation.component", "sliceName": "systolic", "min": 1 },
        { "id": "Observation.component:systolic.value[x]", "path": "Observation.component.value[x]", "min": 1 }
        """;

    private static Resource Profile(string name, string baseUrl, string elements) => Resource.ParseJson(Encoding.UTF8.GetBytes($$"""
        { "resourceType": "StructureDefinition", "url": "http://example.org/{{name}}", "name": "P", "status": "draft", "kind": "resource", "abstract": false, "type": "Observation",
          "baseDefinition": "{{baseUrl}}", "derivation": "constraint", "differential": { "element": [ { "id": "Observation", "path": "Observation" }, {{elements}} ] } }
        """));

    private static List<ValidationIssue> Errors(string components, params Resource[] profiles)
    {
        var observation = $$"""{ "resourceType": "Observation", "status": "final", "code": { "text": "bp" }, "component": [ {{components}} ] }""";
        var validator = new Validator { Profiles = ProfileLibrary.Of(profiles) };
        return [.. validator.Validate(Resource.ParseJson(Encoding.UTF8.GetBytes(observation)), "http://example.org/derived").Where(i => i.Severity == IssueSeverity.Error)];
    }

    private static string Component(string code, string more = "") => $$"""{ "code": { "coding": [ { "code": "{{code}}" } ] }{{more}} }""";

    private static Resource[] Two(string derived = Derived) =>
        [Profile("base", "http://hl7.org/fhir/StructureDefinition/Observation", Base), Profile("derived", "http://example.org/base", derived)];

    [Fact]
    public void an_inherited_slice_is_found_by_the_bases_discriminator() =>
        Assert.Empty(Errors($"{Component("8480-6", ", \"valueInteger\": 120")}, {Component("8462-4")}", Two()));

    [Fact]
    public void what_it_adds_to_an_inherited_slice_is_checked()
    {
        var error = Assert.Single(Errors($"{Component("8480-6")}, {Component("8462-4")}", Two()));
        Assert.Equal(("required", "Observation.component[0]", "http://example.org/derived"), (error.Code, error.Path, error.Rule));
    }

    [Fact]
    public void an_inherited_slice_that_it_wants_must_be_there() =>
        Assert.Equal("Observation", Assert.Single(Errors(Component("8462-4"), Two())).Path);

    [Fact]
    public void a_profile_between_that_says_nothing_of_the_slice_changes_nothing()
    {
        Resource[] three = [Two()[0], Profile("between", "http://example.org/base", """{ "id": "Observation.subject", "path": "Observation.subject", "max": "1" }"""), Profile("derived", "http://example.org/between", Derived)];
        Assert.Equal("Observation.component[0]", Assert.Single(Errors(Component("8480-6"), three)).Path);
        Assert.Empty(Errors(Component("8480-6", ", \"valueInteger\": 1"), three));
    }

    [Fact]
    public void an_inherited_slice_may_be_sliced_again()
    {
        const string Again = """
            { "id": "Observation.component:systolic", "path": "Observation.component", "sliceName": "systolic", "max": "1", "slicing": { "discriminator": [ { "type": "type", "path": "value" } ], "rules": "open" } },
            { "id": "Observation.component:systolic/measured", "path": "Observation.component", "sliceName": "systolic/measured", "min": 1 },
            { "id": "Observation.component:systolic/measured.value[x]", "path": "Observation.component.value[x]", "type": [ { "code": "Quantity" } ] },
            { "id": "Observation.component:systolic/measured.value[x].unit", "path": "Observation.component.value[x].unit", "min": 1 }
            """;
        Assert.Empty(Errors(Component("8480-6", ", \"valueQuantity\": { \"value\": 1, \"unit\": \"mmHg\" }"), Two(Again)));
        Assert.Equal("Observation.component[0].value", Assert.Single(Errors(Component("8480-6", ", \"valueQuantity\": { \"value\": 1 }"), Two(Again))).Path);
        Assert.Contains("systolic/measured", Assert.Single(Errors(Component("8480-6", ", \"valueInteger\": 1"), Two(Again))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void profiles_that_build_on_each_other_in_a_circle_are_checked_all_the_same()
    {
        Resource[] circle = [Profile("base", "http://example.org/derived", Base), Profile("derived", "http://example.org/base", Derived)];
        Assert.NotEmpty(Errors(Component("8462-4"), circle));
    }
}

using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_a_resource_is_read
{
    private static Resource Read(string json) => Resource.ParseJson(Encoding.UTF8.GetBytes(json));

    private static readonly Resource Anna = Read("""
        { "id": "anna", "resourceType": "Patient", "active": true, "birthDate": "1970-03",
          "_birthDate": { "extension": [ { "url": "http://example.org/guess", "valueBoolean": true } ] },
          "contained": [ { "resourceType": "Organization", "id": "ward", "name": "Ward \u00d8" } ],
          "name": [ { "_given": [ null, { "id": "g2" }, { "id": "g3" } ], "given": [ "Anna", "Maria", null ], "family": "\u00c5s" } ],
          "multipleBirthInteger": 2 }
        """);

    [Fact]
    public void its_type_may_stand_anywhere() => Assert.Equal(("Patient", "anna"), (Anna.TypeName, Anna.Id));

    [Fact]
    public void a_choice_is_found_by_its_base_name_and_by_its_JSON_name()
    {
        Assert.Equal((2, "integer", "multipleBirth"), (Anna.Root["multipleBirth"].AsInteger(), Anna.Root["multipleBirth"].TypeName, Anna.Root["multipleBirth"].Name));
        Assert.Equal(2, Anna.Root["multipleBirthInteger"].AsInteger());
        Assert.False(Anna.Root["multipleBirthBoolean"].Exists);
    }

    [Fact]
    public void what_is_not_there_does_not_exist_and_never_throws() =>
        Assert.Null(Anna.Root["no"]["such"]["thing"].AsString());

    [Fact]
    public void extensions_of_primitives_are_reached_through_them()
    {
        var born = Anna.Root["birthDate"];
        Assert.Equal("1970-03", born.AsString());
        Assert.True(born["extension"]["value"].AsBoolean());
        Assert.Equal(DateTimePrecision.Month, born.AsDateTime()!.Value.Precision);
        Assert.Equal(["Anna", "Maria", null], Anna.Root["name"].Children("given").ToList().Select(g => g.AsString()));
        Assert.Equal([null, "g2", "g3"], Anna.Root["name"].Children("given").ToList().Select(g => g["id"].AsString()));
    }

    [Fact]
    public void contained_resources_are_resources()
    {
        var ward = Anna.Root["contained"];
        Assert.Equal(("Organization", "Ward Ø"), (ward.TypeName, ward["name"].AsString()));
        Assert.Equal("Organization/ward", ward.AsResource()!.ToString());
    }

    [Fact]
    public void every_element_knows_its_line_and_place()
    {
        Assert.Equal((4, "Patient.name[0].given[1]"), (Anna.Root["name"].Line, Anna.Root["name"].Children("given").ToList()[1].Path));
        Assert.Equal("Patient.birthDate.extension[0].value", Anna.Root["birthDate"]["extension"]["value"].Path);
    }

    [Theory]
    [InlineData("1.50"), InlineData("0.0"), InlineData("1E-22"), InlineData("-1.000000000000000000E+245"), InlineData("123456789012345678901234567890.5")]
    public void decimals_are_kept_as_written(string number)
    {
        var read = Read($$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":{{{number}}}}}""");
        Assert.Equal(number, read.Root["value"]["value"].DecimalText);
        Assert.Contains($"\"value\":{number}}}", Encoding.UTF8.GetString(read.ToJson()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","birthDate":"2026-02-30"}""", 1, "Patient.birthDate", "02 of 2026 has 28 days")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970","birthDate":"1971"}""", 1, "Patient", "twice")]
    [InlineData("""{"resourceType":"Patient","nmae":[]}""", 1, "Patient", "no element 'nmae'")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"A"},{"family":7}]}""", 1, "Patient.name[1].family", "string in quotation marks")]
    [InlineData("""{"resourceType":"Patient","name":{}}""", 1, "Patient.name[0]", "list")]
    [InlineData("""{"resourceType":"Patient","name":[{}]}""", 1, "Patient.name[0]", "empty")]
    [InlineData("""{"resourceType":"Patient","active":"true"}""", 1, "Patient.active", "without quotation marks")]
    [InlineData("""{"resourceType":"Patient","gender":""}""", 1, "Patient.gender", "empty")]
    [InlineData("""{"resourceType":"Patient","id":"a b"}""", 1, "Patient.id", "not an id")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"\ud800"}]}""", 1, "Patient.name[0].family", "surrogate")]
    [InlineData("""{"resourceType":"Observation","valueQuantity":{"value":1e400}}""", 1, "Observation.value.value", "too large")]
    [InlineData("""{"resourceType":"Observation","valueInteger":1,"valueString":"x"}""", 1, "Observation", "twice")]
    [InlineData("""{"resourceType":"Observation","effectiveDateTime":"2026-03-01T08:00:00"}""", 1, "Observation.effective", "offset")]
    [InlineData("""{"resourceType":"Hovercraft"}""", 1, "", "not a resource type")]
    [InlineData("""{"id":"x"}""", 1, "", "no resourceType")]
    [InlineData("""{"resourceType":"Patient"} {}""", 1, "", "broken")]
    [InlineData("{\"resourceType\":\"Patient\",\n \"active\": tru}", 2, "Patient", "broken")]
    [InlineData("[]", 1, "", "JSON object")]
    [InlineData("", 1, "", "broken")]
    public void what_is_wrong_is_said_with_its_place(string json, int line, string path, string message)
    {
        var e = Assert.Throws<FhirFormatException>(() => Read(json));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Equal((line, path), (e.Line, e.Path));
    }

    [Fact]
    public void ten_thousand_levels_are_refused_at_once()
    {
        var deep = """{"resourceType":"Questionnaire","status":"draft","item":[""" + string.Concat(Enumerable.Repeat("""{"linkId":"1","type":"group","item":[""", 10_000));
        Assert.Contains("deeper", Assert.Throws<FhirFormatException>(() => Read(deep)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void text_that_is_not_UTF8_is_refused()
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes("{\"resourceType\":\"Patient\",\n\"name\":[{\"family\":\""), 0xC3, 0x28, .. Encoding.ASCII.GetBytes("\"}]}")];
        var e = Assert.Throws<FhirFormatException>(() => Resource.ParseJson(bytes));
        Assert.Equal(2, e.Line);
    }
}

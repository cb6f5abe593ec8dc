using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>$validate, $meta-add and $meta-delete.</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_resources_are_validated_and_marked(WritableServers servers)
{
    private const string Good = """{"resourceType":"Observation","status":"final","code":{"text":"x"}}""";

    public static readonly TheoryData<string> Both = Stores.Both;

    /// <summary>A resource and whether $validate reports an error for it.</summary>
    public static TheoryData<string, string, string> Resources => Stores.Table("""
        {"resourceType":"Observation","status":"final","code":{"text":"x"}} | good
        {"resourceType":"Observation","code":{"text":"x"}} | status
        {"resourceType":"Observation","status":"final"} | code
        {"resourceType":"Observation","status":"dreamt","code":{"text":"x"}} | status
        {"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"a","dataAbsentReason":{"text":"b"}} | obs-6
        {"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Medication/1"}} | subject
        """);

    [Theory, MemberData(nameof(Resources))]
    public async Task a_resource_is_validated_and_not_stored(string store, string resource, string expected)
    {
        var ost = await servers.On(store);
        foreach (var body in (string[])[resource, $$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{{resource}}}]}"""])
        {
            using var answer = await ost.Send(200, "POST", "Observation/$validate", body);
            Assert.Equal("OperationOutcome", answer.ResourceType);
            var errors = string.Join(' ', answer.Json.GetProperty("issue").EnumerateArray().Where(issue => issue.GetProperty("severity").GetString() is "error" or "fatal").Select(issue => issue.GetRawText()));
            if (expected == "good")
                Assert.Equal("", errors);
            else
                Assert.Contains(expected, errors, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_cannot_be_read_is_an_error_of_validation(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Post("Observation/$validate", """{"resourceType":"Observation","colour":"red"}""");
        Assert.True(answer.Status is 200 or 400 or 422, answer.ToString());
        Assert.Contains("colour", answer.Text, StringComparison.Ordinal);
        using var wrongMode = await ost.Post("Observation/$validate?mode=fly", Good);
        Expectation.Parse("400 mode").Check("mode", wrongMode);
        using var empty = await ost.Post("Observation/$validate", """{"resourceType":"Parameters"}""");
        Expectation.Parse("400 resource").Check("nothing to validate", empty);
        using var profile = await ost.Post("Observation/$validate?profile=http://nowhere.example/profile", Good);
        Assert.Contains("http://nowhere.example/profile", profile.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_stored_is_validated_and_each_mode_asks_its_own_question(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("o");
        var body = $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"text":"x"}}""";
        using var made = await ost.Send(201, "PUT", "Observation/" + id, body);
        using var stored = await ost.Send(200, "GET", $"Observation/{id}/$validate");
        Assert.DoesNotContain("\"error\"", stored.Text, StringComparison.Ordinal);
        using var update = await ost.Send(200, "POST", $"Observation/{id}/$validate?mode=update", body);
        Assert.DoesNotContain("\"error\"", update.Text, StringComparison.Ordinal);
        using var other = await ost.Send(200, "POST", $"Observation/{id}/$validate?mode=update", Good);
        Assert.Contains("Observation.id", other.Text, StringComparison.Ordinal);
        using var delete = await ost.Send(200, "POST", $"Observation/{id}/$validate?mode=delete", "");
        Assert.DoesNotContain("\"error\"", delete.Text, StringComparison.Ordinal);
        using var nothing = await ost.Read($"Observation/{FhirHttp.NewId("never")}/$validate?mode=delete");
        Expectation.Parse("404").Check("delete of nothing", nothing);
        using var nobody = await ost.Read("Observation/$validate?mode=delete");
        Expectation.Parse("400 mode").Check("delete of a type", nobody);
        using var profile = await ost.Post("Observation/$validate?mode=profile", Good);
        Expectation.Parse("400 profile").Check("no profile", profile);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_profile_that_was_stored_is_checked(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("sd");
        var url = "http://example.org/StructureDefinition/" + id;
        using var made = await ost.Send(201, "PUT", "StructureDefinition/" + id, $$$"""
            {"resourceType":"StructureDefinition","id":"{{{id}}}","url":"{{{url}}}","name":"Issued","status":"active","kind":"resource","abstract":false,"type":"Observation",
             "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation","derivation":"constraint",
             "differential":{"element":[{"id":"Observation","path":"Observation"},{"id":"Observation.issued","path":"Observation.issued","min":1}]},
             "snapshot":{"element":[{"id":"Observation","path":"Observation","min":0,"max":"*","definition":"x","base":{"path":"Observation","min":0,"max":"*"}},
              {"id":"Observation.issued","path":"Observation.issued","min":1,"max":"1","definition":"x","base":{"path":"Observation.issued","min":0,"max":"1"},"type":[{"code":"instant"}]}]}}
            """);
        using var without = await ost.Send(200, "POST", "Observation/$validate?mode=profile&profile=" + url, Good);
        Assert.Contains("issued", without.Text, StringComparison.Ordinal);
        Assert.Contains("\"error\"", without.Text, StringComparison.Ordinal);
        using var with = await ost.Send(200, "POST", "Observation/$validate?mode=profile&profile=" + url, Good.Replace("\"final\"", "\"final\",\"issued\":\"2026-03-01T08:00:00Z\"", StringComparison.Ordinal));
        Assert.DoesNotContain("\"error\"", with.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_known_profile_is_checked(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "POST", "Observation/$validate?profile=http://hl7.org/fhir/StructureDefinition/Observation", Good);
        Assert.DoesNotContain("\"error\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_mode_asks_whether_it_could_be_done(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var delete = await ost.Send(200, "POST", id + "/$validate?mode=delete", """{"resourceType":"Parameters"}""");
        Assert.DoesNotContain("\"error\"", delete.Text, StringComparison.Ordinal);
        using var still = await ost.Send(200, "GET", id);
        using var create = await ost.Send(200, "POST", "Observation/$validate?mode=create", Good);
        Assert.DoesNotContain("\"error\"", create.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task marks_are_added_and_taken_away_and_found_by(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        var bare = id["Patient/".Length..];
        using var added = await ost.Send(200, "POST", id + "/$meta-add", Meta("green"));
        Assert.Contains("green", added.Text, StringComparison.Ordinal);
        Assert.Contains("first", added.Text, StringComparison.Ordinal);
        using var found = await ost.Send(200, "GET", $"Patient?_tag=urn:t|green&_id={bare}");
        Assert.Equal([bare], found.Ids());
        using var again = await ost.Send(200, "POST", id + "/$meta-add", Meta("green"));
        Assert.Equal(2, again.Json.GetProperty("parameter")[0].GetProperty("valueMeta").GetProperty("tag").GetArrayLength());
        using var taken = await ost.Send(200, "POST", id + "/$meta-delete", Meta("green"));
        Assert.DoesNotContain("green", taken.Text, StringComparison.Ordinal);
        using var gone = await ost.Send(200, "GET", $"Patient?_tag=urn:t|green&_id={bare}");
        Assert.Empty(gone.Ids());
        using var read = await ost.Send(200, "GET", id);
        Assert.Equal("first", read.Json.GetProperty("meta").GetProperty("tag")[0].GetProperty("code").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task marks_asked_wrongly_change_nothing(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        foreach (var operation in (string[])["$meta-add", "$meta-delete"])
        {
            using var none = await ost.Post($"Patient/{FhirHttp.NewId("never")}/{operation}", Meta("x"));
            Expectation.Parse("404").Check(operation, none);
            using var empty = await ost.Post($"{id}/{operation}", """{"resourceType":"Parameters"}""");
            Expectation.Parse("400 meta").Check(operation, empty);
        }

        using var read = await ost.Send(200, "GET", id);
        Assert.Equal("W/\"1\"", read.Header("ETag"));
    }

    private static string Meta(string tag) => $$$"""{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:t","code":"{{{tag}}}"}]}}]}""";

    private static async Task<string> NewPatient(RunningServer ost)
    {
        var id = FhirHttp.NewId("p");
        using var made = await ost.Send(201, "PUT", "Patient/" + id, $$$"""{"resourceType":"Patient","id":"{{{id}}}","meta":{"tag":[{"system":"urn:t","code":"first"}]}}""");
        return "Patient/" + id;
    }
}

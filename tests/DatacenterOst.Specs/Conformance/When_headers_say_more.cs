using System.Globalization;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>If-Match, If-None-Match, If-Modified-Since, Prefer, and what a browser sends before it writes (FHIR R4, 3.1.0.1).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_headers_say_more(WritableServers servers)
{
    public static TheoryData<string, string, string> Reads => Stores.Table("""
        If-None-Match: W/"1" | 304
        If-None-Match: W/"2" | 200
        If-None-Match: W/"7", W/"1" | 304
        If-None-Match: * | 304
        If-Modified-Since: Wed, 01 Jan 2020 00:00:00 GMT | 200
        If-Modified-Since: not a date | 200
        """);

    public static TheoryData<string, string, string> Writes => Stores.Table("""
        W/"1" | 200
        W/"2" | 412
        W/"0" | 412
        W/"x" | 4xx
        """);

    public static readonly TheoryData<string> Both = Stores.Both;

    [Theory, MemberData(nameof(Reads))]
    public async Task a_read_that_brings_nothing_new_is_304(string store, string header, string status)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        using var answer = await ost.Read(id, header[..colon], header[(colon + 2)..]);
        Assert.Equal(status, answer.Status.ToString(CultureInfo.InvariantCulture));
        if (status == "304")
            Assert.Equal(0, answer.Bytes.Length);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_date_of_the_last_change_itself_brings_nothing_new(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var first = await ost.Send(200, "GET", id);
        using var again = await ost.Read(id, "If-Modified-Since", first.Header("Last-Modified"));
        Assert.Equal(304, again.Status);
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task an_update_of_another_version_than_the_one_seen_is_412(string store, string version, string expected)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Put(id, Body(id).Replace("}", ",\"active\":true}", StringComparison.Ordinal), "If-Match", version);
        var fits = expected == "4xx" ? answer.Status is >= 400 and < 500 : answer.Status.ToString(CultureInfo.InvariantCulture) == expected;
        Assert.True(fits, answer.ToString());
        using var now = await ost.Send(200, "GET", id);
        Assert.Equal(expected == "200" ? "2" : "1", now.Json.GetProperty("meta").GetProperty("versionId").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_that_names_a_version_of_what_is_not_there_is_412(string store)
    {
        var ost = await servers.On(store);
        var id = "Patient/" + FhirHttp.NewId("never");
        using var answer = await ost.Put(id, Body(id), "If-Match", "W/\"1\"");
        Assert.True(answer.Status is 404 or 412, answer.ToString());
        using var read = await ost.Send(404, "GET", id);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_delete_of_another_version_than_the_one_seen_is_412(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Send(412, "DELETE", id, null, "If-Match", "W/\"9\"");
        using var read = await ost.Send(200, "GET", id);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_client_chooses_how_much_comes_back(string store)
    {
        var ost = await servers.On(store);
        using var minimal = await ost.Send(201, "POST", "Patient", Fresh, "Prefer", "return=minimal");
        Assert.Equal(0, minimal.Bytes.Length);
        Assert.Contains("/fhir/Patient/", minimal.Header("Location"), StringComparison.Ordinal);
        using var whole = await ost.Send(201, "POST", "Patient", Fresh, "Prefer", "return=representation");
        Assert.Equal("Patient", whole.ResourceType);
        using var outcome = await ost.Send(201, "POST", "Patient", Fresh, "Prefer", "return=OperationOutcome");
        Assert.Equal("OperationOutcome", outcome.ResourceType);
        var id = await NewPatient(ost);
        using var update = await ost.Send(200, "PUT", id, Body(id), "Prefer", "return=minimal");
        Assert.Equal(0, update.Bytes.Length);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task strict_handling_refuses_what_lenient_handling_warns_of(string store)
    {
        var ost = await servers.On(store);
        using var strict = await ost.Read("Patient?colour=red", "Prefer", "handling=strict");
        Expectation.Parse("400 colour").Check("strict", strict);
        using var quoted = await ost.Read("Patient?colour=red", "Prefer", "handling = \"strict\"");
        Expectation.Parse("400 colour").Check("quoted", quoted);
        using var lenient = await ost.Read("Patient?colour=red&_id=none", "Prefer", "handling=lenient");
        Expectation.Parse("none ! colour").Check("lenient", lenient);
        using var both = await ost.Read("Patient?_id=none", "Prefer", "handling=strict");
        Expectation.Parse("none").Check("strict and known", both);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_self_link_tells_what_was_used(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "GET", "Patient?gender=female&colour=red&_id=none");
        Assert.Contains("gender=female", answer.Link("self"), StringComparison.Ordinal);
        Assert.DoesNotContain("colour", answer.Link("self"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_browser_may_ask_before_it_writes(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send("OPTIONS", "Patient/x", null, "Origin", "http://localhost:8080",
            "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "content-type,if-match,prefer");
        Assert.InRange(answer.Status, 200, 204);
        Assert.Equal("http://localhost:8080", answer.Header("Access-Control-Allow-Origin"));
        Assert.Contains("PUT", answer.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("if-match", answer.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        using var other = await ost.Read("metadata", "Origin", "https://evil.example.org");
        Assert.Equal("", other.Header("Access-Control-Allow-Origin"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_browser_sees_the_headers_it_needs(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(201, "POST", "Patient", Fresh, "Origin", "http://localhost:8080");
        Assert.Contains("Location", answer.Header("Access-Control-Expose-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ETag", answer.Header("Access-Control-Expose-Headers"), StringComparison.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_head_of_a_search_a_history_or_the_statement_has_no_body(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        foreach (var path in (string[])["Patient?_count=1", "", id + "/_history", "Patient/_history", "_history", id + "/_history/1", "metadata", "Patient/x/Observation"])
        {
            using var head = await ost.Send(200, "HEAD", path);
            Assert.Equal(0, head.Bytes.Length);
            Assert.StartsWith("application/fhir+json", head.Header("Content-Type"), StringComparison.Ordinal);
            Assert.NotEqual("", head.Header("Content-Length"));
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_version_that_is_known_is_304_by_its_own_address_too(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Read(id + "/_history/1", "If-None-Match", "W/\"1\"");
        Assert.Equal((304, 0, "W/\"1\""), (answer.Status, answer.Bytes.Length, answer.Header("ETag")));
        using var old = await ost.Read(id, "If-None-Match", "W/\"2\"", "If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT");
        Assert.Equal(200, old.Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_outcome_is_what_comes_back_of_every_write_where_asked(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        foreach (var (method, path, body, type, status) in ((string, string, string?, string, int)[])
        [
            ("PUT", id, Body(id).Replace("}", ",\"active\":true}", StringComparison.Ordinal), "application/fhir+json", 200),
            ("PATCH", id, """[{"op":"remove","path":"/active"}]""", "application/json-patch+json", 200),
            ("DELETE", id, null, "", 200),
            ("PUT", id, Body(id), "application/fhir+json", 201),
        ])
        {
            using var answer = body is null ? await ost.Send(method, path, null, "Prefer", "return=OperationOutcome") : await ost.Send(method, path, body, "Prefer", "return=OperationOutcome", "Content-Type", type);
            Assert.True(answer.Status == status, $"{method}: {answer}");
            Assert.Equal("OperationOutcome", answer.ResourceType);
            Assert.Equal("information", answer.Json.GetProperty("issue")[0].GetProperty("severity").GetString());
        }
    }

    private const string Fresh = """{"resourceType":"Patient"}""";

    private static async Task<string> NewPatient(RunningServer ost)
    {
        var id = "Patient/" + FhirHttp.NewId("p");
        using var made = await ost.Send(201, "PUT", id, Body(id));
        return id;
    }

    private static string Body(string path) => $$"""{"resourceType":"Patient","id":"{{path["Patient/".Length..]}}"}""";
}

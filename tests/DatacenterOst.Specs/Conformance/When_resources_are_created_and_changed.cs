using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>read, vread, create, update and delete (FHIR R4, 3.1.0.1 to 3.1.0.8).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_resources_are_created_and_changed(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task a_create_answers_201_with_an_id_a_version_and_where_it_is(string store)
    {
        var ost = await servers.On(store);
        using var made = await ost.Send(201, "POST", "Patient", """{"resourceType":"Patient","name":[{"family":"Holm"}]}""");
        var id = made.Json.GetProperty("id").GetString();
        Assert.Equal("1", made.Json.GetProperty("meta").GetProperty("versionId").GetString());
        Assert.True(made.Json.GetProperty("meta").TryGetProperty("lastUpdated", out _));
        Assert.Equal($"{ost.Address}/fhir/Patient/{id}/_history/1", made.Header("Location"));
        Assert.Equal("W/\"1\"", made.Header("ETag"));
        Assert.NotEqual("", made.Header("Last-Modified"));
        using var read = await ost.Send(200, "GET", $"Patient/{id}");
        Assert.Equal("Holm", read.Json.GetProperty("name")[0].GetProperty("family").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_id_in_a_created_body_is_ignored(string store)
    {
        var ost = await servers.On(store);
        var mine = FhirHttp.NewId("mine");
        using var made = await ost.Send(201, "POST", "Patient", $$"""{"resourceType":"Patient","id":"{{mine}}"}""");
        Assert.NotEqual(mine, made.Json.GetProperty("id").GetString());
        using var read = await ost.Send(404, "GET", "Patient/" + mine);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_read_has_the_headers_of_the_version(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var read = await ost.Send(200, "GET", id);
        Assert.Equal("W/\"1\"", read.Header("ETag"));
        Assert.NotEqual("", read.Header("Last-Modified"));
        Assert.StartsWith("application/fhir+json", read.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_head_has_the_headers_of_a_read_and_no_body(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var head = await ost.Send(200, "HEAD", id);
        Assert.Equal("W/\"1\"", head.Header("ETag"));
        Assert.Equal(0, head.Bytes.Length);
        using var none = await ost.Send(404, "HEAD", "Patient/nobody");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_not_there_is_404_with_an_outcome(string store)
    {
        var ost = await servers.On(store);
        foreach (var path in (string[])["Patient/nobody", "Patient/nobody/_history/1", "Starship/1", "Patient/nobody/_history"])
        {
            using var answer = await ost.Send(404, "GET", path);
            Assert.Equal("OperationOutcome", answer.ResourceType);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_makes_the_next_version_and_the_old_one_stays(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var second = await ost.Send(200, "PUT", id, Body(id, ""","active":true"""));
        Assert.Equal("W/\"2\"", second.Header("ETag"));
        Assert.Equal("2", second.Json.GetProperty("meta").GetProperty("versionId").GetString());
        using var first = await ost.Send(200, "GET", id + "/_history/1");
        Assert.False(first.Json.TryGetProperty("active", out _));
        Assert.Equal("W/\"1\"", first.Header("ETag"));
        using var now = await ost.Send(200, "GET", id);
        Assert.True(now.Json.GetProperty("active").GetBoolean());
        using var none = await ost.Send(404, "GET", id + "/_history/3");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_of_what_is_not_there_creates_it(string store)
    {
        var ost = await servers.On(store);
        var id = "Patient/" + FhirHttp.NewId("new");
        using var made = await ost.Send(201, "PUT", id, Body(id));
        Assert.Equal($"{ost.Address}/fhir/{id}/_history/1", made.Header("Location"));
        Assert.Equal("1", made.Json.GetProperty("meta").GetProperty("versionId").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_whose_body_and_address_differ_is_refused(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        foreach (var body in (string[])["""{"resourceType":"Patient","id":"other"}""", """{"resourceType":"Patient"}""", Body(id).Replace("\"Patient\"", "\"Person\"", StringComparison.Ordinal)])
        {
            using var answer = await ost.Send(400, "PUT", id, body);
            Assert.Equal("OperationOutcome", answer.ResourceType);
        }

        using var now = await ost.Send(200, "GET", id);
        Assert.Equal("1", now.Json.GetProperty("meta").GetProperty("versionId").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_deleted_is_410_and_not_found_by_a_search_and_its_versions_stay(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var deleted = await ost.Send("DELETE", id);
        Assert.Contains(deleted.Status, (int[])[200, 204]);
        using var gone = await ost.Send(410, "GET", id);
        Assert.Equal("OperationOutcome", gone.ResourceType);
        using var old = await ost.Send(200, "GET", id + "/_history/1");
        using var version = await ost.Send(410, "GET", id + "/_history/2");
        using var found = await ost.Send(200, "GET", "Patient?_id=" + id["Patient/".Length..]);
        Assert.Empty(found.Entries);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_delete_may_be_repeated_and_may_be_of_nothing(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        foreach (var path in (string[])[id, id, "Patient/" + FhirHttp.NewId("never")])
        {
            using var answer = await ost.Send("DELETE", path);
            Assert.True(answer.Status is 200 or 204, answer.ToString());
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_was_deleted_can_be_brought_back(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var deleted = await ost.Send("DELETE", id);
        // It is created once more (FHIR R4 http.html#update), the third version of its id.
        using var back = await ost.Send(201, "PUT", id, Body(id, ""","active":true"""));
        Assert.EndsWith(id + "/_history/3", back.Header("Location"), StringComparison.Ordinal);
        using var read = await ost.Send(200, "GET", id);
        Assert.True(read.Json.GetProperty("active").GetBoolean());
        using var gone = await ost.Send(410, "GET", id + "/_history/2");
        using var next = await ost.Send(200, "PUT", id, Body(id));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_transaction_that_brings_back_what_was_deleted_creates_it(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var deleted = await ost.Send(204, "DELETE", id);
        var entry = $$$"""{"resource":{{{Body(id)}}},"request":{"method":"PUT","url":"{{{id}}}"}}""";
        foreach (var (type, status) in ((string, string)[])[("transaction", "201 Created"), ("batch", "200 OK")])
        {
            using var done = await ost.Send(200, "POST", "", $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{entry}}]}""");
            Assert.Equal(status, done.Entries[0].GetProperty("response").GetProperty("status").GetString());
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_a_client_wrote_comes_back_as_it_was_written(string store)
    {
        var ost = await servers.On(store);
        var id = "Observation/" + FhirHttp.NewId("o");
        using var made = await ost.Send(201, "PUT", id, $$$"""
            {"resourceType":"Observation","id":"{{{id["Observation/".Length..]}}}","status":"final","_status":{"extension":[{"url":"urn:why","valueString":"Åse"}]},
             "extension":[{"url":"urn:own","valueDecimal":1.500}],"code":{"text":"x"},"valueQuantity":{"value":1.10}}
            """);
        using var read = await ost.Send(200, "GET", id);
        Assert.Equal("1.10", read.Json.GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal("1.500", read.Json.GetProperty("extension")[0].GetProperty("valueDecimal").GetRawText());
        Assert.Equal("Åse", read.Json.GetProperty("_status").GetProperty("extension")[0].GetProperty("valueString").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_method_that_does_not_fit_is_refused(string store)
    {
        var ost = await servers.On(store);
        foreach (var (method, path) in ((string, string)[])[("PUT", "Patient"), ("POST", "Patient/x1"), ("DELETE", "metadata"), ("PUT", "Patient/x1/_history/1")])
        {
            using var answer = await ost.Send(method, path, """{"resourceType":"Patient","id":"x1"}""");
            Assert.True(answer.Status is >= 400 and < 500, $"{method} {path}: {answer}");
        }
    }

    public static TheoryData<string, string, string> Refused => Stores.Table("""
        GET Patient/x1/$meta-add | POST
        GET Patient/x1/$meta-delete | POST
        PUT Patient/x1/$everything | GET, HEAD, POST
        PUT Patient/$everything | GET, HEAD, POST
        DELETE Observation/$lastn | GET, HEAD, POST
        DELETE metadata | GET, HEAD
        POST metadata | GET, HEAD
        PUT _history | GET, HEAD
        DELETE Patient/_history | GET, HEAD
        POST Patient/x1/_history | GET, HEAD
        DELETE Patient/_search | GET, HEAD, POST
        PUT _search | GET, HEAD, POST
        PATCH | GET, HEAD, POST
        POST Patient/x1 | DELETE, GET, HEAD, PATCH, PUT
        """);

    [Theory, MemberData(nameof(Refused))]
    public async Task a_method_that_an_address_does_not_take_is_405_with_those_that_it_takes(string store, string ask, string allowed)
    {
        var ost = await servers.On(store);
        var (method, path) = ask.Split(' ') is [var first, var second] ? (first, second) : (ask, "");
        using var answer = method is "GET" or "DELETE" ? await ost.Send(method, path) : await ost.Send(method, path, """{"resourceType":"Patient","id":"x1"}""");
        Expectation.Parse("405").Check(ask, answer);
        Assert.Equal(allowed, answer.Header("Allow"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_operation_that_reads_can_be_asked_by_HEAD(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Send(200, "HEAD", id + "/$everything");
        Assert.Equal(0, answer.Bytes.Length);
    }

    private static async Task<string> NewPatient(RunningServer ost)
    {
        var id = "Patient/" + FhirHttp.NewId("p");
        using var made = await ost.Send(201, "PUT", id, Body(id));
        return id;
    }

    private static string Body(string path, string more = "") => $$"""{"resourceType":"Patient","id":"{{path["Patient/".Length..]}}","gender":"female"{{more}}}""";
}

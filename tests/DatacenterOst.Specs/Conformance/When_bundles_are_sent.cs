using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Batch and transaction (FHIR R4, 3.1.0.11).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_bundles_are_sent(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    /// <summary>What stands in the last entry of a transaction whose first makes a Patient; nothing of it may be stored.</summary>
    public static TheoryData<string, string, string> Spoilers => Stores.Table("""
        {"resource":{"resourceType":"Observation","status":"final","colour":"red","code":{"text":"x"}},"request":{"method":"POST","url":"Observation"}} | 4xx colour
        {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}},"request":{"method":"POST","url":"Patient"}} | 4xx
        {"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/b"}} | 4xx
        {"resource":{"resourceType":"Starship"},"request":{"method":"POST","url":"Starship"}} | 4xx
        {"resource":{"resourceType":"Patient"},"request":{"method":"FLY","url":"Patient"}} | 4xx
        {"resource":{"resourceType":"Patient"}} | 4xx
        {"request":{"method":"POST","url":"Patient"}} | 4xx
        {"request":{"method":"DELETE","url":"Patient?colour=red"}} | 4xx colour
        {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient","ifNoneExist":"birthdate=abc"}} | 4xx birthdate
        {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=urn:nobody|0"}},"request":{"method":"POST","url":"Observation"}} | 4xx
        {"resource":{"resourceType":"Patient","id":"IFM"},"request":{"method":"PUT","url":"Patient/IFM","ifMatch":"W/\"7\""}} | 4xx
        """);

    [Theory, MemberData(nameof(Both))]
    public async Task a_transaction_does_all_and_answers_in_the_order_asked(string store)
    {
        var ost = await servers.On(store);
        var (old, made, updated) = (FhirHttp.NewId("old"), FhirHttp.NewId("urn"), FhirHttp.NewId("put"));
        using var before = await ost.Send(201, "PUT", "Patient/" + old, Patient(old));
        using var answer = await ost.Send(200, "POST", "", Bundle("transaction",
            $$$"""{"request":{"method":"GET","url":"Patient/{{{updated}}}"}}""",
            $$$"""{"resource":{{{Patient(updated)}}},"request":{"method":"PUT","url":"Patient/{{{updated}}}"}}""",
            $$$"""{"fullUrl":"urn:uuid:{{{Guid.NewGuid()}}}","resource":{"resourceType":"Basic","code":{"text":"{{{made}}}"}},"request":{"method":"POST","url":"Basic"}}""",
            $$$"""{"request":{"method":"DELETE","url":"Patient/{{{old}}}"}}"""));
        Assert.Equal("transaction-response", answer.Json.GetProperty("type").GetString());
        var statuses = answer.Entries.Select(entry => entry.GetProperty("response").GetProperty("status").GetString()![..3]).ToList();
        Assert.Equal(["200", "201", "201"], statuses[..3]);
        Assert.Contains(statuses[3], (string[])["200", "204"]);
        Assert.Equal(updated, answer.Entries[0].GetProperty("resource").GetProperty("id").GetString());
        Assert.Contains("Basic/", answer.Entries[2].GetProperty("response").GetProperty("location").GetString(), StringComparison.Ordinal);
        Assert.Contains("W/\"1\"", answer.Entries[1].GetProperty("response").GetProperty("etag").GetString(), StringComparison.Ordinal);
        using var gone = await ost.Send(410, "GET", "Patient/" + old);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task references_to_what_the_transaction_makes_are_rewritten(string store)
    {
        var ost = await servers.On(store);
        var (patient, encounter) = ("urn:uuid:" + Guid.NewGuid(), "urn:uuid:" + Guid.NewGuid());
        using var answer = await ost.Send(200, "POST", "", Bundle("transaction",
            $$$"""{"fullUrl":"urn:uuid:{{{Guid.NewGuid()}}}","resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"{{{patient}}}"},"encounter":{"reference":"{{{encounter}}}"}},"request":{"method":"POST","url":"Observation"}}""",
            $$$"""{"fullUrl":"{{{encounter}}}","resource":{"resourceType":"Encounter","status":"planned","class":{"code":"IMP"},"subject":{"reference":"{{{patient}}}"}},"request":{"method":"POST","url":"Encounter"}}""",
            $$$"""{"fullUrl":"{{{patient}}}","resource":{"resourceType":"Patient","gender":"female"},"request":{"method":"POST","url":"Patient"}}"""));
        var places = answer.Entries.Select(entry => Relative(entry.GetProperty("response").GetProperty("location").GetString()!)).ToList();
        using var observation = await ost.Send(200, "GET", places[0]);
        Assert.Equal((places[2], places[1]), (Reference(observation.Json, "subject"), Reference(observation.Json, "encounter")));
        using var stay = await ost.Send(200, "GET", places[1]);
        Assert.Equal(places[2], Reference(stay.Json, "subject"));
        using var found = await ost.Send(200, "GET", "Observation?patient=" + places[2]);
        Assert.Equal([places[0]["Observation/".Length..]], found.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task references_by_a_condition_are_resolved(string store)
    {
        var ost = await servers.On(store);
        var (id, mrn) = (FhirHttp.NewId("p"), FhirHttp.NewId("mrn"));
        using var made = await ost.Send(201, "PUT", "Patient/" + id, Patient(id, $$""","identifier":[{"system":"urn:b","value":"{{mrn}}"}]"""));
        var text = FhirHttp.NewId("cond");
        using var answer = await ost.Send(200, "POST", "", Bundle("transaction",
            $$$"""{"resource":{"resourceType":"Condition","code":{"text":"{{{text}}}"},"subject":{"reference":"Patient?identifier=urn:b|{{{mrn}}}"}},"request":{"method":"POST","url":"Condition"}}"""));
        using var condition = await ost.Send(200, "GET", Relative(answer.Entries[0].GetProperty("response").GetProperty("location").GetString()!));
        Assert.Equal("Patient/" + id, Reference(condition.Json, "subject"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_condition_in_an_entry_finds_what_is_there(string store)
    {
        var ost = await servers.On(store);
        var (id, mrn) = (FhirHttp.NewId("p"), FhirHttp.NewId("mrn"));
        using var made = await ost.Send(201, "PUT", "Patient/" + id, Patient(id, $$""","identifier":[{"system":"urn:b","value":"{{mrn}}"}]"""));
        var urn = "urn:uuid:" + Guid.NewGuid();
        using var answer = await ost.Send(200, "POST", "", Bundle("transaction",
            $$$"""{"fullUrl":"{{{urn}}}","resource":{"resourceType":"Patient","identifier":[{"system":"urn:b","value":"{{{mrn}}}"}]},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:b|{{{mrn}}}"}}""",
            $$$"""{"resource":{"resourceType":"Condition","subject":{"reference":"{{{urn}}}"}},"request":{"method":"POST","url":"Condition"}}"""));
        Assert.StartsWith("200", answer.Entries[0].GetProperty("response").GetProperty("status").GetString(), StringComparison.Ordinal);
        using var condition = await ost.Send(200, "GET", Relative(answer.Entries[1].GetProperty("response").GetProperty("location").GetString()!));
        Assert.Equal("Patient/" + id, Reference(condition.Json, "subject"));
    }

    [Theory, MemberData(nameof(Spoilers))]
    public async Task a_transaction_with_one_wrong_entry_leaves_nothing(string store, string spoiler, string expected)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("never");
        if (spoiler.Contains("IFM", StringComparison.Ordinal))
        {
            var seen = FhirHttp.NewId("seen");
            using var made = await ost.Send(201, "PUT", "Patient/" + seen, Patient(seen));
            spoiler = spoiler.Replace("IFM", seen, StringComparison.Ordinal);
        }

        using var answer = await ost.Post("", Bundle("transaction", $$$"""{"resource":{{{Patient(id)}}},"request":{"method":"PUT","url":"Patient/{{{id}}}"}}""", spoiler));
        Expectation.Parse(expected).Check(spoiler, answer);
        using var read = await ost.Send(404, "GET", "Patient/" + id);
        using var found = await ost.Send(200, "GET", "Patient?_id=" + id);
        Assert.Empty(found.Entries);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_resource_may_not_be_changed_twice_in_a_transaction(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("twice");
        var entry = $$$"""{"resource":{{{Patient(id)}}},"request":{"method":"PUT","url":"Patient/{{{id}}}"}}""";
        using var answer = await ost.Post("", Bundle("transaction", entry, entry));
        Expectation.Parse("4xx").Check("twice", answer);
        using var read = await ost.Send(404, "GET", "Patient/" + id);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_batch_does_what_it_can_and_says_what_it_could_not(string store)
    {
        var ost = await servers.On(store);
        var (first, last) = (FhirHttp.NewId("first"), FhirHttp.NewId("last"));
        using var answer = await ost.Send(200, "POST", "", Bundle("batch",
            $$$"""{"resource":{{{Patient(first)}}},"request":{"method":"PUT","url":"Patient/{{{first}}}"}}""",
            """{"resource":{"resourceType":"Observation","colour":"red"},"request":{"method":"POST","url":"Observation"}}""",
            """{"request":{"method":"GET","url":"Patient/never-there"}}""",
            $$$"""{"resource":{{{Patient(last)}}},"request":{"method":"PUT","url":"Patient/{{{last}}}"}}""",
            """{"request":{"method":"GET","url":"Patient?_id=never-there"}}"""));
        Assert.Equal("batch-response", answer.Json.GetProperty("type").GetString());
        Assert.Equal(["201", "400", "404", "201", "200"], answer.Entries.Select(entry => entry.GetProperty("response").GetProperty("status").GetString()![..3]));
        Assert.Equal("OperationOutcome", answer.Entries[1].GetProperty("response").GetProperty("outcome").GetProperty("resourceType").GetString());
        Assert.Equal("searchset", answer.Entries[4].GetProperty("resource").GetProperty("type").GetString());
        using var read = await ost.Send(200, "GET", "Patient/" + last);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_entry_may_patch_by_either_kind_of_patch(string store)
    {
        var ost = await servers.On(store);
        var (id, other) = (FhirHttp.NewId("p"), FhirHttp.NewId("q"));
        using var one = await ost.Send(201, "PUT", "Patient/" + id, Patient(id));
        using var two = await ost.Send(201, "PUT", "Patient/" + other, Patient(other));
        var json = Convert.ToBase64String("""[{"op":"add","path":"/active","value":true}]"""u8);
        using var answer = await ost.Send(200, "POST", "", Bundle("transaction",
            $$$"""{"resource":{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{{json}}}"},"request":{"method":"PATCH","url":"Patient/{{{id}}}"}}""",
            $$$"""{"resource":{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"active"},{"name":"value","valueBoolean":false}]}]},"request":{"method":"PATCH","url":"Patient/{{{other}}}"}}"""));
        using var first = await ost.Send(200, "GET", "Patient/" + id);
        Assert.True(first.Json.GetProperty("active").GetBoolean());
        using var second = await ost.Send(200, "GET", "Patient/" + other);
        Assert.False(second.Json.GetProperty("active").GetBoolean());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task operations_in_a_batch_answer_as_they_do_alone(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("op");
        using var made = await ost.Send(201, "PUT", "Patient/" + id, $$$"""{"resourceType":"Patient","id":"{{{id}}}","meta":{"tag":[{"code":"{{{id}}}"}]}}""");
        string[] paths = [$"Observation/$lastn?patient={id}", $"Patient/{id}/$everything", "Patient/$everything?_count=1", $"Patient/{id}/$meta", "Patient/$meta", $"Observation/$stats?subject=Patient/{id}&code=1&statistic=count"];
        var entries = string.Join(',', paths.Select(path => $$$"""{"request":{"method":"GET","url":"{{{path}}}"} }"""));
        using var batch = await ost.Send(200, "POST", "", $$"""{"resourceType":"Bundle","type":"batch","entry":[{{entries}}]}""");
        foreach (var (path, entry) in paths.Zip(batch.Entries))
        {
            using var alone = await ost.Send(200, "GET", path);
            Assert.Equal("200 OK", entry.GetProperty("response").GetProperty("status").GetString());
            if (alone.ResourceType == "Bundle")
                Assert.Equal(alone.Link("self"), entry.GetProperty("resource").GetProperty("link")[0].GetProperty("url").GetString());
            else
                Assert.Equal(alone.ResourceType, entry.GetProperty("resource").GetProperty("resourceType").GetString());
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_no_bundle_to_do_is_refused(string store)
    {
        var ost = await servers.On(store);
        foreach (var body in (string[])["""{"resourceType":"Patient"}""", """{"resourceType":"Bundle","type":"searchset"}""", """{"resourceType":"Bundle"}""", """{"resourceType":"Bundle","type":"transaction","entry":[{]}"""])
        {
            using var answer = await ost.Post("", body);
            Expectation.Parse("400").Check(body, answer);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_reference_to_an_entry_that_is_not_there_is_refused_and_nothing_is_done(string store)
    {
        var ost = await servers.On(store);
        var (id, here, nowhere) = (FhirHttp.NewId("u"), Guid.NewGuid(), Guid.NewGuid());
        string Entry(Guid subject) => $$$"""{"resource":{"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"urn:uuid:{{{subject}}}"}},"request":{"method":"POST","url":"Basic"}}""";
        var patient = $$$"""{"fullUrl":"urn:uuid:{{{here}}}","resource":{{{Patient(id)}}},"request":{"method":"PUT","url":"Patient/{{{id}}}"}}""";
        using var refused = await ost.Post("", Bundle("transaction", patient, Entry(here), Entry(nowhere)));
        Expectation.Parse($"400 urn:uuid:{nowhere} entry[2]").Check("transaction", refused);
        using var none = await ost.Send(404, "GET", "Patient/" + id);
        using var done = await ost.Send(200, "POST", "", Bundle("transaction", patient, Entry(here)));
        // A document that is stored whole calls its own entries so.
        var document = $$$"""{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:{{{nowhere}}}","resource":{{{Patient("inner")}}}},{"fullUrl":"urn:uuid:{{{Guid.NewGuid()}}}","resource":{"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"urn:uuid:{{{nowhere}}}"} } }]}""";
        using var stored = await ost.Send(200, "POST", "", Bundle("transaction", $$$"""{"resource":{{{document}}},"request":{"method":"POST","url":"Bundle"} }"""));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_empty_bundle_is_done_at_once(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "POST", "", """{"resourceType":"Bundle","type":"transaction"}""");
        Assert.Equal("transaction-response", answer.Json.GetProperty("type").GetString());
        Assert.Empty(answer.Entries);
    }

    private static string Bundle(string type, params string[] entries) => $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries)}}]}""";

    private static string Patient(string id, string more = "") => $$"""{"resourceType":"Patient","id":"{{id}}"{{more}}}""";

    private static string? Reference(JsonElement resource, string element) => resource.GetProperty(element).GetProperty("reference").GetString();

    /// <summary>"Patient/1" of "http://…/fhir/Patient/1/_history/1", absolute or not.</summary>
    private static string Relative(string location)
    {
        var parts = location.Split('/');
        var end = Array.IndexOf(parts, "_history");
        return string.Join('/', parts[(end - 2)..end]);
    }
}

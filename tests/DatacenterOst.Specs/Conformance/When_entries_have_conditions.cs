using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Entries of a batch or transaction with If-Match, If-None-Match, If-Modified-Since and conditions (FHIR R4, 3.1.0.11.2).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_entries_have_conditions(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_by_condition_finds_its_resource_or_makes_it(string store)
    {
        var ost = await servers.On(store);
        var (id, mrn, other) = (FhirHttp.NewId("p"), FhirHttp.NewId("mrn"), FhirHttp.NewId("mrn"));
        using var made = await ost.Send(201, "PUT", "Patient/" + id, Patient(mrn, $"\"id\":\"{id}\","));
        using var answer = await ost.Send(200, "POST", "", Bundle(
            $$$"""{"resource":{{{Patient(mrn, "\"gender\":\"male\",")}}},"request":{"method":"PUT","url":"Patient?identifier=urn:x|{{{mrn}}}"}}""",
            $$$"""{"resource":{{{Patient(other, "")}}},"request":{"method":"PUT","url":"Patient?identifier=urn:x|{{{other}}}"}}"""));
        Assert.Equal(["200", "201"], Statuses(answer));
        using var changed = await ost.Send(200, "GET", "Patient/" + id);
        Assert.Equal(("male", "2"), (changed.Json.GetProperty("gender").GetString(), changed.Json.GetProperty("meta").GetProperty("versionId").GetString()));
        using var created = await ost.Send(200, "GET", "Patient?identifier=urn:x|" + other);
        Assert.Single(created.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_patch_by_condition_changes_the_one_that_meets_it(string store)
    {
        var ost = await servers.On(store);
        var (id, mrn) = (FhirHttp.NewId("p"), FhirHttp.NewId("mrn"));
        using var made = await ost.Send(201, "PUT", "Patient/" + id, Patient(mrn, $"\"id\":\"{id}\",\"gender\":\"female\","));
        var patch = """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Patient.gender"},{"name":"value","valueCode":"male"}]}]}""";
        using var answer = await ost.Send(200, "POST", "", Bundle($$$"""{"resource":{{{patch}}},"request":{"method":"PATCH","url":"Patient?identifier=urn:x|{{{mrn}}}"}}"""));
        using var changed = await ost.Send(200, "GET", "Patient/" + id);
        Assert.Equal("male", changed.Json.GetProperty("gender").GetString());
        using var none = await ost.Post("", Bundle($$$"""{"resource":{{{patch}}},"request":{"method":"PATCH","url":"Patient?identifier=urn:x|nobody"}}"""));
        Expectation.Parse("4xx entry").Check("nobody", none);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_reference_by_a_condition_that_several_meet_undoes_all(string store)
    {
        var ost = await servers.On(store);
        var (mrn, tag) = (FhirHttp.NewId("mrn"), FhirHttp.NewId("tag"));
        for (var copy = 0; copy < 2; copy++)
        {
            using var made = await ost.Send(201, "POST", "Patient", Patient(mrn, ""));
        }

        using var answer = await ost.Post("", Bundle(
            $$$"""{"resource":{"resourceType":"Basic","code":{"text":"{{{tag}}}"},"identifier":[{"system":"urn:x","value":"{{{tag}}}"}]},"request":{"method":"POST","url":"Basic"}}""",
            $$$"""{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=urn:x|{{{mrn}}}"}},"request":{"method":"POST","url":"Observation"}}"""));
        Expectation.Parse("412 Several").Check("several", answer);
        using var nothing = await ost.Send(200, "GET", "Basic?identifier=urn:x|" + tag);
        Assert.Empty(nothing.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_reference_by_a_condition_leads_to_what_the_transaction_makes_under_it(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        using var answer = await ost.Send(200, "POST", "", Bundle(
            $$$"""{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=urn:x|{{{mrn}}}"}},"request":{"method":"POST","url":"Observation"}}""",
            $$$"""{"resource":{{{Patient(mrn, "")}}},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:x|{{{mrn}}}"}}"""));
        using var found = await ost.Send(200, "GET", "Observation?subject:Patient.identifier=urn:x|" + mrn);
        Assert.Single(found.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_star_asks_for_any_version_but_for_one(string store)
    {
        var ost = await servers.On(store);
        var (there, gone) = (FhirHttp.NewId("p"), FhirHttp.NewId("p"));
        using var made = await ost.Send(201, "PUT", "Patient/" + there, Patient("a", $"\"id\":\"{there}\","));
        using var updated = await ost.Send(200, "PUT", "Patient/" + there, Patient("b", $"\"id\":\"{there}\","), "If-Match", "*");
        using var notMade = await ost.Send(412, "PUT", "Patient/" + gone, Patient("b", $"\"id\":\"{gone}\","), "If-Match", "*");
        using var twice = await ost.Send(412, "PUT", "Patient/" + there, Patient("c", $"\"id\":\"{there}\","), "If-None-Match", "*");
        using var patched = await ost.Send(200, "PATCH", "Patient/" + there, """[{"op":"add","path":"/active","value":true}]""", "Content-Type", "application/json-patch+json", "If-Match", "*");
        using var entry = await ost.Send(200, "POST", "", Bundle($$$"""{"resource":{{{Patient("d", $"\"id\":\"{there}\",")}}},"request":{"method":"PUT","url":"Patient/{{{there}}}","ifMatch":"*"}}"""));
        using var none = await ost.Post("", Bundle($$$"""{"resource":{{{Patient("d", $"\"id\":\"{gone}\",")}}},"request":{"method":"PUT","url":"Patient/{{{gone}}}","ifMatch":"*"}}"""));
        Expectation.Parse("412 ifMatch").Check("ifMatch", none);
        using var again = await ost.Post("", Bundle($$$"""{"resource":{{{Patient("e", $"\"id\":\"{there}\",")}}},"request":{"method":"PUT","url":"Patient/{{{there}}}","ifNoneMatch":"*"}}"""));
        Expectation.Parse("412").Check("ifNoneMatch", again);
        using var notThere = await ost.Send("DELETE", "Patient/" + gone, null, "If-Match", "*");
        Expectation.Parse("412 If-Match").Check("delete of nothing", notThere);
        using var deleted = await ost.Send(204, "DELETE", "Patient/" + there, null, "If-Match", "*");
        using var last = await ost.Send(410, "GET", "Patient/" + there);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_entry_that_reads_may_say_what_it_has(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("p");
        using var made = await ost.Send(201, "PUT", "Patient/" + id, Patient("a", $"\"id\":\"{id}\","));
        var since = made.Header("Last-Modified");
        using var answer = await ost.Send(200, "POST", "", Bundle(
            $$$"""{"request":{"method":"GET","url":"Patient/{{{id}}}","ifNoneMatch":"W/\"1\""}}""",
            $$$"""{"request":{"method":"GET","url":"Patient/{{{id}}}","ifNoneMatch":"W/\"7\""}}""").Replace("transaction", "batch", StringComparison.Ordinal));
        Assert.Equal(["304", "200"], Statuses(answer));
        Assert.NotEqual("", since);
        using var wrong = await ost.Post("", Bundle($$$"""{"resource":{{{Patient("a", $"\"id\":\"{id}\",")}}},"request":{"method":"PUT","url":"Patient/{{{id}}}?identifier=urn:x|a"}}"""));
        Expectation.Parse("400 identifier").Check("an id and a condition", wrong);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_left_out_of_an_entry_or_of_a_conditional_create_is_named(string store)
    {
        var ost = await servers.On(store);
        var (id, mrn) = (FhirHttp.NewId("p"), FhirHttp.NewId("mrn"));
        using var made = await ost.Send(201, "PUT", "Patient/" + id, Patient("a", $"\"id\":\"{id}\","));
        using var batch = await ost.Send(200, "POST", "", Bundle($$$"""{"request":{"method":"GET","url":"Patient/{{{id}}}?colour=red"}}""").Replace("transaction", "batch", StringComparison.Ordinal));
        var entry = Assert.Single(batch.Entries);
        Assert.Equal(id, entry.GetProperty("resource").GetProperty("id").GetString());
        Assert.Contains("left out: colour", entry.GetProperty("response").GetProperty("outcome").GetRawText(), StringComparison.Ordinal);
        foreach (var status in (int[])[201, 200])
        {
            using var created = await ost.Send(status, "POST", "Patient?colour=red", Patient(mrn, ""), "If-None-Exist", "identifier=urn:x|" + mrn);
            Assert.Contains("colour", created.Header("Warning"), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_empty_condition_creates_nothing(string store)
    {
        var ost = await servers.On(store);
        foreach (var condition in (string[])["?", "_format=json", "colour=red"])
        {
            using var answer = await ost.Post("Patient", Patient("a", ""), "If-None-Exist", condition);
            Expectation.Parse("4xx").Check(condition, answer);
        }
    }

    private static string Patient(string mrn, string more) => $$"""{"resourceType":"Patient",{{more}}"identifier":[{"system":"urn:x","value":"{{mrn}}"}]}""";

    private static string Bundle(params string[] entries) => $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""";

    private static List<string> Statuses(Answer answer) => [.. answer.Entries.Select(entry => entry.GetProperty("response").GetProperty("status").GetString()![..3])];
}

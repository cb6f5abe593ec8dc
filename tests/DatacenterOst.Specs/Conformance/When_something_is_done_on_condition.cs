using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Conditional create, update, patch and delete, each with no, one and many matches (FHIR R4, 3.1.0.4.3, 3.1.0.7.1, 3.1.0.8.1).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_something_is_done_on_condition(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task a_create_happens_only_where_nothing_matches(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        using var first = await ost.Send(201, "POST", "Patient", Body(mrn), "If-None-Exist", "identifier=urn:c|" + mrn);
        using var second = await ost.Send(200, "POST", "Patient", Body(mrn), "If-None-Exist", "identifier=urn:c|" + mrn);
        Assert.Equal(1, await Count(ost, mrn));
        Assert.Contains("/Patient/" + first.Json.GetProperty("id").GetString(), second.Header("Location") + second.Header("Content-Location") + "/Patient/" + second.Json.GetProperty("id").GetString(), StringComparison.Ordinal);
        using var third = await ost.Send(201, "POST", "Patient", Body(mrn));
        using var many = await ost.Send(412, "POST", "Patient", Body(mrn), "If-None-Exist", "identifier=urn:c|" + mrn);
        Assert.Equal(2, await Count(ost, mrn));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_create_whose_condition_is_wrong_creates_nothing(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        foreach (var condition in (string[])["birthdate=abc", "colour=red", ""])
        {
            using var answer = await ost.Post("Patient", Body(mrn), "If-None-Exist", condition);
            Assert.True(answer.Status is (>= 400 and < 500) || condition.Length == 0, $"'{condition}': {answer}");
        }

        Assert.True(await Count(ost, mrn) <= 1);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_creates_updates_or_is_refused_by_the_number_of_matches(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        using var none = await ost.Send(201, "PUT", "Patient?identifier=urn:c|" + mrn, Body(mrn));
        var id = none.Json.GetProperty("id").GetString();
        using var one = await ost.Send(200, "PUT", "Patient?identifier=urn:c|" + mrn, Body(mrn, ""","active":true"""));
        Assert.Equal((id, "2"), (one.Json.GetProperty("id").GetString(), one.Json.GetProperty("meta").GetProperty("versionId").GetString()));
        using var withId = await ost.Send(200, "PUT", "Patient?identifier=urn:c|" + mrn, Body(mrn, $$""","id":"{{id}}" """));
        using var wrongId = await ost.Send(400, "PUT", "Patient?identifier=urn:c|" + mrn, Body(mrn, ""","id":"someone-else" """));
        using var more = await ost.Send(201, "POST", "Patient", Body(mrn));
        using var many = await ost.Send(412, "PUT", "Patient?identifier=urn:c|" + mrn, Body(mrn));
        Assert.Equal(2, await Count(ost, mrn));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_without_a_match_takes_the_id_of_its_body(string store)
    {
        var ost = await servers.On(store);
        var (mrn, id) = (FhirHttp.NewId("mrn"), FhirHttp.NewId("chosen"));
        using var made = await ost.Send(201, "PUT", "Patient?identifier=urn:c|" + mrn, Body(mrn, $$""","id":"{{id}}" """));
        Assert.Equal(id, made.Json.GetProperty("id").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_whose_condition_is_wrong_changes_nothing(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        foreach (var condition in (string[])["birthdate=abc", "colour=red"])
        {
            using var answer = await ost.Put("Patient?" + condition, Body(mrn));
            Assert.True(answer.Status is >= 400 and < 500, $"{condition}: {answer}");
        }

        Assert.Equal(0, await Count(ost, mrn));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_delete_takes_one_match_and_is_content_with_none(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        using var made = await ost.Send(201, "POST", "Patient", Body(mrn));
        using var one = await ost.Send("DELETE", "Patient?identifier=urn:c|" + mrn);
        Assert.True(one.Status is 200 or 204, one.ToString());
        using var gone = await ost.Send(410, "GET", "Patient/" + made.Json.GetProperty("id").GetString());
        using var none = await ost.Send("DELETE", "Patient?identifier=urn:c|" + mrn);
        Assert.True(none.Status is 200 or 204 or 404, none.ToString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_delete_of_many_is_what_the_capability_statement_says(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        using var first = await ost.Send(201, "POST", "Patient", Body(mrn));
        using var second = await ost.Send(201, "POST", "Patient", Body(mrn));
        using var statement = await ost.Send(200, "GET", "metadata");
        var says = statement.Json.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()
            .First(resource => resource.GetProperty("type").GetString() == "Patient").GetProperty("conditionalDelete").GetString();
        using var answer = await ost.Send("DELETE", "Patient?identifier=urn:c|" + mrn);
        Assert.True(says == "multiple" ? answer.Status is 200 or 204 : answer.Status == 412, $"{says}: {answer}");
        Assert.Equal(says == "multiple" ? 0 : 2, await Count(ost, mrn));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_delete_without_any_condition_or_with_a_wrong_one_deletes_nothing(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        using var made = await ost.Send(201, "POST", "Patient", Body(mrn));
        foreach (var condition in (string[])["", "?", "?colour=red", "?birthdate=abc", "?_count=1"])
        {
            using var answer = await ost.Send("DELETE", "Patient" + condition);
            Assert.True(answer.Status is >= 400 and < 500, $"DELETE Patient{condition}: {answer}");
        }

        Assert.Equal(1, await Count(ost, mrn));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_patch_needs_exactly_one_match(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        const string patch = """[{"op":"add","path":"/active","value":true}]""";
        string[] type = ["Content-Type", "application/json-patch+json"];
        using var none = await ost.Send(404, "PATCH", "Patient?identifier=urn:c|" + mrn, patch, type);
        using var made = await ost.Send(201, "POST", "Patient", Body(mrn));
        using var one = await ost.Send(200, "PATCH", "Patient?identifier=urn:c|" + mrn, patch, type);
        Assert.True(one.Json.GetProperty("active").GetBoolean());
        using var more = await ost.Send(201, "POST", "Patient", Body(mrn));
        using var many = await ost.Send(412, "PATCH", "Patient?identifier=urn:c|" + mrn, patch, type);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task thirty_two_conditional_creates_at_once_make_one_resource(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => ost.Post("Patient", Body(mrn), "If-None-Exist", "identifier=urn:c|" + mrn)));
        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.Equal(31, answers.Count(answer => answer.Status == 200));
        Assert.Equal(1, await Count(ost, mrn));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task thirty_two_conditional_updates_at_once_make_one_resource(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => ost.Put("Patient?identifier=urn:c|" + mrn, Body(mrn))));
        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 201 or 409 or 412, answer.ToString()));
        Assert.Equal(1, await Count(ost, mrn));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task conditional_creates_in_transactions_at_once_make_one_resource(string store)
    {
        var ost = await servers.On(store);
        var mrn = FhirHttp.NewId("mrn");
        var bundle = $$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{{Body(mrn)}}},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:c|{{{mrn}}}"}}]}
            """;
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ost.Post("", bundle)));
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 409, answer.ToString()));
        Assert.Equal(1, await Count(ost, mrn));
    }

    private static async Task<int> Count(RunningServer ost, string mrn)
    {
        using var found = await ost.Send(200, "GET", "Patient?identifier=urn:c|" + mrn);
        return found.Ids().Count;
    }

    private static string Body(string mrn, string more = "") =>
        $$"""{"resourceType":"Patient","identifier":[{"system":"urn:c","value":{{JsonSerializer.Serialize(mrn)}}}]{{more}}}""";
}

using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>A conditional delete takes away all that meet the condition, or none (FHIR R4, 3.1.0.7.1; CapabilityStatement: multiple).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_several_meet_a_condition(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task all_are_deleted_and_nothing_else(string store)
    {
        var ost = await servers.On(store);
        var (tag, other) = (FhirHttp.NewId("many"), FhirHttp.NewId("other"));
        await Make(ost, tag, 120);
        await Make(ost, other, 3);
        using var deleted = await ost.Send(204, "DELETE", "Basic?_tag=" + tag);
        Assert.Equal(0, deleted.Bytes.Length);
        Assert.Equal((0, 3), (await Count(ost, tag), await Count(ost, other)));
        using var gone = await ost.Send(410, "GET", $"Basic/{tag}-7");
        using var again = await ost.Send(204, "DELETE", "Basic?_tag=" + tag);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task how_many_were_deleted_is_said_where_asked(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("told");
        await Make(ost, tag, 5);
        using var told = await ost.Send(200, "DELETE", "Basic?_tag=" + tag, null, "Prefer", "return=OperationOutcome");
        Assert.Contains("5", told.Json.GetProperty("issue")[0].GetProperty("diagnostics").GetString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task more_than_a_thousand_are_left_as_they_are(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("toomany");
        await Make(ost, tag, 1_001);
        using var refused = await ost.Send("DELETE", "Basic?_tag=" + tag);
        Expectation.Parse("422 1000").Check("1,001 to delete", refused);
        Assert.Equal(1_001, await Count(ost, tag));
        using var one = await ost.Send(204, "DELETE", $"Basic/{tag}-0");
        using var thousand = await ost.Send(204, "DELETE", "Basic?_tag=" + tag);
        Assert.Equal(0, await Count(ost, tag));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_version_cannot_be_meant_of_several(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("version");
        await Make(ost, tag, 2);
        using var refused = await ost.Send("DELETE", "Basic?_tag=" + tag, null, "If-Match", "W/\"1\"");
        Expectation.Parse("412 If-Match").Check("If-Match of several", refused);
        Assert.Equal(2, await Count(ost, tag));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_transaction_deletes_all_of_them_with_the_rest_or_none(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("within");
        await Make(ost, tag, 4);
        var delete = $$$"""{"request":{"method":"DELETE","url":"Basic?_tag={{{tag}}}"}}""";
        using var failed = await ost.Post("", Bundle("transaction", delete, """{"resource":{"resourceType":"Patient","id":"other"},"request":{"method":"PUT","url":"Patient/one"}}"""));
        Expectation.Parse("400").Check("a transaction with a wrong entry", failed);
        Assert.Equal(4, await Count(ost, tag));
        using var done = await ost.Send(200, "POST", "", Bundle("transaction", delete, $$$"""{"resource":{{{Body(tag, $"{tag}-new")}}},"request":{"method":"PUT","url":"Basic/{{{tag}}}-new"}}"""));
        Assert.Equal(["204 No Content", "201 Created"], done.Entries.Select(entry => entry.GetProperty("response").GetProperty("status").GetString()));
        Assert.Equal(1, await Count(ost, tag));
        using var kept = await ost.Send(200, "GET", $"Basic/{tag}-new");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_transaction_may_not_change_what_its_condition_deletes(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("twice");
        await Make(ost, tag, 3);
        using var refused = await ost.Post("", Bundle(
            "transaction", $$$"""{"request":{"method":"DELETE","url":"Basic?_tag={{{tag}}}"}}""",
            $$$"""{"resource":{{{Body(tag, $"{tag}-2")}}},"request":{"method":"PUT","url":"Basic/{{{tag}}}-2"}}"""));
        Expectation.Parse("400 entry").Check("one resource twice", refused);
        Assert.Equal(3, await Count(ost, tag));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_batch_deletes_them_too(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("batch");
        await Make(ost, tag, 3);
        using var done = await ost.Send(200, "POST", "", Bundle("batch", $$$"""{"request":{"method":"DELETE","url":"Basic?_tag={{{tag}}}"}}"""));
        Assert.StartsWith("204", done.Entries[0].GetProperty("response").GetProperty("status").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await Count(ost, tag));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task eight_who_delete_the_same_at_once_all_succeed(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("race");
        await Make(ost, tag, 30);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(at => ost.Send("DELETE", at % 2 == 0 ? "Basic?_tag=" + tag : $"Basic/{tag}-{at}")));
        Assert.All(answers, answer => Assert.True(answer.Status == 204, answer.ToString()));
        Assert.Equal(0, await Count(ost, tag));
    }

    private static async Task Make(RunningServer ost, string tag, int count)
    {
        var entries = Enumerable.Range(0, count).Select(at => $$$"""{"resource":{{{Body(tag, $"{tag}-{at}")}}},"request":{"method":"PUT","url":"Basic/{{{tag}}}-{{{at}}}"}}""");
        using var made = await ost.Send(200, "POST", "", Bundle("transaction", [.. entries]));
    }

    private static async Task<int> Count(RunningServer ost, string tag)
    {
        using var found = await ost.Send(200, "GET", $"Basic?_tag={tag}&_summary=count");
        return found.Json.GetProperty("total").GetInt32();
    }

    private static string Body(string tag, string id) => $$$"""{"resourceType":"Basic","id":"{{{id}}}","meta":{"tag":[{"code":"{{{tag}}}"}]},"code":{"text":"x"}}""";

    private static string Bundle(string type, params string[] entries) => $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries)}}]}""";
}

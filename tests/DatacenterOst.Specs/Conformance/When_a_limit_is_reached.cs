using System.Globalization;
using System.Text;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Each limit is kept, and what lies below it works (the limits stand in docs and in the code as constants).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_a_limit_is_reached(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    /// <summary>A body that is no resource, and a word that the answer has.</summary>
    public static TheoryData<string, string, string> Bodies => Stores.Table("""
        { | 400
        [] | 400
        null | 400
        "Patient" | 400
        {} | 400 resourceType
        {"resourceType":"Starship"} | 400 Starship
        {"resourceType":"Observation","status":"final","code":{"text":"x"}} | 400 Observation
        {"resourceType":"Patient","colour":"red"} | 400 colour
        {"resourceType":"Patient","birthDate":"2026-02-30"} | 400 birthDate
        {"resourceType":"Patient","active":"true"} | 400 active
        {"resourceType":"Patient","name":{"family":"x"}} | 400 name
        {"resourceType":"Patient","name":[{"family":["x"]}]} | 400 family
        {"resourceType":"Patient"} trailing | 400
        {"resourceType":"Patient","name":[{"family":"cut | 400
        """);

    [Theory, MemberData(nameof(Bodies))]
    public async Task a_body_that_is_no_such_resource_is_refused_with_the_place(string store, string body, string expected)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Post("Patient", body);
        Expectation.Parse(expected).Check(body, answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_body_that_is_not_UTF8_or_empty_is_refused(string store)
    {
        var ost = await servers.On(store);
        using var bytes = await ost.Http.Send("POST", "Patient", [.. """{"resourceType":"Patient","language":" """u8, 0xFF, 0xFE, .. "\"}"u8], []);
        Assert.Equal(400, bytes.Status);
        using var empty = await ost.Http.Send("POST", "Patient", [], []);
        Assert.Equal(400, empty.Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_resource_may_have_five_megabytes(string store)
    {
        var ost = await servers.On(store);
        using var large = await ost.Post("Basic", Basic(4_500_000));
        Assert.Equal(201, large.Status);
        using var tooLarge = await ost.Post("Basic", Basic(6_000_000));
        Assert.Equal(413, tooLarge.Status);
        using var still = await ost.Send(200, "GET", "metadata");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_resource_may_be_nested_a_hundred_levels(string store)
    {
        var ost = await servers.On(store);
        using var deep = await ost.Post("Basic", Nested(50));
        Assert.True(deep.Status == 201, deep.ToString());
        using var tooDeep = await ost.Post("Basic", Nested(200));
        Expectation.Parse("400").Check("200 levels", tooDeep);
        using var absurd = await ost.Post("Basic", Nested(100_000));
        Expectation.Parse("4xx").Check("100,000 levels", absurd);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_bundle_may_have_ten_thousand_entries(string store)
    {
        var ost = await servers.On(store);
        var entries = string.Join(',', Enumerable.Repeat("""{"request":{"method":"GET","url":"Patient/none"}}""", 10_001));
        using var answer = await ost.Post("", $$"""{"resourceType":"Bundle","type":"batch","entry":[{{entries}}]}""");
        Expectation.Parse("4xx 10").Check("10,001 entries", answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_address_may_have_sixteen_kilobytes(string store)
    {
        var ost = await servers.On(store);
        using var longer = await ost.Send(200, "GET", "Patient?_id=none&family=" + new string('x', 12_000));
        Assert.Empty(longer.Ids());
        using var tooLong = await ost.Send("GET", "Patient?family=" + new string('x', 20_000));
        Assert.Contains(tooLong.Status, (int[])[400, 414]);
        using var still = await ost.Send(200, "GET", "metadata");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_search_may_have_two_hundred_alternatives_and_fifty_conditions(string store)
    {
        var ost = await servers.On(store);
        using var many = await ost.Read("Patient?_id=" + string.Join(',', Enumerable.Repeat("a", 200)));
        Expectation.Parse("none").Check("200 alternatives", many);
        using var tooMany = await ost.Read("Patient?family=" + string.Join(',', Enumerable.Repeat("a", 201)));
        Expectation.Parse("4xx family").Check("201 alternatives", tooMany);
        using var conditions = await ost.Read("Patient?" + string.Join('&', Enumerable.Repeat("family=nobodyatall", 50)));
        Expectation.Parse("none").Check("50 conditions", conditions);
        using var tooManyConditions = await ost.Read("Patient?" + string.Join('&', Enumerable.Repeat("family=a", 51)));
        Expectation.Parse("4xx").Check("51 conditions", tooManyConditions);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_thousand_resources_are_included_and_more_is_not_cut_off_in_silence(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("many");
        var text = new StringBuilder($$$"""{"resource":{"resourceType":"Patient","id":"{{{id}}}"},"request":{"method":"PUT","url":"Patient/{{{id}}}"}}""");
        for (var i = 0; i < 1_100; i++)
            text.Append(',').Append(CultureInfo.InvariantCulture, $$$"""{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{id}}}"}},"request":{"method":"POST","url":"Observation"}}""");
        using var made = await ost.Send(200, "POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{text}}]}""");
        using var answer = await ost.Read($"Patient?_id={id}&_revinclude=Observation:patient");
        Expectation.Parse("reasoned include").Check("1,100 to include", answer);
        Assert.True(answer.Status != 200 || answer.Ids("include").Count <= 1_000);
    }

    private static string Basic(int size) => $$$"""{"resourceType":"Basic","code":{"text":"{{{new string('x', size)}}}"}}""";

    private static string Nested(int levels)
    {
        var text = new StringBuilder("""{"resourceType":"Basic","code":{"text":"x"}""");
        for (var i = 0; i < levels; i++)
            text.Append(",\"extension\":[{\"url\":\"urn:x\"");
        for (var i = 0; i < levels; i++)
            text.Append("}]");
        return text.Append('}').ToString();
    }
}

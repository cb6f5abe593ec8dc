using System.Globalization;
using System.Text;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Each limit is kept, and what lies below it works (the limits stand in docs and in the code as constants).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_a_limit_is_reached(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Theory, MemberData(nameof(Both))]
    public async Task a_bundle_may_have_sixty_four_megabytes_and_a_form_a_quarter_of_one(string store)
    {
        var ost = await servers.On(store);
        // Told by its length: whoever sends the headers alone first is spared the rest.
        var told = await RawHttp.Send(new Uri(ost.Address).Port, "POST /fhir HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nContent-Length: 67108865\r\n\r\n{", Token);
        Assert.StartsWith("HTTP/1.1 413", told, StringComparison.Ordinal);
        var form = string.Join('&', Enumerable.Repeat("family=" + new string('x', 5_000), 50));
        using var large = await ost.Send("POST", "Patient/_search", form, "Content-Type", "application/x-www-form-urlencoded");
        Expectation.Parse("none").Check("a form of 250 KB", large);
        using var tooLong = await ost.Send("POST", "Patient/_search", form + "&family=" + new string('x', 20_000), "Content-Type", "application/x-www-form-urlencoded");
        Expectation.Parse("413").Check("a form of 270 KB", tooLong);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task headers_may_have_thirty_two_kilobytes(string store)
    {
        var ost = await servers.On(store);
        using var fits = await ost.Send(200, "GET", "Patient?_id=none", null, "X-Long", new string('x', 20_000));
        using var tooLong = await ost.Read("Patient?_id=none", "X-Long", new string('x', 40_000));
        Assert.Equal(431, tooLong.Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_chain_may_have_five_steps(string store)
    {
        var ost = await servers.On(store);
        const string step = "partof:Organization.";
        using var five = await ost.Read($"Organization?{string.Concat(Enumerable.Repeat(step, 5))}name=x");
        Expectation.Parse("none").Check("5 steps", five);
        using var six = await ost.Read($"Organization?{string.Concat(Enumerable.Repeat(step, 6))}name=x");
        Expectation.Parse("400 5").Check("6 steps", six);
        using var has = await ost.Read($"Patient?{string.Concat(Enumerable.Repeat("_has:Patient:link:", 6))}_id=x");
        Expectation.Parse("400 5").Check("6 nested _has", has);
        using var wide = await ost.Read("Provenance?target.subject.subject.subject.name=x");
        Expectation.Parse("400 target").Check("a chain through all types", wide);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_page_has_a_thousand_matches_at_most_and_fifty_where_nothing_is_said(string store)
    {
        var ost = await servers.On(store);
        var tag = FhirHttp.NewId("page");
        var entries = Enumerable.Range(0, 1_001).Select(at => $$$$"""{"resource":{"resourceType":"Basic","meta":{"tag":[{"code":"{{{{tag}}}}"}]},"code":{"text":"x"}},"request":{"method":"POST","url":"Basic"}}""");
        using var made = await ost.Send(200, "POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
        using var most = await ost.Send(200, "GET", $"Basic?_tag={tag}&_count=100000");
        using var usual = await ost.Send(200, "GET", $"Basic?_tag={tag}");
        Assert.Equal((1_000, 50), (most.Ids().Count, usual.Ids().Count));
        using var rest = await ost.Send(200, "GET", most.Link("next")!);
        Assert.Single(rest.Ids());
        Assert.Null(rest.Link("next"));
        using var history = await ost.Send(200, "GET", "Basic/_history?_count=100000");
        Assert.Equal(1_000, history.Entries.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_search_may_have_fifty_inclusions_and_fifty_sort_keys(string store)
    {
        var ost = await servers.On(store);
        foreach (var (name, one, between) in ((string, string, string)[])[("_include", "_include=Encounter:patient", "&"), ("_revinclude", "_revinclude=Provenance:target", "&"), ("_sort", "status", ",")])
        {
            var many = (int count) => (name == "_sort" ? "_sort=" : "") + string.Join(between, Enumerable.Repeat(one, count));
            using var fifty = await ost.Read($"Encounter?_id=none&{many(50)}");
            Expectation.Parse("none").Check($"50 {name}", fifty);
            using var more = await ost.Read($"Encounter?_id=none&{many(51)}");
            Expectation.Parse("400 50").Check($"51 {name}", more);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_transaction_may_have_a_thousand_conditions(string store)
    {
        var ost = await servers.On(store);
        var entries = Enumerable.Range(0, 1_001).Select(at => $$$$"""{"request":{"method":"DELETE","url":"Patient?identifier=none{{{{at}}}}"}}""");
        using var answer = await ost.Post("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
        Expectation.Parse("422 1000").Check("1,001 conditions", answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task statistics_may_be_of_fifty_codes_and_the_last_n_a_thousand(string store)
    {
        var ost = await servers.On(store);
        var codes = (int count) => string.Join(',', Enumerable.Range(0, count).Select(code => code.ToString(CultureInfo.InvariantCulture)));
        using var fifty = await ost.Send(200, "GET", $"Observation/$stats?subject=Patient/x&statistic=count&code={codes(50)}");
        using var more = await ost.Read($"Observation/$stats?subject=Patient/x&statistic=count&code={codes(51)}");
        Expectation.Parse("422 50").Check("51 codes", more);
        using var thousand = await ost.Send(200, "GET", "Observation/$lastn?patient=x&max=1000");
        using var above = await ost.Read("Observation/$lastn?patient=x&max=1001");
        Expectation.Parse("400 1000").Check("max=1001", above);
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

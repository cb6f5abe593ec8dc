namespace DatacenterOst.Specs.Conformance;

/// <summary>Outside of a search, too, nothing that a caller asks for is passed over in silence (FHIR R4, 3.1.1.2).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_a_parameter_is_not_known(CohortServers servers)
{
    /// <summary>What would answer another question than was asked.</summary>
    public static TheoryData<string, string, string> Refused => Stores.Table("""
        Patient/p1?_asof=2026-01-01T00:00:00Z | 400 _asOf
        Patient/p1?_ASOF=2026-01-01T00:00:00Z | 400 _asOf
        Patient/p1?_Elements=name | 400 _elements
        Patient/p1/_history/1?_asOf=2026-01-01T00:00:00Z | 400 _asOf
        Patient/p1/_history?_asOf=2026-01-01T00:00:00Z | 400 _asOf
        Patient/_history?_Since=2026-01-01 | 400 _since
        _history?_asOf=2026-01-01T00:00:00Z | 400 _asOf
        Patient/p1/$everything?_asof=2026-01-01T00:00:00Z | 400 _asof
        Patient/p1/$everything?colour=red | 400 colour
        Observation/$lastn?patient=p1&colour=red | 400 colour
        Observation/$lastn?patient=p1&_asof=2026-01-01T00:00:00Z | 400 _asof
        Observation/$lastn?patient=p1&_asOf=soon | 400 _asOf
        Observation/$stats?subject=Patient/p1&code=14682-9&statistic=average&colour=red | 400 colour
        Observation/$stats?subject=Patient/p1&code=14682-9&statistic=average&_asof=2026-01-01T00:00:00Z | 400 _asof
        Patient/p1/$meta?colour=red | 400 colour
        Patient/p1/$validate?colour=red | 400 colour
        """);

    /// <summary>What proxies and programs add.</summary>
    public static TheoryData<string, string, string> LeftOut => Stores.Table("""
        Patient/p1?_=1764000000 | _
        Patient/p1?colour=red&_format=json | colour
        Patient/p1/_history/1?colour=red | colour
        Patient/p1/_history?colour=red | colour
        Patient/_history?colour=red | colour
        _history?colour=red&_count=1 | colour
        """);

    [Theory, MemberData(nameof(Refused))]
    public Task what_is_misspelt_or_has_no_meaning_there_is_refused(string store, string ask, string expected) => servers.Expect(store, ask, expected);

    [Theory, MemberData(nameof(LeftOut))]
    public async Task what_is_left_out_is_named_and_refused_when_handling_is_strict(string store, string ask, string name)
    {
        var ost = await servers.On(store);
        using var lenient = await ost.Send(200, "GET", ask);
        Assert.Equal($"199 - \"not known here and left out: {name}\"", lenient.Header("Warning"));
        using var strict = await ost.Read(ask, "Prefer", "handling=strict");
        Expectation.Parse($"400 {name}").Check(ask, strict);
        using var known = await ost.Send(200, "GET", ask.Split('?')[0] + "?_pretty=true&_format=json", null, "Prefer", "handling=strict");
        Assert.Equal("", known.Header("Warning"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task letters_that_no_header_may_have_do_not_get_into_one(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "GET", "Patient/p1?a%0d%0aSet-Cookie:x=1%22&%C3%A5=2");
        Assert.Equal("199 - \"not known here and left out: a??Set-Cookie:x, ?\"", answer.Header("Warning"));
        Assert.Equal("", answer.Header("Set-Cookie"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task a_page_that_is_asked_of_lastn_is_warned_of(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "GET", "Observation/$lastn?patient=p1&_count=1&_sort=date");
        Assert.Equal(["ob2", "ob5"], answer.Ids().Order());
        Assert.Contains("_count", answer.Outcomes, StringComparison.Ordinal);
        Assert.Contains("_sort", answer.Outcomes, StringComparison.Ordinal);
        using var strict = await ost.Read("Observation/$lastn?patient=p1&_count=1", "Prefer", "handling=strict");
        Expectation.Parse("400 _count").Check("strict", strict);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task an_operation_that_is_not_built_says_so(string store)
    {
        var ost = await servers.On(store);
        foreach (var path in (string[])["$export", "Patient/$export", "Group/g1/$export", "Patient/$match", "ValueSet/$expand", "$reindex", "Subscription/s1/$status"])
        {
            using var answer = await ost.Read(path);
            Expectation.Parse("404 /metadata").Check(path, answer);
        }
    }
}

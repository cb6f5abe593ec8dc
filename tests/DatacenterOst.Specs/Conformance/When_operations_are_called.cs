using System.Text.Json;

namespace DatacenterOst.Specs.Conformance;

/// <summary>$validate, $everything, $lastn, $stats and $meta (FHIR R4, 3.2).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_operations_are_called(CohortServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    public static TheoryData<string, string, string> LastN => Stores.Table("""
        Observation/$lastn?patient=p1 | ob2 ob5
        Observation/$lastn?subject=Patient/p1 | ob2 ob5
        Observation/$lastn?patient=Patient/p1 | ob2 ob5
        Observation/$lastn?patient=p1&max=1 | ob2 ob5
        Observation/$lastn?patient=p1&max=2 | ob1 ob2 ob5
        Observation/$lastn?patient=p1&max=10 | ob1 ob2 ob5
        Observation/$lastn?patient=p1&code=http://loinc.org|14682-9 | ob2
        Observation/$lastn?patient=p1&code=NPU18016 | ob1
        Observation/$lastn?patient=p1&category=laboratory | ob1
        Observation/$lastn?patient=p2 | ob3 ob4
        Observation/$lastn?patient=none | none
        Observation/$lastn?patient=p1&max=0 | 400 max
        Observation/$lastn?patient=p1&max=many | 400 max
        Observation/$lastn?patient=p1&date=abc | 400 date
        """);

    public static TheoryData<string, string, string> Everything => Stores.Table("""
        Patient/p1/$everything?_type=Observation | ob1 ob2 ob5
        Patient/p1/$everything?_type=Observation&start=2026-03-02 | ob2
        Patient/p1/$everything?_type=Observation&end=2026-03-01 | ob1 ob5
        Patient/p1/$everything?_type=Observation&start=2026-03-02&end=2026-03-02 | ob2
        Patient/p1/$everything?_type=Condition,MedicationRequest | c1 m1
        Patient/none/$everything | 404
        Patient/p1/$everything?start=abc | 400 start
        Patient/p1/$everything?_type=Starship | 400 _type
        Patient/p1/$everything?_count=-1 | 400 _count
        Patient/p1/$everything?_since=abc | 400 _since
        Patient/p1/$everything?_asOf=abc | 400 _asOf
        Observation/ob1/$everything | 4xx
        Patient/p1/$fly | 4xx
        Patient/$fly | 4xx
        $fly | 4xx
        """);

    public static TheoryData<string, string, string> Statistics => Stores.Table("""
        "code","valueString":"14682-9" | 400 statistic
        "statistic","valueCode":"average" | 400 code
        "statistic","valueCode":"luckiest" | 400 statistic
        """);

    [Theory, MemberData(nameof(LastN))]
    public Task the_last_of_each_code_are_found_whatever_codings_it_has(string store, string ask, string expected) => Ask(store, ask, expected);

    [Theory, MemberData(nameof(Everything))]
    public Task everything_of_a_patient_can_be_narrowed(string store, string ask, string expected) => Ask(store, ask, expected);

    [Theory, MemberData(nameof(Both))]
    public async Task everything_of_a_patient_is_what_is_in_the_compartment(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "GET", "Patient/p1/$everything");
        Assert.Equal("searchset", answer.Json.GetProperty("type").GetString());
        var found = answer.Entries.Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()).ToHashSet();
        Assert.Superset(new HashSet<string?> { "p1", "ob1", "ob2", "ob5", "c1", "e1", "e3", "m1", "r1", "dr1" }, found);
        Assert.Empty(found.Intersect(["p2", "ob3", "ob4", "ob8", "c2", "e2", "m2"]));
        Assert.Equal(found.Count, answer.Entries.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task everything_comes_in_pages_without_gap_or_repetition(string store)
    {
        var ost = await servers.On(store);
        using var whole = await ost.Send(200, "GET", "Patient/p1/$everything?_count=1000");
        var (seen, matches) = (new List<string?>(), new List<string>());
        for (var next = "Patient/p1/$everything?_count=3"; next is not null;)
        {
            using var page = await ost.Send(200, "GET", next);
            seen.AddRange(page.Entries.Select(entry => entry.GetProperty("fullUrl").GetString()));
            matches.AddRange(page.Ids());
            next = page.Link("next");
            Assert.True(seen.Count < 100, "the pages do not end");
        }

        // What is included may come again with another page, as in any search.
        Assert.Equal(whole.Entries.Select(entry => entry.GetProperty("fullUrl").GetString()).Order(), seen.Distinct().Order());
        Assert.Equal(matches.Distinct().Count(), matches.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task statistics_are_those_of_the_values(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "POST", "Observation/$stats", Stats("""
            {"name":"code","valueString":"14682-9"},{"name":"system","valueUri":"http://loinc.org"},
            {"name":"statistic","valueCode":"average"},{"name":"statistic","valueCode":"minimum"},{"name":"statistic","valueCode":"maximum"},{"name":"statistic","valueCode":"count"}
            """));
        Assert.Equal("Parameters", answer.ResourceType);
        var statistics = answer.Json.GetProperty("parameter").EnumerateArray().Where(p => p.GetProperty("name").GetString() == "statistics").Select(p => p.GetProperty("resource")).Single();
        var values = statistics.GetProperty("component").EnumerateArray().ToDictionary(
            component => component.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString()!,
            component => component.GetProperty("valueQuantity").GetProperty("value").GetDecimal());
        Assert.Equal((146m, 96m, 196m, 2m), (values["average"], values["minimum"], values["maximum"], values["count"]));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_observations_behind_the_statistics_come_along_where_asked(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "POST", "Observation/$stats", Stats("""
            {"name":"code","valueString":"14682-9"},{"name":"system","valueUri":"http://loinc.org"},{"name":"statistic","valueCode":"count"},{"name":"include","valueBoolean":true}
            """));
        var sources = answer.Json.GetProperty("parameter").EnumerateArray().Where(p => p.GetProperty("name").GetString() == "source").Select(p => p.GetProperty("resource").GetProperty("id").GetString());
        Assert.Equal(["ob1", "ob2"], sources.Order());
    }

    [Theory, MemberData(nameof(Statistics))]
    public async Task statistics_asked_wrongly_are_refused(string store, string parameter, string expected)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Post("Observation/$stats", Stats($$"""{"name":{{parameter}}},{"name":"system","valueUri":"http://loinc.org"}{{(expected.Contains("luck", StringComparison.Ordinal) || parameter.Contains("luckiest", StringComparison.Ordinal) ? ",{\"name\":\"code\",\"valueString\":\"14682-9\"}" : "")}}"""));
        Expectation.Parse(expected).Check(parameter, answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task meta_of_a_resource_a_type_and_all_can_be_asked(string store)
    {
        var ost = await servers.On(store);
        foreach (var path in (string[])["Patient/p1/$meta", "Patient/$meta", "$meta"])
        {
            using var answer = await ost.Send(200, "GET", path);
            var meta = answer.Json.GetProperty("parameter").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "return").GetProperty("valueMeta");
            Assert.Contains("blue", meta.GetProperty("tag").EnumerateArray().Select(tag => tag.GetProperty("code").GetString()));
        }

        using var one = await ost.Send(200, "GET", "Patient/p3/$meta");
        Assert.DoesNotContain("blue", one.Text, StringComparison.Ordinal);
        using var none = await ost.Send(404, "GET", "Patient/none/$meta");
    }

    private async Task Ask(string store, string ask, string expected)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send("GET", ask);
        if (expected[0] == '4')
        {
            Expectation.Parse(expected).Check(ask, answer);
            return;
        }

        Assert.True(answer.Status == 200, $"{ask}: {answer}");
        var found = answer.Entries.Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()).Order(StringComparer.Ordinal);
        Assert.Equal(expected == "none" ? "" : expected, string.Join(' ', found));
    }

    private static string Stats(string parameters) => $$"""
        {"resourceType":"Parameters","parameter":[{"name":"subject","valueUri":"Patient/p1"},{"name":"period","valuePeriod":{"start":"2026-03-01","end":"2026-03-31"} },{{parameters}}]}
        """;
}

using System.Globalization;
using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>_summary, _elements, _total, pages, and searching by POST (FHIR R4, 3.1.1.5).</summary>
[Collection(OverTheCohort.Name)]
public sealed class When_results_are_shaped(CohortServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    /// <summary>A wish, and then elements that are there (+) and not there (-).</summary>
    public static TheoryData<string, string, string> Shapes => Stores.Table("""
        _summary=true | +identifier +name +gender +birthDate +managingOrganization -communication -generalPractitioner -text
        _summary=text | +text +id -name -gender -identifier
        _summary=data | +name +gender +communication -text
        _summary=false | +name +text +communication
        _elements=name | +name +id -gender -text -identifier
        _elements=name,birthDate | +name +birthDate -gender
        """);

    /// <summary>Questions that are asked by POST as well.</summary>
    public static TheoryData<string, string, string> Posted => Stores.Table("""
        Patient/_search?family=pet | p1 p3
        Patient/_search?family=müller | p2
        Patient/_search?identifier=urn:test:mrn|A1 | p1
        Patient/_search?gender=male&_sort=-birthdate | > p3 p2
        Observation/_search?patient=p1&code=http://loinc.org|14682-9 | ob1 ob2
        Observation/_search?date=2026-03-01T08:00:00%2B01:00 | ob1
        Observation/_search?_id=ob1&_include=Observation:patient | ob1 + p1
        Patient/_search?_summary=count | # 5
        Patient/_search?birthdate=abc | 400 birthdate
        Patient/_search?colour=red&_id=p1 | p1 ! colour
        Patient/p1/Observation/_search?code=14682-9 | ob1 ob2
        _search?_type=Patient&_id=p1 | p1
        Starship/_search?_id=1 | 404
        """);

    /// <summary>Questions whose answers come in pages of two.</summary>
    public static TheoryData<string, string, string> Paged => Stores.Table("""
        Patient | p1 p2 p3 p4 p5
        Patient?_sort=-_id | p5 p4 p3 p2 p1
        Patient?_sort=-birthdate&birthdate:missing=false | p3 p2 p4 p1
        Patient?_sort=gender,-birthdate&birthdate:missing=false | p1 p3 p2 p4
        Observation?patient=p1&_sort=-date | ob2 ob5 ob1
        Observation?code=14682-9&_sort=date | ob1 ob2 ob3 ob10
        Observation?patient.family=pet&_sort=_id | ob1 ob2 ob5 ob6 ob7
        Patient/p1/Observation?_sort=date | ob1 ob5 ob2
        ?_type=Organization&_sort=_id | o1 o2 o3
        """);

    [Theory, MemberData(nameof(Shapes))]
    public async Task only_the_part_that_is_wanted_comes_and_is_marked_so(string store, string wish, string expected)
    {
        var ost = await servers.On(store);
        using var found = await ost.Send(200, "GET", "Patient?_id=p1&" + wish);
        using var read = await ost.Send(200, "GET", "Patient/p1?" + wish);
        foreach (var patient in (JsonElement[])[found.Entries.Single().GetProperty("resource"), read.Json])
        {
            foreach (var word in expected.Split(' '))
                Assert.True(patient.TryGetProperty(word[1..], out _) == (word[0] == '+'), $"{wish}: {word} in {patient}");
            var isMarked = patient.GetProperty("meta").GetProperty("tag").EnumerateArray().Any(tag => tag.GetProperty("code").GetString() == "SUBSETTED");
            Assert.Equal(wish != "_summary=false", isMarked);
        }
    }

    [Theory, MemberData(nameof(Posted))]
    public async Task a_search_may_be_posted_as_a_form(string store, string ask, string expected)
    {
        var ost = await servers.On(store);
        var parts = ask.Split('?');
        var form = string.Join('&', parts[1].Split('&').Select(pair => pair.Split('=', 2)).Select(pair => $"{Uri.EscapeDataString(pair[0])}={Uri.EscapeDataString(Uri.UnescapeDataString(pair[1]))}"));
        using var answer = await ost.Post(parts[0], form, "Content-Type", "application/x-www-form-urlencoded");
        Expectation.Parse(expected).Check("POST " + ask, answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task parameters_of_the_address_and_of_the_form_are_combined(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Post("Patient/_search?gender=male", "family=pet", "Content-Type", "application/x-www-form-urlencoded");
        Expectation.Parse("p3").Check("both", answer);
        using var json = await ost.Post("Patient/_search", "{}", "Content-Type", "application/json");
        Assert.True(json.Status is 400 or 415, json.ToString());
    }

    [Theory, MemberData(nameof(Paged))]
    public async Task pages_follow_each_other_without_gap_or_repetition(string store, string ask, string expected)
    {
        var ost = await servers.On(store);
        var seen = new List<string>();
        for (var next = ask + (ask.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "_count=2"; next is not null;)
        {
            using var page = await ost.Send(200, "GET", next);
            Assert.True(page.Ids().Count <= 2);
            seen.AddRange(page.Ids());
            next = page.Link("next");
            Assert.True(seen.Count < 50, "the pages do not end");
        }

        if (!ask.Contains("_sort", StringComparison.Ordinal))
            seen.Sort(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', seen));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_total_is_that_of_all_pages(string store)
    {
        var ost = await servers.On(store);
        using var accurate = await ost.Send(200, "GET", "Patient?_total=accurate&_count=2");
        Assert.Equal(5, accurate.Json.GetProperty("total").GetInt32());
        Assert.Equal(2, accurate.Entries.Count);
        using var none = await ost.Send(200, "GET", "Patient?_total=none&_count=2");
        Assert.False(none.Json.TryGetProperty("total", out _));
        using var included = await ost.Send(200, "GET", "Observation?_id=ob1&_include=Observation:patient&_total=accurate");
        Assert.Equal(1, included.Json.GetProperty("total").GetInt32());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_page_is_never_larger_than_the_limit(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send(200, "GET", "Patient?_count=100000");
        Assert.Equal(5, answer.Ids().Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_reference_may_name_this_server(string store)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Send("GET", string.Create(CultureInfo.InvariantCulture, $"Observation?subject={ost.Address}/fhir/Patient/p1"));
        Expectation.Parse("ob1 ob2 ob5").Check("absolute", answer);
    }
}

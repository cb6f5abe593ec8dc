using System.Globalization;
using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>History at three levels (FHIR R4, 3.1.0.9), and the record as it was known at an instant.</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_the_past_is_asked(WritableServers servers)
{
    public static readonly TheoryData<string> Both = Stores.Both;

    public static TheoryData<string, string, string> Wrong => Stores.Table("""
        _since=yesterday | 400 _since
        _at=abc | 400 _at
        _count=many | 400 _count
        _count=-5 | 400 _count
        """);

    /// <summary>Of the histories of a type and of the system; a client must not take for narrowed what is not.</summary>
    public static TheoryData<string, string, string> NotNarrowed => Stores.Table("""
        _history?_type=Starship | 400 _type
        Patient/_history?_type=Basic | 400 _type
        _history?_list=x | 400 _list
        Patient/_history?_sort=_lastUpdated | 400 _sort
        """);

    [Theory, MemberData(nameof(NotNarrowed))]
    public async Task what_a_history_cannot_be_narrowed_by_is_refused(string store, string ask, string expected)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Read(ask);
        Expectation.Parse(expected).Check(ask, answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_history_of_all_can_be_of_some_types_and_its_link_says_what_was_used(string store)
    {
        var ost = await servers.On(store);
        var id = await ThreeVersionsAndGone(ost);
        using var basic = await ost.Send(201, "POST", "Basic", """{"resourceType":"Basic","code":{"text":"x"}}""");
        using var history = await ost.Send(200, "GET", "_history?_type=Patient&_sort=-_lastUpdated&colour=red&_count=4");
        Assert.All(history.Entries, entry => Assert.Contains("/Patient/", entry.GetProperty("fullUrl").GetString(), StringComparison.Ordinal));
        Assert.EndsWith(id, history.Entries[0].GetProperty("fullUrl").GetString(), StringComparison.Ordinal);
        Assert.Contains("_type=Patient", history.Link("self"), StringComparison.Ordinal);
        Assert.DoesNotContain("colour", history.Link("self"), StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task the_history_of_a_resource_is_all_its_versions_newest_first(string store)
    {
        var ost = await servers.On(store);
        var id = await ThreeVersionsAndGone(ost);
        using var history = await ost.Send(200, "GET", $"Patient/{id}/_history");
        Assert.Equal("history", history.Json.GetProperty("type").GetString());
        Assert.Equal(4, history.Json.GetProperty("total").GetInt32());
        Assert.Equal(["DELETE", "PUT", "PUT", "PUT"], history.Entries.Select(entry => entry.GetProperty("request").GetProperty("method").GetString()));
        Assert.False(history.Entries[0].TryGetProperty("resource", out _));
        Assert.Equal(["3", "2", "1"], history.Entries.Skip(1).Select(VersionOf));
        Assert.All(history.Entries, entry =>
        {
            Assert.EndsWith("Patient/" + id, entry.GetProperty("fullUrl").GetString(), StringComparison.Ordinal);
            Assert.True(entry.GetProperty("response").TryGetProperty("status", out _));
            Assert.True(entry.GetProperty("response").TryGetProperty("lastModified", out _));
        });
    }

    [Theory, MemberData(nameof(Both))]
    public async Task in_a_history_what_was_brought_back_was_created_once_more(string store)
    {
        var ost = await servers.On(store);
        var id = await ThreeVersionsAndGone(ost);
        var tag = FhirHttp.NewId("back");
        using var back = await ost.Send(201, "PUT", "Patient/" + id, $$$"""{"resourceType":"Patient","id":"{{{id}}}","meta":{"tag":[{"code":"{{{tag}}}"}]}}""");
        using var next = await ost.Send(200, "PUT", "Patient/" + id, $$$"""{"resourceType":"Patient","id":"{{{id}}}","active":true}""");
        foreach (var path in (string[])[$"Patient/{id}/_history", "Patient/_history?_count=1000", "_history?_count=1000"])
        {
            using var history = await ost.Send(200, "GET", path);
            var statuses = history.Entries.Where(entry => entry.GetProperty("fullUrl").GetString()!.EndsWith(id, StringComparison.Ordinal)).Select(entry => entry.GetProperty("response").GetProperty("status").GetString());
            Assert.Equal(["200", "201", "204", "200", "200", "201"], statuses);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_history_comes_in_pages(string store)
    {
        var ost = await servers.On(store);
        var id = await ThreeVersionsAndGone(ost);
        var methods = new List<string?>();
        var pages = 0;
        for (var next = $"Patient/{id}/_history?_count=2"; next is not null; pages++)
        {
            using var page = await ost.Send(200, "GET", next);
            Assert.True(page.Entries.Count <= 2);
            methods.AddRange(page.Entries.Select(entry => entry.TryGetProperty("resource", out _) ? VersionOf(entry) : "gone"));
            next = page.Link("next");
        }

        Assert.Equal(["gone", "3", "2", "1"], methods);
        Assert.InRange(pages, 2, 3);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task since_leaves_out_what_is_older(string store)
    {
        var ost = await servers.On(store);
        var id = await ThreeVersionsAndGone(ost);
        using var second = await ost.Send(200, "GET", $"Patient/{id}/_history/2");
        var since = second.Json.GetProperty("meta").GetProperty("lastUpdated").GetString();
        using var history = await ost.Send(200, "GET", $"Patient/{id}/_history?_since={Escape(since)}");
        Assert.Equal(["3", "2"], history.Entries.Where(entry => entry.TryGetProperty("resource", out _)).Select(VersionOf));
        using var future = await ost.Send(200, "GET", $"Patient/{id}/_history?_since=2200-01-01T00:00:00Z");
        Assert.Empty(future.Entries);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task at_an_instant_there_is_the_version_of_that_instant(string store)
    {
        var ost = await servers.On(store);
        var id = await ThreeVersionsAndGone(ost);
        using var second = await ost.Send(200, "GET", $"Patient/{id}/_history/2");
        var at = second.Json.GetProperty("meta").GetProperty("lastUpdated").GetString();
        using var history = await ost.Send(200, "GET", $"Patient/{id}/_history?_at={Escape(at)}");
        Assert.Contains("2", history.Entries.Where(entry => entry.TryGetProperty("resource", out _)).Select(VersionOf));
        Assert.DoesNotContain("3", history.Entries.Where(entry => entry.TryGetProperty("resource", out _)).Select(VersionOf));
        using var before = await ost.Send(200, "GET", $"Patient/{id}/_history?_at=2001-01-01T00:00:00Z");
        Assert.Empty(before.Entries);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_histories_of_a_type_and_of_all_hold_the_newest_change_first(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("b");
        using var made = await ost.Send(201, "PUT", "Basic/" + id, $$$"""{"resourceType":"Basic","id":"{{{id}}}","code":{"text":"x"}}""");
        foreach (var path in (string[])["Basic/_history?_count=5", "_history?_count=50"])
        {
            using var history = await ost.Send(200, "GET", path);
            Assert.Equal("history", history.Json.GetProperty("type").GetString());
            Assert.Contains(history.Entries, entry => entry.GetProperty("fullUrl").GetString()!.EndsWith("Basic/" + id, StringComparison.Ordinal));
            var times = history.Entries.Select(entry => entry.GetProperty("response").GetProperty("lastModified").GetDateTimeOffset()).ToList();
            Assert.Equal(times.OrderDescending(), times);
        }

        using var typed = await ost.Send(200, "GET", "Basic/_history");
        Assert.All(typed.Entries, entry => Assert.Contains("/Basic/", entry.GetProperty("fullUrl").GetString(), StringComparison.Ordinal));
        using var future = await ost.Send(200, "GET", "_history?_since=2200-01-01T00:00:00Z");
        Assert.Empty(future.Entries);
    }

    [Theory, MemberData(nameof(Wrong))]
    public async Task a_history_asked_wrongly_is_refused(string store, string ask, string expected)
    {
        var ost = await servers.On(store);
        var id = await ThreeVersionsAndGone(ost);
        foreach (var path in (string[])[$"Patient/{id}/_history?", "Patient/_history?", "_history?"])
        {
            using var answer = await ost.Read(path + ask);
            Expectation.Parse(expected).Check(path + ask, answer);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_read_as_of_an_instant_is_the_version_known_then(string store)
    {
        var ost = await servers.On(store);
        var (id, first, second) = await TwoVersions(ost);
        using var then = await ost.Send(200, "GET", $"Patient/{id}?_asOf={first}");
        Assert.Equal("female", then.Json.GetProperty("gender").GetString());
        using var later = await ost.Send(200, "GET", $"Patient/{id}?_asOf={second}");
        Assert.Equal("male", later.Json.GetProperty("gender").GetString());
        using var before = await ost.Send(404, "GET", $"Patient/{id}?_asOf=2001-01-01T00:00:00Z");
        using var wrong = await ost.Read($"Patient/{id}?_asOf=yesterday");
        Expectation.Parse("400 _asOf").Check("_asOf", wrong);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_search_as_of_an_instant_finds_what_was_known_then(string store)
    {
        var ost = await servers.On(store);
        var (id, first, second) = await TwoVersions(ost);
        using var then = await ost.Send(200, "GET", $"Patient?_id={id}&gender=female&_asOf={first}");
        Assert.Equal([id], then.Ids());
        using var notYet = await ost.Send(200, "GET", $"Patient?_id={id}&gender=male&_asOf={first}");
        Assert.Empty(notYet.Ids());
        using var later = await ost.Send(200, "GET", $"Patient?_id={id}&gender=male&_asOf={second}");
        Assert.Equal([id], later.Ids());
        using var before = await ost.Send(200, "GET", $"Patient?_id={id}&_asOf=2001-01-01T00:00:00Z");
        Assert.Empty(before.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task everything_and_lastn_as_of_an_instant_are_from_what_was_known_then(string store)
    {
        var ost = await servers.On(store);
        var (id, first, _) = await TwoVersions(ost);
        await Task.Delay(20, Token);
        var late = FhirHttp.NewId("o");
        using var made = await ost.Send(201, "PUT", "Observation/" + late, $$$"""
            {"resourceType":"Observation","id":"{{{late}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
             "subject":{"reference":"Patient/{{{id}}}"},"effectiveDateTime":"2026-03-01T08:00:00Z","valueQuantity":{"value":1}}
            """);
        using var now = await ost.Send(200, "GET", $"Patient/{id}/$everything");
        Assert.Contains(late, now.Text, StringComparison.Ordinal);
        using var then = await ost.Send(200, "GET", $"Patient/{id}/$everything?_asOf={first}");
        Assert.DoesNotContain(late, then.Text, StringComparison.Ordinal);
        Assert.Contains("\"female\"", then.Text, StringComparison.Ordinal);
        using var last = await ost.Send(200, "GET", $"Observation/$lastn?patient={id}&_asOf={first}");
        Assert.Empty(last.Ids());
        using var lastNow = await ost.Send(200, "GET", $"Observation/$lastn?patient={id}");
        Assert.Equal([late], lastNow.Ids());
    }

    /// <summary>Female, then male; with an instant at which each was known.</summary>
    private static async Task<(string Id, string First, string Second)> TwoVersions(RunningServer ost)
    {
        var id = FhirHttp.NewId("p");
        var known = new List<string>();
        foreach (var gender in (string[])["female", "male"])
        {
            using var made = await ost.Put("Patient/" + id, $$"""{"resourceType":"Patient","id":"{{id}}","gender":"{{gender}}"}""");
            known.Add(Escape(made.Json.GetProperty("meta").GetProperty("lastUpdated").GetString()));
            await Task.Delay(20, Token);
        }

        return (id, known[0], known[1]);
    }

    private static async Task<string> ThreeVersionsAndGone(RunningServer ost)
    {
        var id = FhirHttp.NewId("p");
        for (var version = 1; version <= 3; version++)
        {
            using var made = await ost.Put("Patient/" + id, string.Create(CultureInfo.InvariantCulture, $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"V{{version}}"}]}"""));
            await Task.Delay(5, Token);
        }

        using var deleted = await ost.Send("DELETE", "Patient/" + id);
        return id;
    }

    private static string? VersionOf(JsonElement entry) => entry.GetProperty("resource").GetProperty("meta").GetProperty("versionId").GetString();

    private static string Escape(string? instant) => Uri.EscapeDataString(instant!);
}

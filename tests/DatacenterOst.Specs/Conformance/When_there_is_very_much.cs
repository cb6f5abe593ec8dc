using System.Diagnostics;
using System.Globalization;
using System.Text;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Servers that hold one small patient and 20,100 results of others.</summary>
public sealed class FullServers(PrivatePostgres postgres) : Servers(postgres)
{
    public const int OfOthers = 20_100;

    public const int OfOne = 20;

    protected override async Task Fill(RunningServer server)
    {
        await FillSmall(server);
        for (var patient = 0; patient < OfOthers / 100; patient++)
            await server.Receive("fhir", Lines($"other{patient}", 100, patient), TestContext.Current.CancellationToken);
    }

    /// <summary>Stores the small patient alone.</summary>
    public static Task FillSmall(RunningServer server) => server.Receive("fhir", Lines("small", OfOne, 0), TestContext.Current.CancellationToken);

    private static string Lines(string patient, int results, int number)
    {
        var lines = new StringBuilder();
        lines.Append(CultureInfo.InvariantCulture, $$"""{"resourceType":"Patient","id":"{{patient}}","identifier":[{"system":"urn:test","value":"{{patient}}"}]}""").Append('\n');
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(number);
        for (var at = 0; at < results; at++)
            lines.Append(CultureInfo.InvariantCulture, $$$"""{"resourceType":"Observation","id":"{{{patient}}}-{{{at}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/{{{patient}}}"},""")
                .Append(CultureInfo.InvariantCulture, $$$"""
                "effectiveDateTime":"{{{start.AddHours(at):yyyy-MM-dd'T'HH:mm:ss'Z'}}}","valueQuantity":{"value":{{{100 + at}}},"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"} }
                """).Append('\n');
        return lines.ToString();
    }
}

/// <summary>What a store of some size does to searches, and what is refused before it takes the server's time or memory.</summary>
public sealed class When_there_is_very_much(FullServers servers, PrivatePostgres postgres) : IClassFixture<FullServers>
{
    /// <summary>What a clinician asks of one patient, most of all.</summary>
    private static readonly string[] Asked =
    [
        "Observation?patient=small&code=http://loinc.org|14682-9&_sort=-date&_count=10",
        "Observation?patient=small&date=ge2026-01-01&_count=5",
        "Observation?patient=small&value-quantity=gt100",
        "Observation?patient=small&_include=Observation:subject",
        "Observation?_id=small-3,small-4&_include=Observation:subject",
        "Observation?patient.identifier=urn:test|small",
        "Patient/small/$everything",
        "Observation/$lastn?patient=small",
        "Patient?_has:Observation:patient:value-quantity=gt118&identifier=urn:test|small",
    ];

    public static readonly TheoryData<string> Both = Stores.Both;

    /// <summary>Less than the fastest machine takes to look into twenty thousand.</summary>
    private static readonly TimeSpan TooShort = TimeSpan.FromMilliseconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Limits => Stores.Table("""
        Observation?_content=nothinglikeit | 422 20000
        Provenance?target:Observation.status=final | 422 5000
        Patient?_has:Observation:performer:status=final | 422 5000
        Patient?_has:Observation:performer:status=final&_id=small | none
        Observation?patient=small&subject:Patient._content=nothinglikeit | none
        Patient?_has:Observation:patient:_content=nothinglikeit | 422 20000
        Patient?_has:Observation:patient:_content=nothinglikeit&_id=small,other1 | none
        Observation?status=final&_count=0 | # 20120
        $meta | 422 20000
        Observation/$meta | 422 20000
        """);

    [Theory, MemberData(nameof(Limits))]
    public async Task what_would_take_too_much_is_refused_with_what_to_do(string store, string ask, string expected)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Read(ask);
        Expectation.Parse(expected).Check(ask, answer);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_search_that_names_a_patient_takes_as_long_as_where_there_is_nobody_else(string store)
    {
        var full = await servers.On(store);
        await using var empty = await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(Token), Token);
        await FullServers.FillSmall(empty);
        foreach (var ask in Asked)
        {
            // By turns, and the shortest of each: what else the machine does meanwhile hits both, and no search is shorter than its work.
            var (among, alone) = (double.MaxValue, double.MaxValue);
            for (var turn = 0; turn < 40; turn++)
                (among, alone) = (Math.Min(among, await Milliseconds(full, ask)), Math.Min(alone, await Milliseconds(empty, ask)));
            Assert.True(among < (alone * 3) + 5, $"{ask}: {alone:F1} ms where there is nobody else, {among:F1} ms with {FullServers.OfOthers} results of others");
        }
    }

    private static async Task<double> Milliseconds(RunningServer ost, string ask)
    {
        var since = Stopwatch.GetTimestamp();
        using var answer = await ost.Send(200, "GET", ask);
        var time = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        Assert.NotEmpty(answer.Ids());
        return time;
    }

    [Theory, MemberData(nameof(Both))]
    public async Task the_newest_of_all_patients_come_in_order_and_in_pages(string store)
    {
        var ost = await servers.On(store);
        foreach (var (sort, isDescending) in ((string, bool)[])[("-date", true), ("date", false)])
        {
            var dates = new List<string>();
            var ids = new HashSet<string>();
            var next = $"Observation?code=14682-9&_sort={sort}&_count=150";
            for (var page = 0; page < 4; page++)
            {
                using var answer = await ost.Send(200, "GET", next);
                dates.AddRange(answer.Entries.Select(entry => entry.GetProperty("resource").GetProperty("effectiveDateTime").GetString()!));
                ids.UnionWith(answer.Ids());
                next = answer.Link("next")!;
            }

            Assert.Equal(600, ids.Count);
            Assert.Equal(isDescending ? dates.OrderDescending(StringComparer.Ordinal) : dates.Order(StringComparer.Ordinal), dates);
            Assert.StartsWith(isDescending ? "2026-01-05T03:03:20" : "2026-01-01T00:00:00", dates[0], StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task all_can_be_sorted_by_what_no_index_orders_and_read_in_pages(string store)
    {
        var ost = await servers.On(store);
        var values = new List<decimal>();
        var ids = new HashSet<string>();
        var next = "Observation?_sort=-value-quantity,_id&_count=150";
        for (var page = 0; page < 4; page++)
        {
            using var answer = await ost.Send(200, "GET", next);
            Assert.Equal(FullServers.OfOthers + FullServers.OfOne, answer.Json.GetProperty("total").GetInt32());
            values.AddRange(answer.Entries.Select(entry => entry.GetProperty("resource").GetProperty("valueQuantity").GetProperty("value").GetDecimal()));
            ids.UnionWith(answer.Ids());
            next = answer.Link("next")!;
        }

        // 201 others have each value from 100 to 199.
        Assert.Equal(600, ids.Count);
        Assert.Equal(Enumerable.Range(0, 600).Select(at => 199m - (at / 201)), values);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_delete_of_more_than_a_thousand_deletes_nothing(string store)
    {
        var ost = await servers.On(store);
        using var refused = await ost.Send("DELETE", "Observation?status=final");
        Expectation.Parse("422 1000").Check("delete of all", refused);
        using var all = await ost.Send(200, "GET", "Observation?_summary=count");
        Assert.Equal(FullServers.OfOthers + FullServers.OfOne, all.Json.GetProperty("total").GetInt32());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_search_that_takes_too_long_is_stopped_and_the_next_is_answered(string store)
    {
        var ost = await servers.On(store);
        await using var hasty = await ost.Beside(settings => settings with { LongestAnswer = TooShort }, Token);
        foreach (var ask in (string[])["Observation?_content=nothinglikeit", "Observation?_sort=value-quantity", "Observation?code:text=nothing", "Patient?_has:Observation:patient:_content=nothinglikeit", "Observation/$meta", "Observation/$lastn?status=final"])
        {
            using var stopped = await hasty.Read(ask);
            Expectation.Parse("422 0.002 time").Check(ask, stopped);
        }

        // Seconds are enough for what is asked as it should be, on the busiest machine.
        await using var patient = await ost.Beside(settings => settings with { LongestAnswer = TimeSpan.FromSeconds(5) }, Token);
        using var answered = await patient.Send(200, "GET", "Observation?patient=small&_count=5");
        Assert.Equal(5, answered.Ids().Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_condition_that_takes_too_long_leads_to_nothing(string store)
    {
        var ost = await servers.On(store);
        await using var hasty = await ost.Beside(settings => settings with { LongestAnswer = TooShort }, Token);
        var tag = FhirHttp.NewId("late");
        var body = $$$"""{"resourceType":"Basic","meta":{"tag":[{"code":"{{{tag}}}"}]},"code":{"text":"x"}}""";
        using var delete = await hasty.Send("DELETE", "Observation?_content=nothinglikeit");
        Expectation.Parse("422 0.002 time").Check("conditional delete", delete);
        using var transaction = await hasty.Post("", Bundle("transaction", $$$"""{"resource":{{{body}}},"request":{"method":"POST","url":"Basic"}}""", """{"request":{"method":"DELETE","url":"Observation?_content=nothinglikeit"}}"""));
        Expectation.Parse("422 0.002 time").Check("transaction", transaction);
        using var found = await ost.Send(200, "GET", "Basic?_tag=" + tag);
        Assert.Empty(found.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_batch_says_which_entries_were_not_done_in_time(string store)
    {
        var ost = await servers.On(store);
        await using var hasty = await ost.Beside(settings => settings with { LongestAnswer = TooShort }, Token);
        var tag = FhirHttp.NewId("batch");
        using var answer = await hasty.Send(200, "POST", "", Bundle(
            "batch", """{"request":{"method":"GET","url":"Observation?_content=nothinglikeit"}}""",
            $$$"""{"resource":{"resourceType":"Basic","meta":{"tag":[{"code":"{{{tag}}}"}]},"code":{"text":"x"}},"request":{"method":"POST","url":"Basic"}}"""));
        var statuses = answer.Entries.Select(entry => entry.GetProperty("response").GetProperty("status").GetString()![..3]).ToList();
        Assert.Equal("422", statuses[0]);
        Assert.Contains(statuses[1], (string[])["201", "422"]);
        using var found = await ost.Send(200, "GET", "Basic?_tag=" + tag);
        Assert.Equal(statuses[1] == "201" ? 1 : 0, found.Ids().Count);
    }

    private static string Bundle(string type, params string[] entries) => $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries)}}]}""";
}

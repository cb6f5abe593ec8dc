using System.Text.Json;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Hooks;
using static DatacenterOst.Specs.CardRecords.RecordingServer;

namespace DatacenterOst.Specs.CardRecords;

/// <summary>CDS Hooks 2.0.1 Feedback; the number of a conformance case stands first in each name. B18 is a matter of client trust.</summary>
public sealed class When_feedback_is_sent(PrivatePostgres postgres)
{
    private const string Stage2 = "70@03-09T08:00 150@03-10T09:00";
    private const string Nobody = "0b1b9f3e-8a39-7a0c-9e31-06a6f9f30001";
    private const string At = "\"outcomeTimestamp\":\"2026-03-10T12:01:00Z\"";

    public static readonly TheoryData<string> Both = Stores.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task B01_an_accepted_suggestion_is_stored_once_and_B15_flagged_where_the_card_has_none_such(string store)
    {
        await using var ost = await Start(store, postgres);
        var card = Card(await ost.Call(Stage2));
        var item = $$"""{"card":"{{card}}","outcome":"accepted","acceptedSuggestions":[{"id":"s1"}],{{At}}}""";
        var first = await ost.Feedback(item);
        Assert.Equal("""{"stored":1,"known":0,"flags":[{"item":0,"flag":"unknown-suggestion"}]}""", first.Text);
        Assert.StartsWith("""{"stored":0,"known":1""", (await ost.Feedback(item)).Text, StringComparison.Ordinal);
        Assert.StartsWith("""{"stored":0,"known":1""", (await ost.Feedback(item.Replace(",", " , ", StringComparison.Ordinal))).Text, StringComparison.Ordinal);
        var kept = Assert.Single((await ost.Get($"/api/answers/{card}")).GetProperty("feedback").EnumerateArray().ToList());
        Assert.Equal(("accepted", card), (kept.GetProperty("outcome").GetString(), kept.GetProperty("card").GetString()));
        Assert.Equal(item, kept.GetProperty("item").GetRawText());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task B02_B03_an_override_needs_no_reason_and_a_reason_no_display(string store)
    {
        await using var ost = await Start(store, postgres);
        var card = Card(await ost.Call(Stage2));
        Assert.Equal("""{"stored":1,"known":0}""", (await ost.Feedback($$"""{"card":"{{card}}","outcome":"overridden",{{At}}}""")).Text);
        Assert.Equal("""{"stored":1,"known":0}""", (await ost.Feedback(
            $$"""{"card":"{{card}}","outcome":"overridden","overrideReason":{"reason":{"code":"x","system":"https://example.org"},"userComment":"fordi æøå"},{{At}}}""")).Text);
    }

    [Theory]
    [InlineData("B05", """ "card":"CARD","outcome":"overridden","overrideReason":{},AT """, "overrideReason")]
    [InlineData("B05", """ "card":"CARD","outcome":"overridden","overrideReason":{"reason":{"code":"x"}},AT """, "overrideReason.reason.system")]
    [InlineData("B06", """ "card":"CARD","outcome":"accepted",AT """, "acceptedSuggestions")]
    [InlineData("B06", """ "card":"CARD","outcome":"accepted","acceptedSuggestions":[],AT """, "acceptedSuggestions")]
    [InlineData("B06", """ "card":"CARD","outcome":"accepted","acceptedSuggestions":[{}],AT """, "acceptedSuggestions.id")]
    [InlineData("B07", """ "card":"CARD","outcome":"ignored",AT """, "outcome")]
    [InlineData("B07", """ "card":"CARD",AT """, "outcome")]
    [InlineData("B09", """ "card":"CARD","outcome":"overridden" """, "outcomeTimestamp")]
    [InlineData("B09", """ "card":"CARD","outcome":"overridden","outcomeTimestamp":"2026-03-10T12:01:00" """, "outcomeTimestamp")]
    [InlineData("B09", """ "card":"CARD","outcome":"overridden","outcomeTimestamp":"2026-03-10T13:01:00+01:00" """, "outcomeTimestamp")]
    [InlineData("B09", """ "card":"CARD","outcome":"overridden","outcomeTimestamp":7 """, "outcomeTimestamp")]
    [InlineData("B01", """ "outcome":"overridden",AT """, "card")]
    [InlineData("B01", """ "card":"not-a-uuid","outcome":"overridden",AT """, "card")]
    public async Task B05_B06_B07_B09_what_is_wrong_is_refused_by_its_place(string rule, string item, string where)
    {
        Assert.NotEmpty(rule);
        await using var ost = await Start("sqlite", postgres);
        var said = item.Replace("CARD", Nobody, StringComparison.Ordinal).Replace("AT", At, StringComparison.Ordinal);
        (await ost.Feedback($"{{{said}}}")).IsRefused(400, $"feedback[0].{where}");
    }

    [Theory]
    [InlineData("2026-03-10T12:01:00Z")]
    [InlineData("2026-03-10T12:01:00.123456Z")]
    [InlineData("2026-03-10T12:01:00.1+00:00")]
    public async Task B09_utc_with_fractions_is_fine(string at)
    {
        await using var ost = await Start("sqlite", postgres);
        Assert.Equal(200, (await ost.Feedback($$"""{"card":"{{Nobody}}","outcome":"overridden","outcomeTimestamp":"{{at}}"}""")).Status);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task B10_an_unknown_card_is_taken_and_flagged(string store)
    {
        await using var ost = await Start(store, postgres);
        var item = $$"""{"card":"{{Nobody}}","outcome":"overridden",{{At}}}""";
        Assert.Equal("""{"stored":1,"known":0,"flags":[{"item":0,"flag":"unknown-card"}]}""", (await ost.Feedback(item)).Text);
        Assert.StartsWith("""{"stored":0,"known":1""", (await ost.Feedback(item)).Text, StringComparison.Ordinal);
        Assert.Equal(1, (await ost.Get("/api/feedback-report?from=2026-03-01")).GetProperty("unknownCards").GetInt32());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task B11_several_items_are_all_stored_or_none(string store)
    {
        await using var ost = await Start(store, postgres);
        var (first, second) = (Card(await ost.Call(Stage2, patient: "a")), Card(await ost.Call(Stage2, patient: "b")));
        string Item(string card, string outcome) => $$"""{"card":"{{card}}","outcome":"{{outcome}}",{{At}}}""";
        var refused = (await ost.Feedback($"{Item(first, "overridden")},{Item(second, "ignored")},{Item(second, "accepted")}")).IsRefused(400, "feedback[1].outcome");
        Assert.Contains("feedback[2].acceptedSuggestions", refused.Text, StringComparison.Ordinal);
        Assert.Empty((await ost.Get($"/api/answers/{first}")).GetProperty("feedback").EnumerateArray());
        Assert.Equal("""{"stored":3,"known":0,"flags":[{"item":2,"flag":"unknown-card"}]}""", (await ost.Feedback($"{Item(first, "overridden")},{Item(second, "overridden")},{Item(Nobody, "overridden")}")).Text);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task B13_what_was_overridden_and_accepted_later_is_kept_in_order(string store)
    {
        await using var ost = await Start(store, postgres);
        var card = Card(await ost.Call(Stage2));
        await ost.Override(card);
        await ost.Feedback($$"""{"card":"{{card}}","outcome":"accepted","acceptedSuggestions":[{"id":"x"}],"outcomeTimestamp":"2026-03-10T12:05:00Z"}""");
        var kept = (await ost.Get($"/api/answers/{card}")).GetProperty("feedback").EnumerateArray().Select(item => item.GetProperty("outcome").GetString());
        Assert.Equal(["overridden", "accepted"], kept);
        var total = (await ost.Get("/api/feedback-report")).GetProperty("total");
        Assert.Equal((1, 0), (total.GetProperty("accepted").GetProperty("count").GetInt32(), total.GetProperty("overridden").GetProperty("count").GetInt32()));
    }

    [Theory]
    [InlineData("""{"feedback":[]}""")]
    [InlineData("{}")]
    [InlineData("""{"feedback":{}}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task B14_nothing_is_no_feedback(string body)
    {
        await using var ost = await Start("sqlite", postgres);
        (await ost.Post("kdigo-aki/feedback", body)).IsRefused(400);
    }

    [Fact]
    public async Task B17_feedback_for_a_service_that_is_not_there_is_404()
    {
        await using var ost = await Start("sqlite", postgres);
        (await ost.Feedback($$"""{"card":"{{Nobody}}","outcome":"overridden",{{At}}}""", "nothing")).IsRefused(404);
    }

    [Fact]
    public async Task B19_extensions_are_ignored_and_kept()
    {
        await using var ost = await Start("sqlite", postgres);
        var card = Card(await ost.Call(Stage2));
        var item = $$"""{"card":"{{card}}","outcome":"overridden","extension":{"com.example.x":[1,{"y":null}]},{{At}}}""";
        Assert.Equal("""{"stored":1,"known":0}""", (await ost.Feedback(item)).Text);
        Assert.Equal(item, (await ost.Get($"/api/answers/{card}")).GetProperty("feedback")[0].GetProperty("item").GetRawText());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task rates_are_told_with_their_intervals_and_the_time_it_took(string store)
    {
        await using var ost = await Start(store, postgres);
        var cards = new List<string>();
        for (var patient = 0; patient < 10; patient++) cards.Add(Card(await ost.Call(Stage2, patient: $"p{patient}")));
        ost.Clock.Set("2026-03-10 12:30");
        await ost.Call(Stage2, patient: "p0");
        await ost.Call("70@03-10T08:00", patient: "q");
        await ost.Call("", patient: "r");
        for (var card = 0; card < 4; card++) await ost.Override(cards[card], $"2026-03-10T12:0{card}:30Z");
        await ost.Feedback($$"""{"card":"{{cards[4]}}","outcome":"accepted","acceptedSuggestions":[{"id":"x"}],"outcomeTimestamp":"2026-03-10T12:00:10Z"}""");

        var report = await ost.Get("/api/feedback-report?service=kdigo-aki&from=2026-03-10&to=2026-03-11");
        var row = Assert.Single(report.GetProperty("by").EnumerateArray().ToList());
        Assert.Equal(("kdigo-aki", "kdigo-aki", "1.0.0", "loopback"), (Text(row, "service"), Text(row, "model"), Text(row, "version"), Text(row, "unit")));
        Assert.Equal((13, 10), (row.GetProperty("answers").GetInt32(), row.GetProperty("cards").GetInt32()));
        Assert.Equal("""{"abstained":2,"repeated":1}""", row.GetProperty("silenced").GetRawText());
        var overridden = row.GetProperty("overridden");
        Assert.Equal((4, 0.4), (overridden.GetProperty("count").GetInt32(), overridden.GetProperty("rate").GetDouble()));
        Assert.Equal((0.1682, 0.6873), (Math.Round(overridden.GetProperty("low").GetDouble(), 4), Math.Round(overridden.GetProperty("high").GetDouble(), 4)));
        Assert.Equal(4, row.GetProperty("overrideReasons").GetProperty("https://example.org/reasons|known").GetInt32());
        Assert.Equal((5, 90), (row.GetProperty("timeToAnswer").GetProperty("count").GetInt32(), row.GetProperty("timeToAnswer").GetProperty("medianSeconds").GetInt32()));
        Assert.Empty((await ost.Get("/api/feedback-report?service=news2")).GetProperty("by").EnumerateArray());
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}

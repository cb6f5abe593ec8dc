using System.Text.Json.Nodes;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using static DatacenterOst.Specs.CardRecords.RecordingServer;

namespace DatacenterOst.Specs.CardRecords;

/// <summary>Silence over time, over HTTP on both stores; kdigo-aki is quiet 24 hours about stage 1, 12 about 2, 4 about 3, and 48 after an override.</summary>
public sealed class When_the_same_was_said_before(PrivatePostgres postgres)
{
    private const string Stage1 = "70@03-09T08:00 110@03-10T08:00";
    private const string Stage2 = "70@03-09T08:00 150@03-10T09:00";
    private const string Stage3 = "70@03-09T08:00 250@03-10T10:00";

    public static readonly TheoryData<string> Both = Stores.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task G03_the_same_band_within_the_quiet_period_gives_no_second_card(string store)
    {
        await using var ost = await Start(store, postgres);
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        ost.Clock.Set("2026-03-10 23:59");
        Assert.Equal("""{"cards":[]}""", (await ost.Call(Stage2)).Text);
        ost.Clock.Set("2026-03-11 00:00");
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task G03_another_user_and_another_patient_have_not_seen_it(string store)
    {
        await using var ost = await Start(store, postgres);
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2, user: "Practitioner/bo")));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2, patient: "p2")));
        Assert.Equal("", Said(await ost.Call(Stage2)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task G03_a_service_may_count_by_patient_whoever_looks(string store)
    {
        await using var ost = await Start(store, postgres, text => text.Replace("  overrideHours: 48", "  per: patient\n  overrideHours: 48", StringComparison.Ordinal));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        Assert.Equal("", Said(await ost.Call(Stage2, user: "Practitioner/bo")));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task G05_a_rise_is_shown_at_once_even_if_silenced_or_overridden(string store)
    {
        await using var ost = await Start(store, postgres);
        var first = await ost.Call(Stage1);
        Assert.Equal("AKI stage 1", Said(first));
        Assert.Equal(200, (await ost.Override(Card(first))).Status);
        Assert.Equal("", Said(await ost.Call(Stage1)));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        Assert.Equal("AKI stage 3", Said(await ost.Call(Stage3)));
        Assert.Equal("", Said(await ost.Call(Stage3)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task G05_a_band_that_fell_and_rose_again_is_a_rise(string store)
    {
        await using var ost = await Start(store, postgres);
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        ost.Clock.Set("2026-03-10 13:00");
        Assert.Equal("AKI stage 1", Said(await ost.Call(Stage1)));
        ost.Clock.Set("2026-03-10 14:00");
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_override_with_a_reason_keeps_it_silent_until_the_time_is_over(string store)
    {
        await using var ost = await Start(store, postgres);
        var card = Card(await ost.Call(Stage2));
        Assert.Equal(200, (await ost.Override(card)).Status);
        ost.Clock.Set("2026-03-11 11:00");
        Assert.Equal("", Said(await ost.Call("70@03-09T08:00 150@03-10T09:00 150@03-11T09:00")));
        var answers = (await ost.Get("/api/answers?patient=p1&service=kdigo-aki")).GetProperty("answers");
        Assert.Equal("overridden", answers[0].GetProperty("said")[0].GetProperty("state").GetString());
        ost.Clock.Set("2026-03-12 12:00");
        Assert.Equal("AKI stage 2", Said(await ost.Call("70@03-09T08:00 150@03-10T09:00 150@03-11T09:00")));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_override_without_a_reason_lasts_no_longer_than_the_quiet_period(string store)
    {
        await using var ost = await Start(store, postgres);
        var card = Card(await ost.Call(Stage2));
        Assert.Equal(200, (await ost.Feedback($$"""{"card":"{{card}}","outcome":"overridden","outcomeTimestamp":"2026-03-10T12:01:00Z"}""")).Status);
        ost.Clock.Set("2026-03-11 00:00");
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task G07_the_same_service_on_another_hook_replaces_and_is_no_repeat(string store)
    {
        await using var ost = await Start(store, postgres, text => text.Replace("hooks: [patient-view]", "hooks: [patient-view, order-sign]", StringComparison.Ordinal));
        var viewed = await ost.Call(Stage2);
        var signed = await ost.Call(Stage2, hook: "order-sign");
        Assert.Equal("AKI stage 2", Said(viewed));
        Assert.Equal("AKI stage 2", Said(signed));
        Assert.NotEqual(Card(viewed), Card(signed));
        Assert.Equal("", Said(await ost.Call(Stage2, hook: "order-sign")));
        await ost.Override(Card(signed));
        ost.Clock.Set("2026-03-11 01:00");
        Assert.Equal("", Said(await ost.Call(Stage2)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_user_is_interrupted_so_often_a_day_and_critical_cards_come_all_the_same(string store)
    {
        await using var ost = await Start(store, postgres, text => text.Replace("PerDay: 50", "PerDay: 2", StringComparison.Ordinal));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2, patient: "a")));
        Assert.Equal("AKI stage 1", Said(await ost.Call(Stage1, patient: "b")));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2, patient: "c")));
        Assert.Equal("", Said(await ost.Call(Stage2, patient: "d")));
        Assert.Equal("AKI stage 3", Said(await ost.Call(Stage3, patient: "e")));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2, user: "Practitioner/bo", patient: "d")));

        // A rise of what was shown is no new interruption.
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2, patient: "b")));
        Assert.Equal(1, (await ost.Get("/api/feedback-report")).GetProperty("total").GetProperty("silenced").GetProperty("over-day").GetInt32());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task R15_the_same_request_again_is_answered_alike_and_counts_once(string store)
    {
        await using var ost = await Start(store, postgres);
        var request = Request(Stage2, instance: "0b1b9f3e-8a39-4a0c-9e31-06a6f9f3a001").ToJsonString();
        var first = await ost.Post("kdigo-aki", request);
        Assert.Equal("AKI stage 2", Said(first));
        Assert.Equal(first.Text, (await ost.Post("kdigo-aki", request)).Text);
        ost.Clock.Set("2026-03-10 12:30");
        var many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ost.Post("kdigo-aki", request)));
        Assert.All(many, again => Assert.Equal(first.Text, again.Text));
        var total = (await ost.Get("/api/feedback-report")).GetProperty("total");
        Assert.Equal((1, 1), (total.GetProperty("answers").GetInt32(), total.GetProperty("cards").GetInt32()));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_call_as_of_an_instant_neither_silences_nor_is_silenced_nor_counts(string store)
    {
        await using var ost = await Start(store, postgres);
        var tried = Request(Stage2);
        tried["extension"] = JsonNode.Parse("""{"dk.datacenter-ost.asOf":"2026-03-10T12:00:00Z"}""");
        Assert.Equal("AKI stage 2", Said(await ost.Post("kdigo-aki", tried.ToJsonString())));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        Assert.Equal("AKI stage 2", Said(await ost.Post("kdigo-aki", tried.ToJsonString())));
        Assert.Equal(1, (await ost.Get("/api/feedback-report")).GetProperty("total").GetProperty("cards").GetInt32());
    }

    [Fact]
    public async Task a_service_that_says_nothing_of_silence_repeats_itself()
    {
        await using var ost = await Start("sqlite", postgres, Without);
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
    }

    private static string Without(string text)
    {
        var lines = text.Split('\n').ToList();
        var at = lines.IndexOf("silence:");
        lines.RemoveRange(at, 4);
        return string.Join('\n', lines);
    }
}

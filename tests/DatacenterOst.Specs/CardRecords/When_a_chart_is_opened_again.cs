using System.Diagnostics;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using Npgsql;
using static DatacenterOst.Specs.CardRecords.RecordingServer;

namespace DatacenterOst.Specs.CardRecords;

/// <summary>Calls that cost next to nothing, and calls that would take too long.</summary>
public sealed class When_a_chart_is_opened_again(PrivatePostgres postgres)
{
    private const string Stage2 = "70@03-09T08:00 150@03-10T09:00";

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task Q06_the_same_data_is_not_worked_out_again_and_is_kept_and_counted_once(string store)
    {
        await using var ost = await Start(store, postgres, text => text.Replace("silence:\n  quietHours: { critical: 4, warning: 12, info: 24 }\n  overrideHours: 48\n  maxInterruptivePerUserPerDay: 50\n", "", StringComparison.Ordinal));
        var first = await ost.Call(Stage2);
        for (var again = 0; again < 5; again++) Assert.Equal(first.Text, (await ost.Call(Stage2)).Text);
        Assert.Equal(1, await Answers(ost));

        // Five minutes later it is another answer.
        ost.Clock.Set("2026-03-10 12:05");
        Assert.NotEqual(Card(first), Card(await ost.Call(Stage2)));
        Assert.Equal(2, await Answers(ost));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Q06_what_is_held_back_is_not_worked_out_again_either_and_is_said_when_its_time_is_over(string store)
    {
        await using var ost = await Start(store, postgres);
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        ost.Clock.Set("2026-03-10 12:06");
        Assert.Equal("", Said(await ost.Call(Stage2)));
        Assert.Equal(2, await Answers(ost));
        ost.Clock.Set("2026-03-10 12:08");
        Assert.Equal("", Said(await ost.Call(Stage2)));
        Assert.Equal(2, await Answers(ost));

        // Held back again two minutes before the quiet twelve hours are over: memory lasts no longer than those.
        ost.Clock.Set("2026-03-10 23:58");
        Assert.Equal("", Said(await ost.Call(Stage2)));
        ost.Clock.Set("2026-03-11 00:01");
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Q06_a_new_observation_is_seen_at_once(string store)
    {
        await using var ost = await Start(store, postgres);
        Assert.Equal("AKI stage 2", Said(await ost.Call(Stage2)));
        Assert.Equal("", Said(await ost.Call(Stage2)));
        Assert.Equal("AKI stage 3", Said(await ost.Call(Stage2 + " 250@03-10T11:00")));
        Assert.Equal(2, await Answers(ost));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Q06_data_from_the_store_are_read_whenever_they_are_asked_about(string store)
    {
        await using var ost = await Start(store, postgres);
        await Receive(ost, Observation("c1", "p9", "70", "2026-03-09T08:00:00Z"), Observation("c2", "p9", "150", "2026-03-10T09:00:00Z"));
        Assert.Equal("AKI stage 2", Said(await ost.Post("kdigo-aki", FromStore())));
        await Receive(ost, Observation("c3", "p9", "250", "2026-03-10T11:00:00Z"));
        Assert.Equal("AKI stage 3", Said(await ost.Post("kdigo-aki", FromStore())));
    }

    [Fact]
    public async Task Q03_what_is_not_ready_in_time_is_left_out_recorded_and_there_for_the_next_call()
    {
        var connection = await postgres.NewDatabase(Token);
        await using var ost = await OnPostgres(connection, 300);
        await Receive(ost, Observation("c1", "p9", "70", "2026-03-09T08:00:00Z"), Observation("c2", "p9", "150", "2026-03-10T09:00:00Z"));
        await using (var other = new NpgsqlConnection(connection + ";Pooling=false"))
        {
            await other.OpenAsync(Token);
            await using var holding = await other.BeginTransactionAsync(Token);
            await using var hold = new NpgsqlCommand("lock table fact in access exclusive mode", other, holding);
            await hold.ExecuteNonQueryAsync(Token);
            var began = Stopwatch.GetTimestamp();
            var late = await ost.Post("kdigo-aki", FromStore());
            Assert.Equal("""{"cards":[]}""", late.Text);
            Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.29, 8);
        }

        var total = (await ost.Get("/api/feedback-report")).GetProperty("total");
        Assert.Equal("""{"over-budget":1}""", total.GetProperty("silenced").GetRawText());
        for (var attempt = 0; attempt < 20; attempt++)
        {
            if (Said(await ost.Post("kdigo-aki", FromStore())) == "AKI stage 2") return;
        }

        Assert.Fail("The card never came.");
    }

    private static async Task<int> Answers(RecordingServer ost) => (await ost.Get("/api/answers?_count=200")).GetProperty("answers").GetArrayLength();

    private static string FromStore()
    {
        var request = Request("", patient: "p9");
        request.Remove("prefetch");
        return request.ToJsonString();
    }

    private static Task<DatacenterOst.Store.IntakeSummary> Receive(RecordingServer ost, params JsonNode[] resources)
    {
        var lines = string.Concat(resources.Select(resource => resource.ToJsonString() + "\n"));
        return ost.Centre.Ingest(
            ost.Centre.Profile("fhir"), [new Sources.SourceFile("spec", () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(lines)))], null, Token);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using static DatacenterOst.Specs.CardRecords.RecordingServer;

namespace DatacenterOst.Specs.CardRecords;

/// <summary>The record of an answer, and the answer again from it.</summary>
public sealed class When_an_answer_is_replayed(PrivatePostgres postgres)
{
    private const string Stage2 = "70@03-09T08:00 150@03-10T09:00";

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task G09_the_record_says_who_asked_about_whom_what_was_used_and_what_was_said(string store)
    {
        await using var ost = await Start(store, postgres);
        var reply = await ost.Call(Stage2, instance: "0b1b9f3e-8a39-4a0c-9e31-06a6f9f3a001");
        var answer = await ost.Get($"/api/answers/{Card(reply)}");
        var record = answer.GetProperty("record");
        Assert.Equal(
            ["kdigo-aki", "patient-view", "0b1b9f3e-8a39-4a0c-9e31-06a6f9f3a001", "loopback", "p1", Anna, "en"],
            new[] { "service", "hook", "hookInstance", "client", "patient", "user", "language" }.Select(name => record.GetProperty(name).GetString()));
        Assert.Equal(64, record.GetProperty("model").GetProperty("hash").GetString()!.Length);
        Assert.Equal(64, record.GetProperty("content").GetString()!.Length);
        Assert.Equal(["70", "150"], record.GetProperty("inputs").GetProperty("facts").EnumerateArray().Select(fact => fact[1].GetString()));
        Assert.Equal(reply.Text, record.GetProperty("answer").GetRawText());
        Assert.False(answer.GetProperty("answer").GetProperty("isLinked").GetBoolean());
        Assert.Equal("shown", answer.GetProperty("answer").GetProperty("said")[0].GetProperty("state").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task it_gives_itself_to_the_byte_by_run_and_by_card(string store)
    {
        await using var ost = await Start(store, postgres);
        var reply = await ost.Call(Stage2);
        var run = reply.Cards[0].GetProperty("extension").GetProperty("dk.datacenter-ost.estimate").GetProperty("run").GetString();
        foreach (var id in (string[])[Card(reply), run!])
        {
            var replay = await ost.Get($"/api/answers/{id}/replay");
            Assert.True(replay.GetProperty("isSame").GetBoolean(), replay.GetRawText());
            Assert.Equal(reply.Text, replay.GetProperty("answer").GetRawText());
            Assert.True(replay.GetProperty("today").GetProperty("isSame").GetBoolean(), replay.GetRawText());
        }

        await ost.Call(Stage2);
        var silent = (await ost.Get("/api/answers?patient=p1")).GetProperty("answers")[0].GetProperty("run").GetString();
        Assert.True((await ost.Get($"/api/answers/{silent}/replay")).GetProperty("isSame").GetBoolean());
    }

    [Fact]
    public async Task every_record_of_random_prefetches_replays_to_itself()
    {
        await using var ost = await Start("sqlite", postgres);
        var values = Gen.Zip(Gen.Choose(20, 900), Gen.Choose(0, 30 * 24)).ListOf();
        var asked = 0;
        foreach (var sample in Gen.Sample(values, 60, 8))
        {
            // Hours back from the clock; two samples of one hour are two results.
            var creatinine = string.Join(' ', sample.Select(value => string.Create(
                CultureInfo.InvariantCulture, $"{value.Item1 / 1.5m:0.##}@{ost.Clock.GetUtcNow().AddHours(-value.Item2):MM-dd'T'HH:mm}")));
            var reply = await ost.Call(creatinine, patient: $"p{asked++}");
            var run = (await ost.Get($"/api/answers?patient=p{asked - 1}")).GetProperty("answers")[0].GetProperty("run").GetString();
            var replay = await ost.Get($"/api/answers/{run}/replay");
            Assert.True(replay.GetProperty("isSame").GetBoolean(), creatinine + replay.GetRawText());
            Assert.Equal(reply.Text, replay.GetProperty("answer").GetRawText());
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_came_late_and_what_was_corrected_since_is_said(string store)
    {
        await using var ost = await Start(store, postgres);
        await Store(ost, Observation("c1", "p9", "70", "2026-03-09T08:00:00Z"), Observation("c2", "p9", "150", "2026-03-10T09:00:00Z"));
        var reply = await ost.Post("kdigo-aki", FromStore("p9"));
        Assert.Equal("AKI stage 2", Said(reply));
        ost.Clock.Set("2026-03-11 12:00");
        var corrected = Observation("c2", "p9", "250", "2026-03-10T09:00:00Z");
        (corrected["status"], corrected["issued"]) = ("corrected", "2026-03-11T10:00:00Z");
        await Store(ost, corrected, Observation("c3", "p9", "60", "2026-03-08T09:00:00Z"));

        var replay = await ost.Get($"/api/answers/{Card(reply)}/replay");
        Assert.True(replay.GetProperty("isSame").GetBoolean(), replay.GetRawText());
        var today = replay.GetProperty("today");
        Assert.False(today.GetProperty("isSame").GetBoolean());
        Assert.Equal(["added  60 umol/L", "changed 150 umol/L 250 umol/L"], today.GetProperty("inputs").EnumerateArray().Select(input =>
            $"{input.GetProperty("change").GetString()} {input.GetProperty("recorded").GetString()} {input.GetProperty("now").GetString()}"));
        Assert.Equal((2, 3), (today.GetProperty("recordedScore").GetInt32(), today.GetProperty("score").GetInt32()));
        Assert.StartsWith("AKI stage 3", today.GetProperty("answer").GetProperty("cards")[0].GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task content_that_has_changed_is_said_and_the_recorded_card_shown()
    {
        var before = await Start("sqlite", postgres, text => text);
        var reply = await before.Call(Stage2);
        await using var ost = await before.Restart(text => text.Replace("AKI stage 2: creatinine", "Kidney injury 2: creatinine", StringComparison.Ordinal));
        var replay = await ost.Get($"/api/answers/{Card(reply)}/replay");
        Assert.False(replay.GetProperty("isSame").GetBoolean());
        Assert.Contains("has changed", replay.GetProperty("why")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(reply.Text, replay.GetProperty("answer").GetRawText());
        Assert.StartsWith("Kidney injury 2", replay.GetProperty("today").GetProperty("answer").GetProperty("cards")[0].GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_command_line_replays_and_reports()
    {
        var before = await Start("sqlite", postgres);
        var card = Card(await before.Call(Stage2));
        var dost = Dost.OnSqlite(before.Data);
        var replay = await dost.Run(["hook", "replay", card], Token);
        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Contains("the same to the byte", replay.Output, StringComparison.Ordinal);
        Assert.Contains("AKI stage 2", replay.Output, StringComparison.Ordinal);
        var json = await dost.Run(["hook", "replay", card, "--json"], Token);
        Assert.True(JsonDocument.Parse(json.Output).RootElement.GetProperty("isSame").GetBoolean());
        var report = await dost.Run(["hook", "report", "--from", "2026-03-01", "--to", "2026-04-01"], Token);
        Assert.Contains("kdigo-aki", report.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await dost.Run(["hook", "replay", "0b1b9f3e-8a39-7a0c-9e31-06a6f9f30001"], Token)).ExitCode);
        await before.DisposeAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task answers_are_listed_by_patient_service_and_time_in_pages(string store)
    {
        await using var ost = await Start(store, postgres);
        for (var hour = 10; hour < 15; hour++)
        {
            ost.Clock.Set($"2026-03-10 {hour}:00");
            await ost.Call(Stage2);
            await ost.Call(Stage2, patient: "p2");
        }

        var first = await ost.Get("/api/answers?patient=p1&_count=3");
        var next = await ost.Get($"/api/answers?patient=p1&_count=3&before={first.GetProperty("next").GetString()}");
        Assert.Equal([14, 13, 12, 11, 10], Hours(first).Concat(Hours(next)));
        Assert.Equal(JsonValueKind.Null, next.GetProperty("next").ValueKind);
        Assert.Equal([12, 12, 11, 11], Hours(await ost.Get("/api/answers?service=kdigo-aki&from=2026-03-10T11:00:00Z&to=2026-03-10T13:00:00Z")));
        Assert.Empty(Hours(await ost.Get("/api/answers?service=news2")));
        (await HookReply.Of(await ost.Http.GetAsync("/api/answers?_count=201", Token), Token)).IsRefused(400);
        (await HookReply.Of(await ost.Http.GetAsync("/api/answers/0b1b9f3e-8a39-7a0c-9e31-06a6f9f30001", Token), Token)).IsRefused(404);
        (await HookReply.Of(await ost.Http.GetAsync("/api/answers/x", Token), Token)).IsRefused(400);
    }

    [Fact]
    public async Task what_cannot_be_recorded_is_not_shown()
    {
        await using var ost = await Start("sqlite", postgres);
        await ost.Call(Stage2);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(ost.Data, "dost.db")};Pooling=false"))
        {
            await connection.OpenAsync(Token);
            await using var drop = connection.CreateCommand();
            drop.CommandText = "alter table answer rename to gone";
            await drop.ExecuteNonQueryAsync(Token);
        }

        var refused = (await ost.Call(Stage2, patient: "p2")).IsRefused(503);
        Assert.NotNull(refused.Http.Headers.RetryAfter);
    }

    private static IEnumerable<int> Hours(JsonElement page) => page.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("askedAt").GetDateTimeOffset().Hour);

    private static string FromStore(string patient)
    {
        var request = Request("", patient: patient);
        request.Remove("prefetch");
        return request.ToJsonString();
    }

    private static Task<DatacenterOst.Store.IntakeSummary> Store(RecordingServer ost, params JsonNode[] resources)
    {
        var lines = string.Concat(resources.Select(resource => resource.ToJsonString() + "\n"));
        return ost.Centre.Ingest(
            ost.Centre.Profile("fhir"), [new Sources.SourceFile("spec", () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(lines)))], null, Token);
    }
}

using System.Globalization;
using System.Text.Json;
using DatacenterOst.Specs.Conformance;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using Npgsql;

namespace DatacenterOst.Specs.Concurrency;

/// <summary>Writers who race lose nothing, and a transaction is whole or not there at all, on both stores.</summary>
public sealed class When_many_write_at_once(PrivatePostgres postgres)
{
    private const int Writers = 64;

    public static readonly TheoryData<string> Both = Stores.Both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task sixty_four_writers_with_If_Match_lose_no_update(string store)
    {
        await using var ost = await Start(store);
        using var made = await ost.Send(201, "PUT", "Basic/counter", """{"resourceType":"Basic","id":"counter","code":{"text":"writers"}}""");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => AddName(ost, writer)));
        using var read = await ost.Send(200, "GET", "Basic/counter");
        var names = read.Json.GetProperty("identifier").EnumerateArray().Select(identifier => identifier.GetProperty("value").GetString()).ToList();
        Assert.Equal(Enumerable.Range(0, Writers).Select(Name).Order(), names.Order());
        Assert.Equal((Writers + 1).ToString(CultureInfo.InvariantCulture), read.Json.GetProperty("meta").GetProperty("versionId").GetString());
        using var history = await ost.Send(200, "GET", "Basic/counter/_history?_count=1000");
        Assert.Equal(Writers + 1, history.Entries.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task sixty_four_writers_without_If_Match_make_sixty_four_versions(string store)
    {
        await using var ost = await Start(store);
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => ost.Put("Basic/shared", $$$"""{"resourceType":"Basic","id":"shared","code":{"text":"{{{writer}}}"}}""")));
        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.Equal(Writers - 1, answers.Count(answer => answer.Status == 200));
        Assert.Equal(Writers, answers.Select(answer => answer.Header("ETag")).Distinct().Count());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_transaction_that_fails_at_its_last_entry_leaves_nothing(string store)
    {
        await using var ost = await Start(store);
        var entries = Enumerable.Range(0, 99).Select(i =>
            $$$"""{"resource":{"resourceType":"Observation","id":"o{{{i}}}","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/late"}},"request":{"method":"PUT","url":"Observation/o{{{i}}}"}}""");
        using var existing = await ost.Send(201, "PUT", "Patient/there", """{"resourceType":"Patient","id":"there"}""");
        using var answer = await ost.Post("", Bundle([.. entries, """{"resource":{"resourceType":"Patient","id":"late"},"request":{"method":"PUT","url":"Patient/late"}}""", """{"resource":{"resourceType":"Patient","id":"there"},"request":{"method":"PUT","url":"Patient/there","ifMatch":"W/\"9\""}}"""]));
        Assert.InRange(answer.Status, 400, 499);
        foreach (var type in (string[])["Observation", "Patient"])
        {
            using var left = await ost.Send(200, "GET", type);
            Assert.Equal(type == "Patient" ? ["there"] : [], left.Ids());
        }

        using var patient = await ost.Send(404, "GET", "Patient/late");
        using var history = await ost.Send(200, "GET", "_history");
        Assert.Single(history.Entries);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task transactions_that_touch_the_same_resources_in_another_order_all_end(string store)
    {
        await using var ost = await Start(store);
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
        {
            string[] ids = ["a", "b", "c", "d"];
            if (i % 2 == 1)
                Array.Reverse(ids);
            return ost.Post("", Bundle([.. ids.Select(id => $$$"""{"resource":{"resourceType":"Basic","id":"{{{id}}}","code":{"text":"{{{i}}}"}},"request":{"method":"PUT","url":"Basic/{{{id}}}"}}""")]));
        }));
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 409, answer.ToString()));
        var texts = new HashSet<string?>();
        foreach (var id in (string[])["a", "b", "c", "d"])
        {
            using var read = await ost.Send(200, "GET", "Basic/" + id);
            texts.Add(read.Json.GetProperty("code").GetProperty("text").GetString());
        }

        Assert.Single(texts);
    }

    [Fact]
    public async Task who_is_second_each_time_is_told_so_and_takes_nobody_along()
    {
        var database = await postgres.NewDatabase(Token);
        await using var ost = await RunningServer.Start(database, Token);
        // As if another process wrote the same row before every try.
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync(Token);
            await using var clash = new NpgsqlCommand("create unique index clash on resource ((1)) where id like 'clash%'", connection);
            await clash.ExecuteNonQueryAsync(Token);
        }

        using var first = await ost.Send(201, "PUT", "Basic/clash-1", Basic("clash-1"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => ost.Put($"Basic/{(writer == 8 ? "clash-2" : Name(writer))}", Basic(writer == 8 ? "clash-2" : Name(writer)))));
        Expectation.Parse("409 another").Check("the second of two", answers[8]);
        Assert.Equal(15, answers.Count(answer => answer.Status == 201));
        using var transaction = await ost.Post("", Bundle([.. ((string[])["with-it", "clash-3"]).Select(id => $$$"""{"resource":{{{Basic(id)}}},"request":{"method":"PUT","url":"Basic/{{{id}}}"}}""")]));
        Expectation.Parse("409 another").Check("a transaction that is second", transaction);
        using var left = await ost.Send(404, "GET", "Basic/with-it");
    }

    private static string Basic(string id) => $$$"""{"resourceType":"Basic","id":"{{{id}}}","code":{"text":"x"}}""";

    /// <summary>Reads, adds its own name, and writes with If-Match until that is accepted.</summary>
    private static async Task AddName(RunningServer ost, int writer)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            using var read = await ost.Send(200, "GET", "Basic/counter");
            var names = read.Json.TryGetProperty("identifier", out var identifiers) ? identifiers.EnumerateArray().Select(identifier => identifier.GetProperty("value").GetString()!) : [];
            var values = JsonSerializer.Serialize(names.Append(Name(writer)).Select(value => new { value }));
            using var written = await ost.Put("Basic/counter", $$$"""{"resourceType":"Basic","id":"counter","code":{"text":"writers"},"identifier":{{{values}}}}""", "If-Match", read.Header("ETag"));
            if (written.Status == 200)
                return;
            Assert.True(written.Status is 412 or 409, written.ToString());
        }
    }

    private static string Name(int writer) => "writer-" + writer.ToString(CultureInfo.InvariantCulture);

    private static string Bundle(string[] entries) => $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""";

    private async Task<RunningServer> Start(string store)
        => await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(Token), Token);
}

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.ClientTrust;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Faults;

/// <summary>
/// PostgreSQL crashes and comes back while charts are opened and results are stored. Every answer meanwhile is the right one or says when
/// to ask again, and what was acknowledged is there afterwards.
/// </summary>
public sealed class When_the_database_restarts
{
    private const int Crashes = 2;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(1.5);

    private readonly ConcurrentBag<(string What, HttpStatusCode Status)> answers = [];
    private readonly ConcurrentBag<string> acknowledged = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task every_answer_is_the_right_one_or_says_when_to_ask_again()
    {
        await using var postgres = new PrivatePostgres();
        await using var server = await TrustedServer.Start(await postgres.NewDatabase(Token), null, Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var usual = SameCards.Alike((await Hook(server)).Cards);
        var load = Enumerable.Range(0, 4).Select(_ => OpenCharts(server, usual, stop.Token)).Append(StoreResults(server, stop.Token)).ToList();
        for (var crash = 0; crash < Crashes; crash++)
        {
            await Task.Delay(500, Token);
            await postgres.Crash(Token);
            await Task.Delay(Away, Token);
            await postgres.Recover(Token);
            await Again(server);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.NotEmpty(acknowledged);
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        foreach (var id in acknowledged)
            Assert.Equal(HttpStatusCode.OK, (await server.Running.Http.GetAsync("/fhir/Observation/" + id, Token)).StatusCode);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", answers.CountBy(answer => answer).Select(pair => $"{pair.Key.What} {(int)pair.Key.Status}: {pair.Value}")));
    }

    /// <summary>Charts, with a token each: the guard, the reading and the record need the store.</summary>
    private async Task OpenCharts(TrustedServer server, string usual, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            // Well below what the client is registered for.
            await Task.Delay(100, Token);
            var reply = await Hook(server);
            answers.Add(("hook", reply.Http.StatusCode));
            if (reply.Status == 200) Assert.Equal(usual, SameCards.Alike(reply.Cards));
            else SaysWhenToAskAgain(reply.Http, reply.ToString());
        }
    }

    private async Task StoreResults(TrustedServer server, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            using var content = new StringContent("""{"resourceType":"Observation","status":"final","code":{"text":"x"}}""", Encoding.UTF8, "application/fhir+json");
            using var answer = await server.Running.Http.PostAsync("/fhir/Observation", content, Token);
            answers.Add(("create", answer.StatusCode));
            var text = await answer.Content.ReadAsStringAsync(Token);
            if (answer.StatusCode == HttpStatusCode.Created) acknowledged.Add(JsonNode.Parse(text)!["id"]!.GetValue<string>());
            else SaysWhenToAskAgain(answer, text);
        }
    }

    private static void SaysWhenToAskAgain(HttpResponseMessage answer, string text)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{(int)answer.StatusCode} {text}");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    /// <summary>Within seconds after the database is back, all goes on by itself.</summary>
    private static async Task Again(TrustedServer server)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if ((await Hook(server)).Status == 200) return;
            await Task.Delay(100, Token);
        }

        Assert.Fail("The database is back for ten seconds, and charts are not answered.");
    }

    private static async Task<HookReply> Hook(TrustedServer server)
    {
        var body = HookCalls.Example();
        body["hookInstance"] = Guid.NewGuid().ToString();
        body["context"]!["userId"] = "Practitioner/" + Guid.NewGuid().ToString("N")[..8];
        using var request = new HttpRequestMessage(HttpMethod.Post, TrustedServer.Service) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + server.Ehr.Token(server.Url(TrustedServer.Service)));
        request.Headers.AcceptLanguage.ParseAdd("en");
        return await HookReply.Of(await server.Running.Http.SendAsync(request, Token), Token);
    }
}

using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using DatacenterOst.Store;
using DatacenterOst.Store.Clients;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>A used token stays used: for other processes on the same store, and after a restart.</summary>
public sealed class When_a_token_is_shown_twice(PrivatePostgres postgres)
{
    private const string Public = "http://127.0.0.1:9";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task J18_a_second_node_and_a_restarted_one_refuse_what_the_first_has_taken(StoreProvider provider)
    {
        using var folder = new TemporaryFolder();
        using var ehr = new Ehr("western");
        var dost = new Dost(new Dictionary<string, string>
        {
            ["Data"] = folder.Path,
            ["Cds__PublicUrl"] = Public,
            ["Store__Provider"] = provider.ToString(),
            ["Store__ConnectionString"] = provider == StoreProvider.PostgreSql ? await postgres.NewDatabase(Token) : "",
        });
        await Register(dost, ehr, folder.Path);
        var (first, third) = (ehr.Token(Public + "/cds-services"), ehr.Token(Public + "/cds-services"));
        string written;
        await using (var one = await ServeProcess.Start(dost, ServeProcess.FreePort(), ServeProcess.FreePort(), Token))
        await using (var two = await ServeProcess.Start(dost, ServeProcess.FreePort(), ServeProcess.FreePort(), Token))
        {
            Assert.Equal(200, await Call(one, first));
            Assert.Equal(401, await Call(two, first));
            Assert.Equal(200, await Call(two, third));
            Assert.Equal(401, await Call(one, third));
            await one.Kill(Token);
            await two.Kill(Token);
            written = one.Written + two.Written;
        }

        await using var again = await ServeProcess.Start(dost, ServeProcess.FreePort(), ServeProcess.FreePort(), Token);
        Assert.Equal(401, await Call(again, first));
        Assert.Equal(401, await Call(again, third));
        Assert.Equal(200, await Call(again, ehr.Token(Public + "/cds-services")));

        // What another process registers or takes back counts here within a second or two.
        Assert.Equal(401, await Call(again, null));
        Assert.Equal(0, (await dost.Run(["client", "remove", "western"], Token)).ExitCode);
        for (var attempt = 0; attempt < 50 && await Call(again, null) == 401; attempt++)
            await Task.Delay(100, Token);
        Assert.Equal(200, await Call(again, null));

        // The reason is in the log, by its code; nothing of the token is.
        Assert.Contains("A token was refused: replayed. Client: western.", written, StringComparison.Ordinal);
        foreach (var part in (string[])[.. first.Split('.'), .. third.Split('.')])
            Assert.DoesNotContain(part[..Math.Min(part.Length, 40)], written + again.Written, StringComparison.Ordinal);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task J18_of_two_nodes_that_see_it_at_once_one_takes_it(StoreProvider provider)
    {
        await using var store = await TestStore.Open(provider, postgres);
        await using var other = await StoreDatabase.Open(store.Settings, store.Clock, Token);
        using var here = new SeenTokens(store.Database);
        using var there = new SeenTokens(other);
        var until = store.Clock.GetUtcNow().AddMinutes(5);
        for (var round = 0; round < 20; round++)
        {
            var taken = await Task.WhenAll(Enumerable.Range(0, 30).SelectMany(token => (Task<bool>[])
            [
                here.IsNew("iss", $"{round}-{token}", until, Token), there.IsNew("iss", $"{round}-{token}", until, Token), here.IsNew("iss", $"{round}-{token}", until, Token),
            ]));
            Assert.Equal(30, taken.Count(isNew => isNew));
        }

        Assert.True(await here.IsNew("another issuer", "1-1", until, Token));
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task what_nobody_takes_any_more_is_forgotten_a_piece_at_a_time(StoreProvider provider)
    {
        await using var store = await TestStore.Open(provider, postgres);
        using var seen = new SeenTokens(store.Database);
        var soon = store.Clock.GetUtcNow().AddMinutes(1);
        await Task.WhenAll(Enumerable.Range(0, 2_500).Select(token => seen.IsNew("iss", $"old-{token}", soon, Token)));
        Assert.True(await seen.IsNew("iss", "young", soon.AddMinutes(50), Token));
        Assert.Equal(0, await seen.Prune(10, Token));
        store.Clock.Set("2026-03-10 12:30");
        Assert.Equal(1_000, await seen.Prune(1, Token));
        Assert.Equal(1_500, await seen.Prune(10, Token));
        Assert.False(await seen.IsNew("iss", "young", soon.AddMinutes(50), Token));
        Assert.True(await seen.IsNew("iss", "old-7", soon, Token));
    }

    private static async Task<int> Call(ServeProcess server, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var answer = await server.Http.SendAsync(request, Token);
        return (int)answer.StatusCode;
    }

    private static async Task Register(Dost dost, Ehr ehr, string folder)
    {
        var file = Path.Combine(folder, "western.json");
        await File.WriteAllTextAsync(file, ehr.Registration().ToJsonString(), Encoding.UTF8, Token);
        var run = await dost.Run(["client", "add", file], Token);
        Assert.True(run.ExitCode == 0, run.ToString());
    }
}

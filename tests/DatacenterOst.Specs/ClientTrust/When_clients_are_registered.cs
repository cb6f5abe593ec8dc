using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;
using DatacenterOst.Store;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>Registration by file, by API and by command line: each counts without a restart, and a mistake takes nobody's place.</summary>
public sealed class When_clients_are_registered(PrivatePostgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_file_counts_within_seconds_and_a_broken_one_leaves_what_was_there()
    {
        await using var ost = await RunningServer.Start(null, Token);
        using var ehr = new Ehr("western");
        using var next = new Ehr("western");
        Assert.Equal(200, await Discovery(ost, null));
        var file = ClientFolder.Write(ost.Centre, "western", ClientFolder.Yaml(ehr));
        Assert.Equal(200, await Until(ost, () => ehr.Token(ost.Address + "/cds-services"), 200, before: () => Discovery(ost, null)));

        ClientFolder.Write(ost.Centre, "western", ClientFolder.Yaml(next).Replace("issuer:", "isuer:", StringComparison.Ordinal));
        await Becomes(async () => (await ost.Get("/api/cds-clients", Token)).GetProperty("refused").GetArrayLength() == 1);
        var refused = (await ost.Get("/api/cds-clients", Token)).GetProperty("refused")[0];
        Assert.Contains("unknown key 'isuer'", refused.GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(200, await Discovery(ost, ehr.Token(ost.Address + "/cds-services")));

        ClientFolder.Write(ost.Centre, "western", ClientFolder.Yaml(next));
        await Becomes(async () => await Discovery(ost, next.Token(ost.Address + "/cds-services")) == 200);
        Assert.Equal(401, await Discovery(ost, ehr.Token(ost.Address + "/cds-services")));

        File.Delete(file);
        await Becomes(async () => await Discovery(ost, null) == 200);
    }

    [Theory, InlineData(StoreProvider.Sqlite), InlineData(StoreProvider.PostgreSql)]
    public async Task the_API_registers_changes_and_removes_and_keeps_who_did_it_when(StoreProvider provider)
    {
        await using var ost = await TrustedServer.Start(provider == StoreProvider.Sqlite ? null : await postgres.NewDatabase(Token), null, Token);
        using var ehr = new Ehr("eastern");
        Assert.Equal(200, (await ost.Register(ehr.Registration(), Token)).Status);
        await ost.IsAnswered(ehr.Token(ost.Url("/cds-services")), Token);

        var changed = ehr.Registration();
        changed["services"] = new JsonArray("news2");
        changed["rate"] = new JsonObject { ["perSecond"] = 10, ["burst"] = 20 };
        Assert.Equal(200, (await ost.Register(changed, Token)).Status);
        await Deleted(ost, "eastern", 204);
        TrustedServer.IsBare(await ost.Call("/cds-services", ehr.Token(ost.Url("/cds-services")), Token));
        await Deleted(ost, "eastern", 404);
        var history = await ost.Running.Get("/api/cds-clients/eastern", Token);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, history.GetProperty("client").ValueKind);
        var changes = history.GetProperty("changes").EnumerateArray().ToList();
        Assert.Equal(3, changes.Count);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, changes[0].GetProperty("document").ValueKind);
        Assert.Equal("news2", changes[1].GetProperty("document").GetProperty("services")[0].GetString());
        Assert.All(changes, change => Assert.Equal("loopback", change.GetProperty("by").GetString()));
        Assert.Equal(changes.Select(change => change.GetProperty("at").GetDateTimeOffset()).OrderDescending(), changes.Select(change => change.GetProperty("at").GetDateTimeOffset()));
    }

    [Theory]
    [InlineData("""{"id":"x"}""", "'name' is missing")]
    [InlineData("""{"id":"x"}""", "'issuer' is missing")]
    [InlineData("""{"id":"x"}""", "no key to verify")]
    [InlineData("""{"id":"other"}""", "id in the address")]
    [InlineData("""{"id":"x","colour":"red"}""", "unknown key 'colour'")]
    [InlineData("""{"id":"x","tenants":"t"}""", "'tenants' has a value of another kind")]
    [InlineData("""{"id":"x","algorithms":["HS256"]}""", "symmetric ones and none are forbidden")]
    [InlineData("""{"id":"x","jku":["http://keys.example.org/jwks"]}""", "absolute https address")]
    [InlineData("""{"id":"x","origins":["*"]}""", "never *")]
    [InlineData("""{"id":"x","certificates":["12"]}""", "64 hexadecimal digits")]
    [InlineData("""{"id":"x","jwks":{"keys":[{"kty":"EC","kid":"1","crv":"P-384","x":"AA","y":"AA","d":"AA"}]}}""", "private or shared key")]
    [InlineData("""{"id":"x","jwks":{"keys":[{"kty":"EC","kid":"1","crv":"P-384","x":"AA","y":"AA"}]}}""", "x and y of 48 bytes")]
    [InlineData("""{"id":"x","profile":"2.1"}""", "1.0, 2.0, 3.0 or epic")]
    [InlineData("""[]""", "not a JSON object of a registration")]
    [InlineData("""nothing""", "not a JSON object of a registration")]
    public async Task the_API_says_everything_that_is_wrong_with_a_registration(string registration, string reason)
    {
        await using var ost = await RunningServer.Start(null, Token);
        using var content = new StringContent(registration, Encoding.UTF8, "application/json");
        (await HookReply.Of(await ost.Http.PutAsync("/api/cds-clients/x", content, Token), Token)).IsRefused(400, reason);
        Assert.Equal(200, await Discovery(ost, null));
    }

    [Fact]
    public async Task two_that_could_be_taken_for_each_other_are_not_registered_beside_each_other()
    {
        await using var ost = await TrustedServer.Start(null, null, Token);
        using var same = new Ehr("second") { Issuer = ost.Ehr.Issuer };
        (await ost.Register(same.Registration(), Token)).IsRefused(409, "'tenants'");
        using var eastern = new Ehr("eastern");
        ClientFolder.Write(ost.Running.Centre, "eastern", ClientFolder.Yaml(eastern));
        await Becomes(async () => (await ost.Running.Get("/api/cds-clients", Token)).GetProperty("serving").GetArrayLength() == 3);
        (await ost.Register(eastern.Registration(), Token)).IsRefused(409, "registered in");
        await Deleted(ost, "eastern", 409);
        await ost.IsAnswered(eastern.Token(ost.Url("/cds-services")), Token);
    }

    [Fact]
    public async Task the_command_line_checks_adds_lists_and_removes()
    {
        using var folder = new TemporaryFolder();
        using var ehr = new Ehr("western");
        var dost = Dost.OnSqlite(folder.Path);
        var file = Path.Combine(folder.Path, "western.yaml");
        await File.WriteAllTextAsync(file, ClientFolder.Yaml(ehr, "profile: epic"), Token);
        Says(await dost.Run(["client", "check", file], Token), 0, "western");
        Says(await dost.Run(["client", "add", file], Token), 0, "western is registered");
        Says(await dost.Run(["client", "list"], Token), 0, ehr.Issuer);
        Says(await dost.Run(["client", "list", "--json"], Token), 0, "\"place\":\"store\"");
        Says(await dost.Run(["doctor"], Token), 0, "CDS client western");
        Says(await dost.Run(["client", "remove", "western"], Token), 0, "no longer registered");
        Says(await dost.Run(["client", "remove", "western"], Token), 2, "no client of that id");
        Says(await dost.Run(["client", "list"], Token), 0, "No client is registered");

        await File.WriteAllTextAsync(file, "id: western\nkeys: 7", Token);
        Says(await dost.Run(["client", "check", folder.Path], Token), 1, "unknown key 'keys'");
        Says(await dost.Run(["client", "add", file], Token), 1, "unknown key 'keys'");
        Directory.CreateDirectory(Path.Combine(folder.Path, "clients"));
        File.Move(file, Path.Combine(folder.Path, "clients", "western.yaml"));
        Says(await dost.Run(["doctor"], Token), 1, "unknown key 'keys'");
    }

    private static void Says(DostRun run, int exitCode, string text)
    {
        Assert.True(run.ExitCode == exitCode, run.ToString());
        Assert.Contains(text, (run.Output + run.Errors).ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private static async Task Deleted(TrustedServer ost, string id, int status)
    {
        using var answer = await ost.Running.Http.DeleteAsync("/api/cds-clients/" + id, Token);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private static async Task<int> Until(RunningServer ost, Func<string> token, int status, Func<Task<int>> before)
    {
        await Becomes(async () => await before() == 401);
        var answer = await Discovery(ost, token());
        Assert.Equal(status, answer);
        return answer;
    }

    private static async Task Becomes(Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (await holds())
                return;
            await Task.Delay(100, Token);
        }

        Assert.Fail("It did not come to hold within ten seconds.");
    }

    private static async Task<int> Discovery(RunningServer ost, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var answer = await ost.Http.SendAsync(request, Token);
        return (int)answer.StatusCode;
    }
}

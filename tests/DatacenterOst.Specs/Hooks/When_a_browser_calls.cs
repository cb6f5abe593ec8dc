using System.Net;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using Npgsql;

namespace DatacenterOst.Specs.Hooks;

/// <summary>CORS, headers, and a client that goes away; the number of a conformance case stands first in each name.</summary>
public sealed class When_a_browser_calls(RunningHooks hooks, PrivatePostgres postgres) : IClassFixture<RunningHooks>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningServer Ost => hooks.Server;

    [Theory]
    [InlineData("/cds-services")]
    [InlineData("/cds-services/kdigo-aki")]
    public async Task X01_X02_X06_a_preflight_from_this_machine_is_allowed_without_a_token(string path)
    {
        using var answer = await Preflight(path, "http://localhost:8080");
        Assert.InRange((int)answer.StatusCode, 200, 204);
        Assert.Equal("http://localhost:8080", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("authorization", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("content-type", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("POST", Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Origin", Header(answer, "Vary"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example.org")]
    [InlineData("null")]
    public async Task X03_X05_another_origin_gets_nothing(string origin)
    {
        using var preflight = await Preflight("/cds-services/kdigo-aki", origin);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        using var plain = await Ost.Http.SendAsync(request, Token);
        foreach (var answer in (HttpResponseMessage[])[preflight, plain])
        {
            Assert.Equal("", Header(answer, "Access-Control-Allow-Origin"));
            Assert.Equal("", Header(answer, "Access-Control-Allow-Credentials"));
        }
    }

    [Fact]
    public async Task X05_X06_an_answer_is_for_its_origin_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        request.Headers.TryAddWithoutValidation("Origin", "http://127.0.0.1:9000");
        using var answer = await Ost.Http.SendAsync(request, Token);
        Assert.Equal("http://127.0.0.1:9000", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("Origin", Header(answer, "Vary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task X10_cards_are_neither_sniffed_nor_kept()
    {
        var reply = await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        Assert.Equal("nosniff", Header(reply.Http, "X-Content-Type-Options"));
        Assert.Equal("no-store", Header(reply.Http, "Cache-Control"));
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/cds-services/none/other")]
    public async Task H01_an_address_that_is_not_there_says_so_as_an_outcome(string path)
        => (await HookReply.Of(await Ost.Http.GetAsync(path, Token), Token)).IsRefused(404);

    [Fact]
    public async Task H02_what_is_missing_is_named()
        => (await HookCalls.Post(Ost, "cmv-surveillance", """{"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{"userId":"Practitioner/1","patientId":"nobody"}}""", Token))
            .IsRefused(412, "cmv (not supplied)");

    /// <summary>A lock keeps the query waiting; when the client has gone, so has the query, though the lock is still held.</summary>
    [Fact]
    public async Task Q05_when_the_client_goes_away_the_work_is_cancelled()
    {
        var connectionString = await postgres.NewDatabase(Token);
        await using var own = await RunningServer.Start(connectionString, Token);
        await own.Receive("fhir", """{"resourceType":"Patient","id":"anna"}""" + "\n", Token);
        await using var locks = new NpgsqlConnection(connectionString + ";Pooling=false");
        await locks.OpenAsync(Token);
        await using var transaction = await locks.BeginTransactionAsync(Token);
        await using (var take = new NpgsqlCommand("lock table fact in access exclusive mode", locks, transaction))
            await take.ExecuteNonQueryAsync(Token);

        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = own.Call(HookCalls.Aki, "anna", null, null, "en", impatient.Token);
        Assert.True(await Becomes(locks, transaction, waiting: 1), "the hook did not read the store");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(await Becomes(locks, transaction, waiting: 0), "the query goes on although nobody waits for it");
    }

    private static async Task<bool> Becomes(NpgsqlConnection connection, NpgsqlTransaction transaction, long waiting)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            await using var count = new NpgsqlCommand("select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())", connection, transaction);
            if ((long)(await count.ExecuteScalarAsync(Token))! == waiting)
                return true;
            await Task.Delay(50, Token);
        }

        return false;
    }

    private Task<HttpResponseMessage> Preflight(string path, string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,content-type");
        return Ost.Http.SendAsync(request, Token);
    }

    private static string Header(HttpResponseMessage answer, string name)
        => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}

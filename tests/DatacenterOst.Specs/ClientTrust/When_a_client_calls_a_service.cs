using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>What a client's registration says of its calls: which services, which language, how strictly, how often, and whose patients.</summary>
public sealed class When_a_client_calls_a_service
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task it_hears_of_the_services_it_may_call_and_of_no_others()
    {
        await using var ost = await With(registration => registration["services"] = new JsonArray("kdigo-aki"));
        var services = (await ost.Call(TrustedServer.Discovery, Signed(ost, TrustedServer.Discovery), Token)).Json.GetProperty("services").EnumerateArray();
        Assert.All(services, service => Assert.Equal("kdigo-aki", service.GetProperty("id").GetString()));
        Assert.Equal(200, (await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token)).Status);
        (await ost.Call("/cds-services/news2", Signed(ost, "/cds-services/news2"), Token)).IsRefused(404);
    }

    [Fact]
    public async Task it_reads_its_own_language_unless_it_asks_for_another()
    {
        await using var ost = await With(registration => registration["language"] = "en");
        var reply = await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token, request => request.Headers.AcceptLanguage.Clear());
        var english = await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token);
        var danish = await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token, request =>
        {
            request.Headers.AcceptLanguage.Clear();
            request.Headers.AcceptLanguage.ParseAdd("da");
        });
        Assert.Equal(Summary(english), Summary(reply));
        Assert.NotEqual(Summary(english), Summary(danish));
    }

    [Theory, InlineData("strict", 400), InlineData("lenient", 200)]
    public async Task a_lenient_registration_overlooks_what_a_strict_one_does_not(string strictness, int status)
    {
        await using var ost = await With(registration => registration["strictness"] = strictness);
        var reply = await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token, request => request.Content = Body("hookInstance", "\"not a UUID\""));
        Assert.True(reply.Status == status, reply.ToString());
    }

    [Theory]
    [InlineData(true, "http://fhir.example.org", 400), InlineData(true, "http://127.0.0.1:8080/fhir", 400), InlineData(true, "https://fhir.example.org", 200)]
    [InlineData(false, "http://127.0.0.1:8080/fhir", 200)]
    public async Task R11_in_production_the_FHIR_server_is_https(bool production, string fhirServer, int status)
    {
        await using var ost = await With(_ => { }, new ServerStart { With = settings => settings with { Production = production } });
        var reply = await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token, request => request.Content = Body("fhirServer", $"\"{fhirServer}\""));
        Assert.True(reply.Status == status, reply.ToString());
    }

    /// <summary>The same id may be somebody else at this client; only a client whose ids are ours is answered from our store.</summary>
    [Theory, InlineData(false, 412), InlineData(true, 200)]
    public async Task its_patients_are_those_of_our_store_only_where_it_is_registered_so(bool usesOwnStore, int status)
    {
        await using var ost = await With(registration => registration["usesOwnStore"] = usesOwnStore);
        await ost.Running.Receive("fhir", """{"resourceType":"Patient","id":"anna","birthDate":"1961-05-04","gender":"female"}""" + "\n", Token);
        var reply = await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token, request => request.Content = new StringContent(
            """{"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{"userId":"Practitioner/1","patientId":"anna"}}""",
            System.Text.Encoding.UTF8, "application/json"));
        Assert.True(reply.Status == status, reply.ToString());
    }

    [Fact]
    public async Task beyond_its_rate_it_is_told_when_to_come_again_and_its_token_is_not_used_up()
    {
        await using var ost = await With(registration => registration["rate"] = new JsonObject { ["perSecond"] = 1, ["burst"] = 5 });
        var replies = new List<HookReply>();
        var last = "";
        for (var call = 0; call < 8; call++)
            replies.Add(await ost.Call(TrustedServer.Discovery, last = Signed(ost, TrustedServer.Discovery), Token));
        Assert.InRange(replies.Count(reply => reply.Status == 200), 5, 7);
        var told = replies.FindAll(reply => reply.Status != 200);
        Assert.All(told, reply => Assert.Equal(TimeSpan.FromSeconds(1), reply.IsRefused(429, "throttled").Http.Headers.RetryAfter!.Delta));
        Assert.Equal(200, (await ost.Call(TrustedServer.Discovery, ost.Regional.Token(ost.Url(TrustedServer.Discovery), claims: claims => claims["tenant"] = "north"), Token)).Status);
        await Task.Delay(1_200, Token);
        Assert.Equal(told.Count == 0 ? 401 : 200, (await ost.Call(TrustedServer.Discovery, last, Token)).Status);
    }

    [Fact]
    public async Task H05_a_thousand_hooks_of_a_client_are_each_answered_or_told_when_to_come_again()
    {
        await using var ost = await With(registration => registration["rate"] = new JsonObject { ["perSecond"] = 10_000, ["burst"] = 10_000 });
        var tokens = Enumerable.Range(0, 1_000).Select(_ => Signed(ost, TrustedServer.Service, "RS384")).ToList();
        var replies = await Task.WhenAll(tokens.Select(token => ost.Call(TrustedServer.Service, token, Token)));
        var answered = replies.Count(reply => reply.Status == 200);
        Assert.True(answered > 0, "Nobody was answered.");
        Assert.All(replies.Where(reply => reply.Status != 200), reply =>
        {
            reply.IsRefused((int)HttpStatusCode.ServiceUnavailable);
            Assert.InRange(reply.Http.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answered} answered, {1_000 - answered} told to come again"));
        Assert.Equal(200, (await ost.Call(TrustedServer.Service, Signed(ost, TrustedServer.Service), Token)).Status);
    }

    private static async Task<TrustedServer> With(Action<JsonObject> change, ServerStart? start = null)
    {
        var ost = await TrustedServer.Start(null, start, Token);
        var registration = ost.Ehr.Registration();
        change(registration);
        var reply = await ost.Register(registration, Token);
        Assert.True(reply.Status == 200, reply.ToString());
        return ost;
    }

    private static string Signed(TrustedServer ost, string path, string algorithm = "ES384") => ost.Ehr.Token(ost.Url(path), algorithm);

    private static StringContent Body(string path, string json) => new(HookCalls.With(path, json), System.Text.Encoding.UTF8, "application/json");

    private static string Summary(HookReply reply) => reply.Cards[0].GetProperty("summary").GetString()!;
}

using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>CORS for the pages of registered clients, and the headers of every answer.</summary>
public sealed class When_a_browser_of_a_client_calls : IAsyncLifetime
{
    private const string Origin = "https://ehr.western.example.org";

    private readonly Ehr ehr = new("western");
    private RunningServer? running;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningServer Ost => running!;

    public async ValueTask InitializeAsync()
        => running = await RunningServer.Start(null, Token, start: new ServerStart
        {
            Prepare = centre => ClientFolder.Write(centre, "western", ClientFolder.Yaml(ehr, $"origins: [\"{Origin}\"]")),
        });

    public async ValueTask DisposeAsync()
    {
        await Ost.DisposeAsync();
        ehr.Dispose();
    }

    [Theory, InlineData("/cds-services"), InlineData("/cds-services/kdigo-aki"), InlineData("/cds-services/kdigo-aki/feedback")]
    public async Task X01_X02_X05_X06_a_preflight_of_a_registered_origin_is_allowed_without_a_token(string path)
    {
        using var answer = await Send(HttpMethod.Options, path, Origin, null);
        Assert.InRange((int)answer.StatusCode, 200, 204);
        Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("authorization", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("content-type", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Contains("Origin", Header(answer, "Vary"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example.org"), InlineData("http://ehr.western.example.org"), InlineData("https://ehr.western.example.org:8443"), InlineData("null"), InlineData("*")]
    [InlineData("https://ehr.western.example.org.evil.example.org"), InlineData("https://x.ehr.western.example.org")]
    public async Task X03_X05_X06_an_origin_that_is_not_on_the_list_gets_nothing(string origin)
    {
        using var preflight = await Send(HttpMethod.Options, "/cds-services/kdigo-aki", origin, null);
        using var plain = await Send(HttpMethod.Get, "/cds-services", origin, ehr.Token(Ost.Address + "/cds-services"));
        foreach (var answer in (HttpResponseMessage[])[preflight, plain])
        {
            Assert.Equal("", Header(answer, "Access-Control-Allow-Origin"));
            Assert.Equal("", Header(answer, "Access-Control-Allow-Credentials"));
        }

        Assert.Contains("Origin", Header(plain, "Vary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task X01_X06_the_call_itself_and_its_refusal_may_be_read_by_the_page()
    {
        using var good = await Send(HttpMethod.Get, "/cds-services", Origin, ehr.Token(Ost.Address + "/cds-services"));
        using var bad = await Send(HttpMethod.Get, "/cds-services", Origin, null);
        using var none = await Send(HttpMethod.Get, "/cds-services", null, ehr.Token(Ost.Address + "/cds-services"));
        Assert.Equal((200, 401, 200), ((int)good.StatusCode, (int)bad.StatusCode, (int)none.StatusCode));
        Assert.Equal(Origin, Header(good, "Access-Control-Allow-Origin"));
        Assert.Equal(Origin, Header(bad, "Access-Control-Allow-Origin"));
        foreach (var answer in (HttpResponseMessage[])[good, bad, none])
            Assert.Contains("Origin", Header(answer, "Vary"), StringComparison.Ordinal);
    }

    /// <summary>A page of a client may call the CDS service; it may not read a patient's record from the machine that it is opened on.</summary>
    [Theory, InlineData("/fhir/metadata"), InlineData("/api/cds-clients"), InlineData("/")]
    public async Task X03_beside_the_CDS_service_a_registered_origin_is_like_any_other(string path)
    {
        using var answer = await Send(HttpMethod.Get, path, Origin, null);
        Assert.Equal("", Header(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task X10_every_answer_is_as_it_says_and_cards_are_not_kept()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cds-services/kdigo-aki")
        {
            Content = new StringContent(HookCalls.Example().ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ehr.Token(Ost.Address + "/cds-services/kdigo-aki"));
        using var cards = await Ost.Http.SendAsync(request, Token);
        using var refused = await Send(HttpMethod.Get, "/cds-services", null, null);
        Assert.Equal((200, 401), ((int)cards.StatusCode, (int)refused.StatusCode));
        foreach (var answer in (HttpResponseMessage[])[cards, refused])
        {
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Equal("no-store", Header(answer, "Cache-Control"));
        }
    }

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, string? origin, string? token)
    {
        var request = new HttpRequestMessage(method, path);
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,content-type");
        }

        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return Ost.Http.SendAsync(request, Token);
    }

    private static string Header(HttpResponseMessage answer, string name)
        => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}

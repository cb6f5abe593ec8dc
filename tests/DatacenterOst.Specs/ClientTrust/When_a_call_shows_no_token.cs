using System.Diagnostics;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.ClientTrust;

/// <summary>Where tokens are asked for, and what a call without a good one learns: nothing.</summary>
public sealed class When_a_call_shows_no_token(TrustedServer ost) : IClassFixture<TrustedServer>
{
    private const string Feedback = "/cds-services/kdigo-aki/feedback";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, InlineData(TrustedServer.Discovery), InlineData(TrustedServer.Service), InlineData(Feedback), InlineData("/cds-services/none"), InlineData("/CDS-Services/kdigo-aki"), InlineData("/cds-services/")]
    public async Task D18_J22_J25_without_a_header_discovery_service_and_feedback_answer_a_bare_401(string path)
        => TrustedServer.IsBare(await ost.Call(path, null, Token));

    [Theory, InlineData("Basic dXNlcjpwYXNz"), InlineData("Bearer"), InlineData("Bearer "), InlineData("Token x"), InlineData("Bearer a b"), InlineData("Bearer ..")]
    public async Task J22_another_header_is_no_token(string header)
        => TrustedServer.IsBare(await ost.Call(TrustedServer.Discovery, null, Token, request => request.Headers.TryAddWithoutValidation("Authorization", header)));

    [Fact]
    public async Task J22_two_headers_are_no_token()
        => TrustedServer.IsBare(await ost.Call(TrustedServer.Discovery, null, Token, request =>
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ost.Ehr.Token(ost.Url(TrustedServer.Discovery)));
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + ost.Ehr.Token(ost.Url(TrustedServer.Discovery)));
        }));

    [Fact]
    public async Task J22_the_scheme_is_written_in_any_case()
    {
        var token = ost.Ehr.Token(ost.Url(TrustedServer.Discovery));
        Assert.Equal(200, (await ost.Call(TrustedServer.Discovery, null, Token, request => request.Headers.TryAddWithoutValidation("Authorization", "bearer  " + token))).Status);
    }

    [Fact]
    public async Task J25_B18_with_a_token_each_of_them_lets_in()
    {
        await ost.IsAnswered(ost.Ehr.Token(ost.Url(TrustedServer.Discovery)), Token);
        await ost.IsAnswered(ost.Ehr.Token(ost.Url(TrustedServer.Service)), Token, TrustedServer.Service);
        Assert.NotEqual(401, (await ost.Call(Feedback, ost.Ehr.Token(ost.Url(Feedback)), Token)).Status);
        Assert.NotEqual(401, (await ost.Call(Feedback, ost.Ehr.Token(ost.Url(TrustedServer.Service)), Token)).Status);
        TrustedServer.IsBare(await ost.Call(Feedback, ost.Ehr.Token(ost.Url(TrustedServer.Discovery)), Token));
    }

    /// <summary>A dozen reasons from all stages of the check; the answers are alike to the byte, apart from the date, and none is quick.</summary>
    [Fact]
    public async Task J23_every_failure_looks_the_same_and_takes_the_same_time()
    {
        var here = ost.Url(TrustedServer.Discovery);
        var used = ost.Ehr.Token(here);
        Assert.Equal(200, (await ost.Call(TrustedServer.Discovery, used, Token)).Status);
        Func<string?>[] failures =
        [
            () => null, () => "x", () => "a.b.c", () => used,
            () => ost.Ehr.Token(here, header: header => header["typ"] = "x"),
            () => ost.Ehr.Token(here, header: header => header["alg"] = "none"),
            () => ost.Ehr.Token(here, header: header => header["kid"] = "x"),
            () => ost.Ehr.Token(here, header: header => header["jku"] = "https://x"),
            () => ost.Ehr.Token(here, claims: claims => claims["iss"] = "x"),
            () => ost.Ehr.Token(here, claims: claims => claims["exp"] = 1),
            () => ost.Ehr.Token("x"),
            () => ost.Ehr.Token(here)[..^8] + "AAAAAAAA",
            () => ost.Ehr.Token(here, "RS384")[..^8] + "AAAAAAAA",
            () => ost.Regional.Token(here),
        ];
        var medians = new List<double>();
        var looks = new HashSet<string>(StringComparer.Ordinal);
        foreach (var failure in failures)
        {
            var times = new List<double>();
            for (var attempt = 0; attempt < 9; attempt++)
            {
                var token = failure();
                var began = Stopwatch.GetTimestamp();
                var reply = await ost.Call(TrustedServer.Discovery, token, Token);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                TrustedServer.IsBare(reply);
                looks.Add(string.Join('\n', reply.Http.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}")));
            }

            medians.Add(times.Order().ElementAt(times.Count / 2));
        }

        Assert.Single(looks);
        Assert.True(medians.Min() > 20, "The quickest refusal came sooner than the rest.");
        Assert.True(medians.Max() - medians.Min() < 60, $"Refusals take from {medians.Min()} to {medians.Max()} ms.");
    }

    [Fact]
    public async Task without_any_registration_this_machine_calls_without_a_token()
    {
        await using var open = await RunningServer.Start(null, Token);
        Assert.Equal(200, (await HookReply.Of(await open.Http.GetAsync("/cds-services", Token), Token)).Status);
        Assert.Equal(1, (await HookCalls.Post(open, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token)).Cards.GetArrayLength());
    }

    [Fact]
    public async Task without_any_registration_a_proxy_on_this_machine_is_not_this_machine()
    {
        await using var open = await RunningServer.Start(null, Token);
        foreach (var (path, status) in ((string, int)[])[("/cds-services", 401), ("/fhir/metadata", 403), ("/api/models", 403), ("/", 403), ("/health/live", 403)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", "198.51.100.7");
            using var answer = await open.Http.SendAsync(request, Token);
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    /// <summary>The only registration is broken: that is a mistake to mend, not an open door.</summary>
    [Fact]
    public async Task a_registration_that_does_not_hold_opens_nothing()
    {
        await using var closed = await RunningServer.Start(null, Token, start: new ServerStart { Prepare = centre => ClientFolder.Write(centre, "broken", "id: broken") });
        TrustedServer.IsBare(await HookReply.Of(await closed.Http.GetAsync("/cds-services", Token), Token));
    }

    [Fact]
    public async Task this_machine_may_be_let_in_without_a_token_but_not_with_a_bad_one()
    {
        await using var own = await TrustedServer.Start(null, new ServerStart { With = settings => settings with { LoopbackWithoutToken = true } }, Token);
        Assert.Equal(200, (await own.Call(TrustedServer.Service, null, Token)).Status);
        TrustedServer.IsBare(await own.Call(TrustedServer.Service, "x", Token));
        TrustedServer.IsBare(await own.Call(TrustedServer.Service, null, Token, request => request.Headers.TryAddWithoutValidation("X-Forwarded-For", "198.51.100.7")));
    }

    [Fact]
    public async Task the_servers_own_pages_call_without_a_token_and_no_page_beside_them()
    {
        using var browser = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = new Uri(ost.Running.Address) };
        using var page = await browser.GetAsync("/", Token);
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/cds-services", cookie, StringComparison.OrdinalIgnoreCase);
        var brought = cookie.Split(';')[0];
        Assert.Equal(200, await Status(browser, brought));
        Assert.Equal(401, await Status(browser, brought[..^1] + (brought[^1] == '0' ? '1' : '0')));
        Assert.Equal(401, await Status(browser, brought, "198.51.100.7"));
        using var script = await browser.GetAsync("/page.js", Token);
        Assert.False(script.Headers.Contains("Set-Cookie"));
    }

    private static async Task<int> Status(HttpClient browser, string cookie, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        if (forwardedFor is not null)
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        using var answer = await browser.SendAsync(request, Token);
        return (int)answer.StatusCode;
    }
}

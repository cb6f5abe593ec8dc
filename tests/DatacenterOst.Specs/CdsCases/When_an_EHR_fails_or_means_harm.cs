using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using DatacenterOst.Cards;
using DatacenterOst.Cards.Ehr;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;
using Microsoft.AspNetCore.Http;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>A FHIR server that is slow, dead, wrong or malicious: never a wrong card, always an answer that the client can use.</summary>
public sealed class When_an_EHR_fails_or_means_harm
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":{\"resourceType\":\"Obser")]
    [InlineData("{\"resourceType\":\"Bundle\",\"resourceType\":\"Bundle\"}")]
    [InlineData("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"id\":\"x\"}}]}")]
    [InlineData("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"security\"}]}")]
    [InlineData("{\"resourceType\":\"Observation\",\"id\":\"x\"}")]
    public async Task F13_what_is_no_search_result_is_missing(string body) => await Refused(http => FakeEhr.Text(http, body));

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(204)]
    public async Task F13_an_error_of_the_EHR_is_missing_data(int status) => await Refused(http => FakeEhr.Status(http, status));

    [Fact]
    public async Task F13_a_server_that_hangs_costs_no_more_than_the_time_it_may_take()
    {
        var began = Stopwatch.GetTimestamp();
        await Refused(async http => await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted));
        Assert.InRange(Stopwatch.GetElapsedTime(began), EhrReading.MaxTime / 2, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task F13_a_dead_server_is_missing_data()
    {
        var ehr = await FakeEhr.Honest(Token);
        var address = ehr.Base;
        await ehr.DisposeAsync();
        await using var ost = await RunningServer.Start(null, Token, start: ServerStart.For(ClientProfile.Loopback with { FhirServers = [address] }));
        (await EhrCalls.Post(ost, EhrCalls.Without(address, EhrCalls.Scope, "creatinine"), Token)).IsRefused(412, "creatinine");
    }

    [Fact]
    public async Task F13_an_answer_without_an_end_is_cut_off()
    {
        var began = Stopwatch.GetTimestamp();
        await Refused(async http =>
        {
            var blank = new byte[256 * 1024];
            Array.Fill(blank, (byte)' ');
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(blank, http.RequestAborted);
        });
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task F11_a_redirect_is_not_followed_with_the_token()
    {
        await using var elsewhere = await FakeEhr.Honest(Token);
        await Refused(http =>
        {
            http.Response.Redirect(elsewhere.Base + "/Observation");
            return Task.CompletedTask;
        });
        await Refused(http =>
        {
            http.Response.Redirect("http://169.254.169.254/latest/meta-data/");
            return Task.CompletedTask;
        });
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task F11_a_next_page_on_another_host_is_not_fetched_and_the_part_is_not_taken_for_the_whole()
    {
        await using var elsewhere = await FakeEhr.Honest(Token);
        await Refused(http => FakeEhr.Json(http, Page(elsewhere.Base + "?page=2")));
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task P10_pages_without_an_end_are_read_up_to_a_limit_and_missed()
    {
        var page = 0;
        var calls = await Refused(http => FakeEhr.Json(http, Page($"http://{http.Request.Host}/fhir?page={++page}")));
        Assert.InRange(calls, 2, 10);
    }

    [Fact]
    public async Task P15_data_of_another_patient_never_become_a_card()
    {
        await using var ehr = await FakeEhr.Start(
            http =>
            {
                var bundle = HookCalls.Example()["prefetch"]!["creatinine"]!.DeepClone();
                foreach (var entry in bundle["entry"]!.AsArray()) entry!["resource"]!["subject"]!["reference"] = "Patient/CANARY";
                return FakeEhr.Json(http, bundle);
            }, Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        var reply = await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine"), Token);
        Assert.Equal("""{"cards":[]}""", reply.Text);
    }

    [Fact]
    public async Task P14_another_Patient_than_the_one_asked_for_is_left_out_and_the_card_says_what_is_missing()
    {
        await using var ehr = await FakeEhr.Start(http => FakeEhr.Text(http, """{"resourceType":"Patient","id":"CANARY","name":[{"family":"CANARY"}],"birthDate":"2026-02-01"}"""), Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        var reply = await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, EhrCalls.Scope, "patient"), Token);
        var card = Assert.Single(reply.Cards.EnumerateArray().ToList());
        Assert.Contains("**Not supplied:** age", card.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("169.254.169.254", "ehr.example.org", false)]
    [InlineData("169.254.169.254", "169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", "ehr.example.org", false)]
    [InlineData("fe80::1", "ehr.example.org", false)]
    [InlineData("fd00:ec2::254", "ehr.example.org", false)]
    [InlineData("0.0.0.0", "ehr.example.org", false)]
    [InlineData("127.0.0.1", "ehr.example.org", false)]
    [InlineData("::1", "ehr.example.org", false)]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("10.1.2.3", "ehr.example.org", true)]
    [InlineData("8.8.8.8", "ehr.example.org", true)]
    public void F10_a_name_never_leads_to_an_address_that_it_should_not(string address, string host, bool allowed) =>
        Assert.Equal(allowed, EhrConnections.IsAllowed(IPAddress.Parse(address), host));

    private static JsonObject Page(string next)
    {
        var page = HookCalls.Example()["prefetch"]!["creatinine"]!.DeepClone().AsObject();
        page["link"] = new JsonArray(new JsonObject { ["relation"] = "next", ["url"] = next });
        return page;
    }

    private static async Task<int> Refused(Func<HttpContext, Task> answer)
    {
        await using var ehr = await FakeEhr.Start(answer, Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        (await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine"), Token)).IsRefused(412, "creatinine");
        Assert.NotEmpty(ehr.Calls);
        return ehr.Calls.Count;
    }
}

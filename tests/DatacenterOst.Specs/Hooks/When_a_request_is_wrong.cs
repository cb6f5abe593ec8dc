using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Hooks;

/// <summary>Envelope and context over HTTP; the number of a conformance case stands first in each row or name.</summary>
public sealed class When_a_request_is_wrong(RunningHooks hooks) : IClassFixture<RunningHooks>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningServer Ost => hooks.Server;

    [Theory]
    [InlineData("R02", "{")]
    [InlineData("R02", "")]
    [InlineData("R02", "not json")]
    [InlineData("R03", "[]")]
    [InlineData("R03", "\"x\"")]
    [InlineData("R03", "null")]
    [InlineData("R19", """{"hook":"patient-view","hook":"patient-view"}""")]
    [InlineData("R19", """{"a":1e400}""")]
    [InlineData("R19", """{"a":"\ud800"}""")]
    public async Task R02_R03_R19_a_body_that_is_no_request_is_refused(string rule, string body)
    {
        Assert.StartsWith("R", rule, StringComparison.Ordinal);
        (await HookCalls.Post(Ost, HookCalls.Aki, body, Token)).IsRefused(400);
        await StillAnswers();
    }

    [Fact]
    public async Task R19_a_bomb_of_depth_is_refused_and_the_process_lives()
    {
        var bomb = string.Concat(Enumerable.Repeat("[", 200_000));
        (await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.Example().ToJsonString()[..^1] + ",\"foo\":" + bomb, Token)).IsRefused(400);
        await StillAnswers();
    }

    [Theory]
    [InlineData("R05", "hook", "\"no-such-hook\"", 400, "hook")]
    [InlineData("R06", "hookInstance", null, 400, "hookInstance")]
    [InlineData("R07", "hookInstance", "\"not-a-uuid\"", 400, "hookInstance")]
    [InlineData("R09", "context", null, 400, "context")]
    [InlineData("R09", "context", "[]", 400, "context")]
    [InlineData("R10", "fhirAuthorization", """{"access_token":"x","token_type":"Bearer","expires_in":300,"scope":"patient/*.rs","subject":"dost"}""", 400, "fhirServer")]
    [InlineData("C01", "context/userId", null, 400, "context.userId")]
    [InlineData("C01", "context/patientId", null, 400, "context.patientId")]
    [InlineData("C03", "context/userId", "\"example\"", 400, "context.userId")]
    [InlineData("C03", "context/userId", "\"Practitioner/a/b\"", 400, "context.userId")]
    [InlineData("C06", "context/patientId", "\"Patient/aki-1\"", 400, "context.patientId")]
    [InlineData("P14", "prefetch/patient/id", "\"another\"", 412, "prefetch.patient")]
    [InlineData("P03", "prefetch/creatinine", null, 412, "creatinine")]
    [InlineData("P03", "prefetch", null, 412, "creatinine")]
    public async Task R_C_P_one_thing_wrong_is_refused_by_its_place(string rule, string path, string? json, int status, string says)
    {
        Assert.NotEmpty(rule);
        (await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.With(path, json), Token)).IsRefused(status, says);
    }

    [Theory]
    [InlineData("C05", "order-sign", """{"userId":"Patient/1","patientId":"1","draftOrders":{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"ServiceRequest","id":"s","status":"draft"}}]}}""", "context.userId")]
    [InlineData("R05", "encounter-start", """{"userId":"Practitioner/1","patientId":"1","encounterId":"e1"}""", "kdigo-aki serves patient-view")]
    [InlineData("C07", "encounter-start", """{"userId":"Practitioner/1","patientId":"1"}""", "context.encounterId")]
    [InlineData("C07", "encounter-discharge", """{"userId":"Practitioner/1","patientId":"1"}""", "context.encounterId")]
    public async Task R05_C05_C07_the_hook_and_the_context_of_other_calls_are_checked_too(string rule, string hook, string context, string says)
    {
        Assert.NotEmpty(rule);
        var body = $$"""{"hook":"{{hook}}","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{{context}}}""";
        (await HookCalls.Post(Ost, HookCalls.Aki, body, Token)).IsRefused(400, says);
    }

    [Theory]
    [InlineData("C02", "context/encounterId", null)]
    [InlineData("R13", "foo", """{"bar":1}""")]
    [InlineData("R14", "extension", """{"dk.datacenter-ost.asOf":"2026-03-01T12:00:00+01:00","com.example.x":{"y":[]}}""")]
    [InlineData("R11", "fhirServer", "\"http://127.0.0.1:1/fhir\"")]
    [InlineData("P13", "prefetch/nobodyAskedForThis", """{"resourceType":"Bundle","type":"searchset"}""")]
    [InlineData("P19", "prefetch/creatinine/type", "\"collection\"")]
    public async Task C02_R11_R13_R14_P13_P19_what_does_no_harm_is_let_through(string rule, string path, string? json)
    {
        Assert.NotEmpty(rule);
        var reply = await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.With(path, json), Token);
        Assert.Equal(1, reply.Cards.GetArrayLength());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task R17_another_media_type_is_refused(string contentType)
        => (await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token, contentType)).IsRefused(415);

    [Fact]
    public async Task R18_ten_megabytes_are_read_and_more_are_refused()
    {
        var ten = new JsonObject { ["resourceType"] = "Basic", ["id"] = new string('x', 10 * 1024 * 1024) };
        Assert.Equal(1, (await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.With("prefetch/large", ten.ToJsonString()), Token)).Cards.GetArrayLength());
        var twelve = new JsonObject { ["resourceType"] = "Basic", ["id"] = new string('x', 12 * 1024 * 1024) };
        (await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.With("prefetch/large", twelve.ToJsonString()), Token)).IsRefused(413);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task R22_a_service_is_only_posted_to(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/cds-services/kdigo-aki");
        var reply = (await HookReply.Of(await Ost.Http.SendAsync(request, Token), Token)).IsRefused(405);
        Assert.Equal(["OPTIONS", "POST"], reply.Http.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("no-such-service")]
    [InlineData("kdigo-aki%2F..%2Fnews2")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e%2fmodels")]
    public async Task R21_R23_an_unknown_service_is_not_found(string id)
    {
        var path = await RawHttp.Send(new Uri(Ost.Address).Port, $"POST /cds-services/{id} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}", Token);
        Assert.StartsWith("HTTP/1.1 404", path, StringComparison.Ordinal);
        Assert.Contains("OperationOutcome", path, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", path, StringComparison.Ordinal);
        Assert.DoesNotContain(Repository.Root, path, StringComparison.Ordinal);
    }

    // Kestrel itself refuses a NUL in a path before any of ours is asked: 400, with nothing in it.
    [Fact]
    public async Task R23_a_nul_in_the_path_is_refused_and_nothing_leaks()
    {
        var answer = await RawHttp.Send(new Uri(Ost.Address).Port, "POST /cds-services/%00 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", Token);
        Assert.StartsWith("HTTP/1.1 40", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
    }

    private async Task StillAnswers()
        => Assert.Equal(1, (await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token)).Cards.GetArrayLength());
}

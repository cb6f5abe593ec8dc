using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Hooks;

/// <summary>Prefetch and answers over HTTP; the number of a conformance case stands first in each name.</summary>
public sealed class When_cards_are_answered(RunningHooks hooks) : IClassFixture<RunningHooks>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningServer Ost => hooks.Server;

    public static TheoryData<string, string> Examples() => new(Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "cds-hooks"), "*.request.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => (Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!), Path.GetFileName(path).Replace(".request.json", "", StringComparison.Ordinal))));

    [Theory, MemberData(nameof(Examples))]
    public async Task K01_K02_K03_K05_K06_K07_K09_K10_K11_K14_K15_every_answer_keeps_the_rules(string service, string example)
    {
        var request = HookCalls.Example(service, example).ToJsonString();
        var (first, second) = (await HookCalls.Post(Ost, service, request, Token), await HookCalls.Post(Ost, service, request, Token));
        Assert.Empty(CardRules.Faults(first.Json));
        Assert.Equal("application/json", first.Http.Content.Headers.ContentType!.MediaType);
        if (example.StartsWith("silent", StringComparison.Ordinal))
            Assert.Equal("""{"cards":[]}""", first.Text);
        else
            Assert.NotEqual(0, first.Cards.GetArrayLength());

        // R15, K11, K10: the same call again says the same, under new uuids and the same topic.
        Assert.Equal(SameCards.Alike(first.Cards), SameCards.Alike(second.Cards));
        Assert.Empty(Uuids(first).Intersect(Uuids(second)));
    }

    [Theory]
    [InlineData("K18", "{}", "cards")]
    [InlineData("K19", """{"cards":[{"uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","summary":"x","indicator":"info","source":{}}]}""", "source.label")]
    [InlineData("K19", """{"cards":[{"uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","summary":"x","indicator":"info","source":{}}]}""", "/cards/*/source: empty")]
    [InlineData("K06", """{"cards":[{"uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","summary":"x","indicator":"success","source":{"label":"x"}}]}""", "indicator")]
    public void K06_K18_K19_the_checker_itself_sees_what_is_wrong(string rule, string answer, string fault)
    {
        Assert.NotEmpty(rule);
        Assert.Contains(CardRules.Faults(JsonDocument.Parse(answer).RootElement), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    public async Task K13_markup_from_the_data_stays_text(string evil)
    {
        var request = HookCalls.Example();
        var patient = request["prefetch"]!["patient"]!;
        patient["name"]![0]!["family"] = evil;
        foreach (var entry in request["prefetch"]!["creatinine"]!["entry"]!.AsArray())
        {
            entry!["resource"]!["code"]!["coding"]![0]!["display"] = evil;
            entry["resource"]!["valueQuantity"]!["unit"] = evil;
        }

        var reply = await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token);
        var card = Assert.Single(reply.Cards.EnumerateArray().ToList());
        foreach (var text in (string[])[card.GetProperty("summary").GetString()!, card.GetProperty("detail").GetString()!, card.GetProperty("source").GetProperty("label").GetString()!])
        {
            Assert.DoesNotContain("<img", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("](javascript", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task P01_with_everything_prefetched_the_fhir_server_is_never_called()
    {
        using var ehr = new TcpListener(IPAddress.Loopback, 0);
        ehr.Start();
        var request = HookCalls.Example();
        request["fhirServer"] = $"http://127.0.0.1:{((IPEndPoint)ehr.LocalEndpoint).Port}/fhir";
        request["fhirAuthorization"] = JsonNode.Parse("""{"access_token":"x","token_type":"Bearer","expires_in":300,"scope":"patient/*.rs","subject":"dost","patient":"aki-1"}""");
        Assert.Equal(1, (await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token)).Cards.GetArrayLength());
        Assert.False(ehr.Pending());
    }

    [Fact]
    public async Task R01_the_example_of_the_standard_is_answered()
    {
        var request = JsonNode.Parse("""
            {"hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":"https://hooks.smarthealthit.org:9080","hook":"patient-view",
             "fhirAuthorization":{"access_token":"some-opaque-fhir-access-token","token_type":"Bearer","expires_in":300,"scope":"user/Patient.read user/Observation.read","subject":"cds-service4"},
             "context":{"userId":"Practitioner/example","patientId":"1288992","encounterId":"89284"},
             "prefetch":{"patientToGreet":{"resourceType":"Patient","gender":"male","birthDate":"1925-12-23","id":"1288992","active":true}}}
            """)!;
        // Its prefetch is for the standard's own service: ours says that nothing was assessed, and why.
        var reply = await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token);
        var card = Assert.Single(reply.Cards.EnumerateArray().ToList());
        Assert.StartsWith("Not assessed, data are missing", card.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Contains("creatinine", card.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(CardRules.Faults(reply.Json));
        // With keys of ours, one of them missing, it is 412; with all of them it is an answer.
        request["prefetch"]!["patient"] = request["prefetch"]!["patientToGreet"]!.DeepClone();
        (await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token)).IsRefused(412, "creatinine");
        request["prefetch"]!["creatinine"] = null;
        Assert.Equal("""{"cards":[]}""", (await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token)).Text);
    }

    [Theory]
    [InlineData("P06", "null")]
    [InlineData("P07", """{"resourceType":"Bundle","type":"searchset","total":0}""")]
    public async Task P06_P07_no_data_is_an_answer_and_not_a_reason_to_ask_again(string rule, string json)
    {
        Assert.NotEmpty(rule);
        Assert.Equal("""{"cards":[]}""", (await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.With("prefetch/creatinine", json), Token)).Text);
    }

    [Fact]
    public async Task P15_a_result_of_another_patient_is_left_out()
    {
        var request = HookCalls.Example();
        request["prefetch"]!["creatinine"]!["entry"]![0]!["resource"]!["subject"]!["reference"] = "Patient/another";
        Assert.Equal("""{"cards":[]}""", (await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token)).Text);
    }

    [Fact]
    public async Task P18_what_is_not_prefetched_comes_from_the_store()
    {
        await using var own = await RunningServer.Start(null, Token);
        var request = HookCalls.Example();
        var whole = await HookCalls.Post(own, HookCalls.Aki, request.ToJsonString(), Token);
        var resources = request["prefetch"]!["creatinine"]!["entry"]!.AsArray().Select(entry => entry!["resource"]!.ToJsonString())
            .Prepend(request["prefetch"]!["patient"]!.ToJsonString());
        await own.Receive("fhir", string.Join('\n', resources) + "\n", Token);
        request["prefetch"]!.AsObject().Remove("creatinine");
        var part = await HookCalls.Post(own, HookCalls.Aki, request.ToJsonString(), Token);
        Assert.Equal(1, part.Cards.GetArrayLength());
        Assert.Equal(SameCards.Alike(whole.Cards), SameCards.Alike(part.Cards));
    }

    private static IEnumerable<string> Uuids(HookReply reply) => reply.Cards.EnumerateArray().Select(card => card.GetProperty("uuid").GetString()!);
}

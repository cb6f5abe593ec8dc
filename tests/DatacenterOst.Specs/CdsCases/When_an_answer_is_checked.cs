using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Cards;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>Cards and links by the rules; what is missing and what is old; the number of a conformance case stands first in each name.</summary>
public sealed class When_an_answer_is_checked(RunningHooks hooks) : IClassFixture<RunningHooks>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningServer Ost => hooks.Server;

    // The shape of HL7's validator fixture response-source-link: a link without a type below a summary that is too long.
    [Fact]
    public void K21_a_link_without_type_and_a_long_summary_are_errors()
    {
        var summary = new string('x', 150);
        var faults = Faults($$$"""{"summary":"{{{summary}}}","indicator":"info","source":{"label":"x"},"links":[{"label":"y","url":"https://example.org"}]}""");
        Assert.Contains(faults, fault => fault.StartsWith("links.type", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("summary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("L01", """{"label":"","url":"https://example.org","type":"absolute"}""", "label")]
    [InlineData("L01", """{"label":"x","type":"absolute"}""", "url")]
    [InlineData("L02", """{"label":"x","url":"https://example.org","type":"relative"}""", "links.type")]
    [InlineData("L03", """{"label":"x","url":"https://example.org","type":"absolute","appContext":"y"}""", "cds-resp-3")]
    [InlineData("L05", """{"label":"x","url":"http://example.org","type":"absolute"}""", "https")]
    [InlineData("L06", """{"label":"x","url":"https://example.org","type":"smart","autolaunchable":true}""", "3.0 only")]
    [InlineData("L07", """{"label":"x","url":"https://example.org/?launch=1","type":"smart"}""", "client's to add")]
    public void L01_L02_L03_L05_L06_L07_a_wrong_link_is_seen(string rule, string link, string fault)
    {
        Assert.NotEmpty(rule);
        Assert.Contains(Faults($$$"""{"summary":"x","indicator":"info","source":{"label":"x"},"links":[{{{link}}}]}"""), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("S01", """ "suggestions":[{"label":"x","uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2e1"}] """, "selectionBehavior")]
    [InlineData("S06", """ "selectionBehavior":"at-most-one","suggestions":[{"label":"x","uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2e1","isRecommended":true},{"label":"y","uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2e2","isRecommended":true}] """, "cds-resp-1")]
    [InlineData("S07", """ "selectionBehavior":"any","suggestions":[{"label":"x","uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2e1","actions":[]}] """, "empty")]
    [InlineData("S09", """ "selectionBehavior":"any","suggestions":[{"label":"x","uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2e1","actions":[{"type":"delete","resourceId":"A/1"}]}] """, "description")]
    [InlineData("S10", """ "selectionBehavior":"any","suggestions":[{"label":"x","uuid":"d1577c69-dfbe-44ad-ba6d-3e05e953b2e1","actions":[{"type":"create","description":"x","resource":"ServiceRequest/1"}]}] """, "whole FHIR resource")]
    [InlineData("O01", """ "overrideReasons":[{"code":"x","system":"y"}] """, "cds-resp-4")]
    [InlineData("E01", """ "extension":{"mine":{"x":1}} """, "reverse domain")]
    public void S01_S06_S07_S09_S10_O01_E01_other_mistakes_are_seen(string rule, string members, string fault)
    {
        Assert.NotEmpty(rule);
        Assert.Contains(Faults($$$"""{"summary":"x","indicator":"info","source":{"label":"x"},{{{members}}}}"""), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task L01_L02_L03_L05_L07_links_of_a_service_are_sent_as_they_were_written()
    {
        using var content = new ContentFolder(HookCalls.Aki);
        content.Change(HookCalls.Aki, "  stage-1:\n    indicator: info", "  stage-1:\n    indicator: info\n    links:\n      - { label: { da: Kurve, en: Chart }, url: \"https://apps.example.org/launch\", type: smart, appContext: '{\"view\":\"creatinine\"}' }");
        await using var ost = await RunningServer.Start(null, Token, content.Path);
        var reply = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        Assert.Empty(CardRules.Faults(reply.Json));
        Assert.Equal("""[{"label":"Chart","url":"https://apps.example.org/launch","type":"smart","appContext":"{\u0022view\u0022:\u0022creatinine\u0022}"}]""", reply.Cards[0].GetProperty("links").GetRawText());
    }

    [Fact]
    public async Task P05_data_that_the_model_can_do_without_are_named_on_the_card_when_they_are_missing()
    {
        var reply = await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.With("prefetch/patient", null), Token);
        Assert.Contains("**Not supplied:** age", Assert.Single(reply.Cards.EnumerateArray().ToList()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(CardRules.Faults(reply.Json));
        var whole = await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        Assert.DoesNotContain("Not supplied", whole.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task G02_a_value_that_is_too_old_gives_no_number()
    {
        var request = HookCalls.Example();
        request["extension"]![HookRequest.AsOfExtension] = "2027-03-01T12:00:00+01:00";
        Assert.Equal("""{"cards":[]}""", (await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token)).Text);
    }

    [Fact]
    public void G06_critical_is_for_the_models_on_the_list() =>
        Assert.Equal(["kdigo-aki", "news2"], Ost.Centre.CdsServices.All.Where(service => service.Cards.Values.Any(card => card.Indicator == Indicator.Critical)).Select(service => service.Id));

    [Fact]
    public async Task E02_what_an_EHR_adds_to_a_request_has_no_effect()
    {
        var request = HookCalls.Example();
        var plain = await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token);
        request["extension"]!["com.epic.cdshooks.request.bpa-trigger-action"] = "18";
        request["extension"]!["com.epic.cdshooks.request.is-pilot"] = new JsonObject { ["x"] = null };
        var added = await HookCalls.Post(Ost, HookCalls.Aki, request.ToJsonString(), Token);
        Assert.Equal(SameCards.Alike(plain.Cards), SameCards.Alike(added.Cards));
    }

    [Theory]
    [InlineData("C14", """{"patientId":"p1","dispatchedOrders":["ServiceRequest/1"],"performer":"Organization/o1"}""")]
    [InlineData("C15", """{"patientId":"p1","order":"ServiceRequest/1","performer":"Organization/o1","task":{"resourceType":"Task","status":"draft","intent":"order"}}""")]
    public void C14_C15_order_dispatch_is_read_in_both_shapes(string rule, string context)
    {
        var body = $$"""{"hook":"order-dispatch","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{{context}}}""";
        var request = HookRequest.Parse(System.Text.Encoding.UTF8.GetBytes(body), RequestRules.ForTests);
        Assert.Equal("p1", request.Context.PatientId);
        Assert.Equal(rule == "C15" ? 2 : 0, request.Notes.Count);
    }

    private static IReadOnlyList<string> Faults(string card) =>
        CdsAnswerCheck.Faults(JsonDocument.Parse($$"""{"cards":[{{card}}]}""").RootElement);
}

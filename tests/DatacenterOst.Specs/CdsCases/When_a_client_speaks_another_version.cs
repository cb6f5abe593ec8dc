using System.Text.Json;
using DatacenterOst.Cards;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>One model run, written for clients of 1.0, 2.0.1, the 3.0 ballot and Epic.</summary>
public sealed class When_a_client_speaks_another_version(RunningHooks hooks) : IClassFixture<RunningHooks>
{
    private static readonly ClientProfile Version1 = ClientProfile.Loopback with { Profile = AnswerProfile.Cds1 };

    private static readonly ClientProfile Version2 = ClientProfile.Loopback;

    private static readonly ClientProfile Version3 = ClientProfile.Loopback with { Profile = AnswerProfile.Cds3 };

    private static readonly ClientProfile Epic = ClientProfile.Loopback with { Profile = AnswerProfile.Epic };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E03_one_model_run_gives_an_answer_in_each_version()
    {
        var (service, answer) = await OrderCalls.Run(hooks.Server, Version2, Token);
        foreach (var client in (ClientProfile[])[Version1, Version2, Version3, Epic])
        {
            var card = OrderCalls.Written(answer, service, client).GetProperty("cards")[0];
            Assert.Equal(answer.Run, card.GetProperty("extension").GetProperty(CardJson.Extension).GetProperty("run").GetGuid());
            Assert.Equal(answer.Cards[0].Summary, card.GetProperty("summary").GetString());
        }
    }

    [Fact]
    public async Task S02_A05_what_1_0_does_not_know_is_not_sent_and_a_deletion_passes_the_id()
    {
        var (service, answer) = await OrderCalls.Run(hooks.Server, Version1, Token);
        var withActions = answer with { SystemActions = [new CardAction(ActionKind.Delete, "x", null, "MedicationRequest/mr1")] };
        var json = OrderCalls.Written(withActions, service, Version1 with { TakesSystemActions = true });
        var card = json.GetProperty("cards")[0];
        Assert.False(json.TryGetProperty("systemActions", out _));
        foreach (var member in (string[])["uuid", "overrideReasons"]) Assert.False(card.TryGetProperty(member, out _), member);
        Assert.False(card.GetProperty("source").TryGetProperty("topic", out _));
        Assert.Equal("at-most-one", card.GetProperty("selectionBehavior").GetString());
        var deletion = OrderCalls.Actions(OrderCalls.Suggestions(json)[1]).Single();
        Assert.Equal("MedicationRequest/mr1", deletion.GetProperty("resource").GetString());
        Assert.False(deletion.TryGetProperty("resourceId", out _));
        Assert.All(OrderCalls.Suggestions(json), suggestion => Assert.False(suggestion.TryGetProperty("isRecommended", out _)));
        var any = answer with { Cards = [answer.Cards[0] with { Selection = Selection.Any }] };
        Assert.Equal("at-most-one", OrderCalls.Written(any, service, Version1).GetProperty("cards")[0].GetProperty("selectionBehavior").GetString());
    }

    [Fact]
    public async Task S17_Epic_gets_one_action_in_each_suggestion_and_any_as_behaviour()
    {
        var (service, answer) = await OrderCalls.Run(hooks.Server, Epic, Token);
        var json = OrderCalls.Written(answer, service, Epic);
        Assert.Equal("any", json.GetProperty("cards")[0].GetProperty("selectionBehavior").GetString());
        var suggestions = OrderCalls.Suggestions(json);
        Assert.Equal(["delete", "create", "delete", "update"], suggestions.Select(suggestion => OrderCalls.Actions(suggestion).Single().GetProperty("type").GetString()));
        Assert.Equal(json.GetRawText(), OrderCalls.Written(answer, service, Epic).GetRawText());
        Assert.Matches("^[A-Za-z0-9]{1,100}$", json.GetProperty("cards")[0].GetProperty("source").GetProperty("topic").GetProperty("code").GetString());
    }

    [Fact]
    public async Task L05_links_lead_only_to_hosts_of_the_clients_list()
    {
        var (service, answer) = await OrderCalls.Run(hooks.Server, Epic, Token);
        var link = new CardLink(new("x", "x"), "https://apps.example.org/launch", LinkType.Smart, "{\"x\":1}");
        var linked = answer with { Cards = [answer.Cards[0] with { Links = [link, link with { Url = "https://elsewhere.example.org/launch" }] }] };
        var some = OrderCalls.Written(linked, service, Epic with { LinkHosts = ["apps.example.org"] });
        Assert.Equal("https://apps.example.org/launch", Assert.Single(some.GetProperty("cards")[0].GetProperty("links").EnumerateArray().ToList()).GetProperty("url").GetString());
        var none = OrderCalls.Written(linked, service, Epic with { LinkHosts = ["other.example.org"] });
        Assert.False(none.GetProperty("cards")[0].TryGetProperty("links", out _));
    }

    [Fact]
    public async Task L06_autolaunchable_and_actionSelectionBehavior_are_for_clients_of_3_0_only()
    {
        var (service, answer) = await OrderCalls.Run(hooks.Server, Version3, Token);
        var link = new CardLink(new("x", "x"), "https://apps.example.org/launch", LinkType.Smart, null) { IsAutolaunchable = true };
        var linked = answer with { Cards = [answer.Cards[0] with { Links = [link] }] };
        foreach (var client in (ClientProfile[])[Version1, Version2, Epic])
            Assert.False(OrderCalls.Written(linked, service, client).GetProperty("cards")[0].GetProperty("links")[0].TryGetProperty("autolaunchable", out _));
        var third = OrderCalls.Written(linked, service, Version3);
        Assert.True(third.GetProperty("cards")[0].GetProperty("links")[0].GetProperty("autolaunchable").GetBoolean());
        Assert.All(OrderCalls.Suggestions(third), suggestion => Assert.False(suggestion.TryGetProperty("actionSelectionBehavior", out _)));
        var known = OrderCalls.Written(linked, service, Version3 with { KnowsActionSelection = true });
        Assert.Equal("all", OrderCalls.Suggestions(known)[0].GetProperty("actionSelectionBehavior").GetString());
    }

    [Fact]
    public async Task D10_D11_discovery_of_3_0_says_its_version_and_the_hooks()
    {
        await using var ost = await RunningServer.Start(null, Token, start: ServerStart.For(Version3));
        var services = (await ost.Get("/cds-services", Token)).GetProperty("services").EnumerateArray().ToList();
        Assert.All(services, service =>
        {
            Assert.Equal("3.0.0", service.GetProperty("version").GetString());
            Assert.Equal("1.0", service.GetProperty("hookVersion").GetString());
        });
        Assert.Equal("1.1", DatacenterOst.Cards.Hooks.Find("order-dispatch")!.Version);
        Assert.False((await hooks.Server.Get("/cds-services", Token)).GetProperty("services")[0].TryGetProperty("version", out _));
    }

    [Fact]
    public async Task O01_O02_O03_reasons_are_whole_codings_of_the_seven_categories_or_absent()
    {
        foreach (var (name, language) in (IEnumerable<(string, Language)>)[("cds", Language.English), ("cds", Language.Danish)])
        {
            Assert.NotEmpty(name);
            var (service, answer) = await OrderCalls.Run(hooks.Server, Version2, Token);
            var reasons = OrderCalls.Written(answer with { Language = language }, service, Version2).GetProperty("cards")[0].GetProperty("overrideReasons").EnumerateArray().ToList();
            Assert.Equal(7, reasons.Count);
            Assert.All(reasons, reason => Assert.Equal("http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes", reason.GetProperty("system").GetString()));
            Assert.All(reasons, reason => Assert.NotEmpty(reason.GetProperty("display").GetString()!));
            Assert.Contains(reasons, reason => reason.GetProperty("code").GetString() == "cds-not-applicable");
        }

        var info = await HookCalls.Post(hooks.Server, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        Assert.False(info.Cards[0].TryGetProperty("overrideReasons", out _));
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("3.0")]
    [InlineData("epic")]
    public async Task E03_over_HTTP_every_example_is_answered_in_the_clients_version(string profile)
    {
        var client = ClientProfile.Loopback with { Profile = ClientProfile.ProfileOf(profile) };
        await using var ost = await RunningServer.Start(null, Token, start: ServerStart.For(client));
        foreach (var (service, example) in When_cards_are_answered.Examples().Select(row => row.Data))
        {
            var reply = await HookCalls.Post(ost, service, HookCalls.Example(service, example).ToJsonString(), Token);
            Assert.Equal(200, reply.Status);
            Assert.Empty(CdsAnswerCheck.Faults(JsonDocument.Parse(reply.Text).RootElement, client));
        }
    }
}

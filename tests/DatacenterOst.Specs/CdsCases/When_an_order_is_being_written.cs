using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Cards;
using DatacenterOst.Fhir;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>Draft orders of the context take part in the features, and cards suggest what can be done with them.</summary>
public sealed class When_an_order_is_being_written(RunningHooks hooks) : IClassFixture<RunningHooks>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningServer Ost => hooks.Server;

    [Fact]
    public async Task S01_S05_S06_S07_S09_K17_the_card_of_a_nephrotoxic_order_suggests_what_can_be_done()
    {
        var reply = await Post(OrderCalls.Example());
        Assert.Empty(CardRules.Faults(reply.Json));
        var card = reply.Cards[0];
        Assert.Contains("ibuprofen", card.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Equal(("warning", "at-most-one"), (card.GetProperty("indicator").GetString(), card.GetProperty("selectionBehavior").GetString()));
        var suggestions = OrderCalls.Suggestions(reply.Json);
        Assert.Equal(3, suggestions.Count);
        Assert.Single(suggestions, suggestion => suggestion.TryGetProperty("isRecommended", out _));
        Assert.All(suggestions, suggestion => Assert.NotEmpty(OrderCalls.Actions(suggestion)));
        Assert.All(suggestions.SelectMany(OrderCalls.Actions), action => Assert.NotEmpty(action.GetProperty("description").GetString()!));
    }

    [Fact]
    public async Task S10_S11_S13_S14_S15_actions_are_whole_valid_resources_of_the_patient_in_a_safe_order()
    {
        var suggestions = OrderCalls.Suggestions((await Post(OrderCalls.Example())).Json);
        var first = OrderCalls.Actions(suggestions[0]);
        Assert.Equal(["delete", "create"], first.Select(action => action.GetProperty("type").GetString()));
        Assert.Equal("MedicationRequest/mr1", first[0].GetProperty("resourceId").GetString());
        var created = first[1].GetProperty("resource");
        Assert.Equal(("draft", "Patient/aki-1", "Encounter/e1"), (created.GetProperty("status").GetString(), created.GetProperty("subject").GetProperty("reference").GetString(), created.GetProperty("encounter").GetProperty("reference").GetString()));

        var updated = OrderCalls.Actions(suggestions[2]).Single().GetProperty("resource");
        var expected = OrderCalls.Order(OrderCalls.Example());
        foreach (var (name, value) in expected) Assert.True(JsonNode.DeepEquals(value, JsonNode.Parse(updated.GetProperty(name).GetRawText())), name);
        Assert.Equal(1, updated.GetProperty("note").GetArrayLength());
        foreach (var resource in (JsonElement[])[created, updated])
            Assert.DoesNotContain(Validator.Default.Validate(Resource.ParseJson(Encoding.UTF8.GetBytes(resource.GetRawText()))), issue => issue.Severity == IssueSeverity.Error);
    }

    [Theory]
    [InlineData("silent-harmless-order")]
    [InlineData("silent-no-injury")]
    public async Task S03_without_a_nephrotoxic_order_or_without_injury_nothing_is_said(string example) =>
        Assert.Equal("""{"cards":[]}""", (await Post(OrderCalls.Example(example))).Text);

    [Fact]
    public async Task S03_a_card_without_suggestions_has_no_selectionBehavior() =>
        Assert.False((await HookCalls.Post(Ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token)).Cards[0].TryGetProperty("selectionBehavior", out _));

    [Fact]
    public async Task the_medication_may_be_contained_or_a_Medication_of_the_same_Bundle()
    {
        var two = await Post(OrderCalls.Example("two-being-selected"));
        Assert.Contains("ibuprofen, gentamicin", two.Cards[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(6, OrderCalls.Suggestions(two.Json).Count);

        var request = OrderCalls.Example();
        var order = OrderCalls.Order(request);
        var concept = order["medicationCodeableConcept"]!.DeepClone();
        order.Remove("medicationCodeableConcept");
        order["contained"] = new JsonArray(new JsonObject { ["resourceType"] = "Medication", ["id"] = "m1", ["code"] = concept });
        order["medicationReference"] = new JsonObject { ["reference"] = "#m1" };
        Assert.Contains("ibuprofen", (await Post(request)).Cards[0].GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task C13_an_order_that_is_signed_again_counts_and_one_that_is_cancelled_does_not()
    {
        var request = OrderCalls.Example();
        OrderCalls.Order(request)["status"] = "active";
        Assert.Equal(1, (await Post(request)).Cards.GetArrayLength());
        OrderCalls.Order(request)["status"] = "cancelled";
        Assert.Equal(0, (await Post(request)).Cards.GetArrayLength());
    }

    [Fact]
    public async Task P15_an_order_of_another_patient_is_left_out()
    {
        var request = OrderCalls.Example();
        OrderCalls.Order(request)["subject"]!["reference"] = "Patient/another";
        Assert.Equal("""{"cards":[]}""", (await Post(request)).Text);
    }

    [Fact]
    public async Task S11_an_order_that_is_not_valid_R4_is_not_updated_and_one_without_id_gets_no_deletion()
    {
        // What a widely used browser client sends: no type of the Bundle, no intent of the order.
        var request = OrderCalls.Example();
        request["context"]!["draftOrders"]!.AsObject().Remove("type");
        OrderCalls.Order(request).Remove("intent");
        var types = OrderCalls.Suggestions((await Post(request)).Json).SelectMany(OrderCalls.Actions).Select(action => action.GetProperty("type").GetString());
        Assert.Equal(["delete", "create", "delete"], types);
        OrderCalls.Order(request).Remove("id");
        var card = (await Post(request)).Cards[0];
        Assert.False(card.TryGetProperty("suggestions", out _));
        Assert.False(card.TryGetProperty("selectionBehavior", out _));
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("**x** | y\n# z <b>")]
    public async Task K05_K13_the_name_of_a_drug_is_escaped_in_summary_detail_and_labels(string evil)
    {
        var request = OrderCalls.Example();
        OrderCalls.Order(request)["medicationCodeableConcept"]!["coding"]![0]!["display"] = evil;
        var reply = await Post(request);
        Assert.Empty(CardRules.Faults(reply.Json));
        var card = reply.Cards[0];
        IEnumerable<string> texts = [card.GetProperty("summary").GetString()!, card.GetProperty("detail").GetString()!, .. OrderCalls.Suggestions(reply.Json).Select(suggestion => suggestion.GetProperty("label").GetString()!)];
        Assert.All(texts, text =>
        {
            Assert.DoesNotContain("<", text, StringComparison.Ordinal);
            Assert.DoesNotContain("](javascript", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task C23_an_order_of_another_FHIR_version_is_refused_in_words()
    {
        var request = OrderCalls.Example();
        OrderCalls.Order(request)["resourceType"] = "MedicationOrder";
        (await Post(request)).IsRefused(400, "another version");
    }

    [Theory]
    [InlineData("C09", "order-select", "context/selections", """["MedicationRequest/nowhere"]""", 200)]
    [InlineData("C10", "order-select", "context/selections", """["abc"]""", 400)]
    [InlineData("C11", "order-sign", "context/draftOrders", """[]""", 400)]
    [InlineData("C05", "order-sign", "context/userId", "\"Patient/1\"", 400)]
    public async Task C05_C09_C10_C11_the_context_of_an_order_is_checked(string rule, string hook, string path, string json, int status)
    {
        Assert.NotEmpty(rule);
        var request = OrderCalls.Example(hook == "order-select" ? "two-being-selected" : "nsaid-being-signed");
        request["context"]![path["context/".Length..]] = JsonNode.Parse(json);
        Assert.Equal(status, (await Post(request)).Status);
    }

    [Fact]
    public async Task A01_A02_A03_system_actions_are_sent_to_clients_that_take_them_only()
    {
        using var content = new ContentFolder(OrderCalls.Service);
        content.Change(OrderCalls.Service, "    selection: atMostOne", "    systemActions:\n      - type: delete\n        description: { da: x, en: x }\n    selection: atMostOne");
        var taking = ClientProfile.Loopback with { TakesSystemActions = true };
        await using var ost = await RunningServer.Start(null, Token, content.Path, ServerStart.For(taking));
        var reply = await HookCalls.Post(ost, OrderCalls.Service, OrderCalls.Example().ToJsonString(), Token);
        Assert.Empty(CardRules.Faults(reply.Json, taking));
        Assert.Equal("MedicationRequest/mr1", reply.Json.GetProperty("systemActions")[0].GetProperty("resourceId").GetString());
        var silent = await HookCalls.Post(ost, OrderCalls.Service, OrderCalls.Example("silent-no-injury").ToJsonString(), Token);
        Assert.Equal("""{"cards":[]}""", silent.Text);

        await using var other = await RunningServer.Start(null, Token, content.Path);
        Assert.False((await HookCalls.Post(other, OrderCalls.Service, OrderCalls.Example().ToJsonString(), Token)).Json.TryGetProperty("systemActions", out _));
        var (service, answer) = await OrderCalls.Run(ost, taking, Token);
        var actionsAlone = JsonDocument.Parse(CardJson.Write(answer with { Cards = [] }, service, taking)).RootElement;
        Assert.Equal((0, 1), (actionsAlone.GetProperty("cards").GetArrayLength(), actionsAlone.GetProperty("systemActions").GetArrayLength()));
    }

    [Theory]
    [InlineData("\"status\": \"draft\"", "\"status\": \"active\"", "not a draft")]
    [InlineData("{ \"reference\": \"{patient}\" }", "{ \"reference\": \"Patient/1\" }", "not of the patient")]
    [InlineData("\"intent\": \"order\"", "\"intent\": \"wish\"", "not valid R4")]
    [InlineData("\"intent\": \"order\",", "", "not valid R4")]
    [InlineData("\"resourceType\": \"ServiceRequest\"", "\"resourceType\": \"LabRequest\"", "not valid R4")]
    [InlineData("{asOf+24h}", "{weekday}", "weekday")]
    public async Task S10_S14_a_template_that_would_not_be_a_valid_order_of_the_patient_does_not_load(string from, string to, string reason)
    {
        using var content = new ContentFolder(OrderCalls.Service);
        content.Change(OrderCalls.Service, from, to);
        await using var ost = await RunningServer.Start(null, Token, content.Path);
        Assert.Contains(reason, ost.Centre.CdsServices.Refused.Single().Reasons.Aggregate((one, other) => one + "\n" + other), StringComparison.Ordinal);
    }

    private Task<HookReply> Post(JsonObject request) => HookCalls.Post(Ost, OrderCalls.Service, request.ToJsonString(), Token);
}

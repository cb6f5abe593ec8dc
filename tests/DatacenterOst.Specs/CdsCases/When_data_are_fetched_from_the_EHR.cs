using System.Text.Json.Nodes;
using DatacenterOst.Cards;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>What a client did not prefetch, from its own FHIR server; the number of a conformance case stands first in each name.</summary>
public sealed class When_data_are_fetched_from_the_EHR
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P02_P18_P21_F01_only_what_is_missing_is_fetched_and_the_cards_are_the_same()
    {
        await using var ehr = await FakeEhr.Honest(Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        var whole = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        Assert.Empty(ehr.Calls);
        var fetched = await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine"), Token);
        Assert.Equal(SameCards.Alike(whole.Cards), SameCards.Alike(fetched.Cards));

        var (path, authorization, accept) = Assert.Single(ehr.Calls);
        Assert.StartsWith("/fhir/Observation?patient=aki-1&code=http", path, StringComparison.Ordinal);
        Assert.Equal(("Bearer opaque-token", "application/fhir+json"), (authorization, accept));
    }

    [Fact]
    public async Task P21_with_nothing_prefetched_at_all_the_cards_are_the_same()
    {
        await using var ehr = await FakeEhr.Honest(Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        var whole = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        var fetched = await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine", "patient"), Token);
        Assert.Equal(SameCards.Alike(whole.Cards), SameCards.Alike(fetched.Cards));
        Assert.Equal(2, ehr.Calls.Count);
    }

    [Theory]
    [InlineData("a token", true)]
    [InlineData("no token", false)]
    public async Task P10_P11_the_pages_after_a_prefetched_one_are_fetched_or_missed(string with, bool hasToken)
    {
        var entries = HookCalls.Example()["prefetch"]!["creatinine"]!["entry"]!.AsArray();
        await using var ehr = await FakeEhr.Start(
            http => FakeEhr.Json(http, new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset", ["entry"] = new JsonArray([.. entries.Skip(1).Select(entry => entry!.DeepClone())]) }), Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        var whole = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        var request = EhrCalls.Without(hasToken ? ehr.Base : null, EhrCalls.Scope);
        var page = request["prefetch"]!["creatinine"]!.AsObject();
        page["entry"] = new JsonArray(entries[0]!.DeepClone());
        page["link"] = JsonNode.Parse($$"""[{"relation":"next","url":"{{ehr.Base}}?page=2"}]""");
        var reply = await EhrCalls.Post(ost, request, Token);
        if (!hasToken)
        {
            reply.IsRefused(412, "creatinine");
            Assert.Empty(ehr.Calls);
            return;
        }

        Assert.True(SameCards.Alike(whole.Cards) == SameCards.Alike(reply.Cards), with);
        Assert.Equal("/fhir?page=2", Assert.Single(ehr.Calls).Path);
    }

    [Theory]
    [InlineData("patient/Observation.read", 1)]
    [InlineData("user/Observation.rs", 1)]
    [InlineData("patient/*.*", 1)]
    [InlineData("launch openid epic.private/x.y.z urn:vendor:scope patient/*.rs", 1)]
    [InlineData("patient/Patient.read", 0)]
    [InlineData("patient/Observation.c", 0)]
    [InlineData("patient/Observation.r", 0)]
    [InlineData("patient/Observation.rs?category=laboratory", 0)]
    [InlineData("Observation.read everything", 0)]
    public async Task F05_scopes_of_both_versions_are_understood_and_others_ignored(string scope, int calls)
    {
        await using var ehr = await FakeEhr.Honest(Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        var reply = await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, scope, "creatinine"), Token);
        Assert.Equal(calls, ehr.Calls.Count);
        Assert.True(reply.Status == (calls == 1 ? 200 : 412), reply.ToString());
    }

    [Theory]
    [InlineData("F02", "token_type", "\"MAC\"")]
    [InlineData("F03", "access_token", null)]
    [InlineData("F03", "expires_in", null)]
    [InlineData("F03", "scope", null)]
    [InlineData("F03", "subject", null)]
    [InlineData("F07", "patient", "\"somebody-else\"")]
    public async Task F02_F03_F07_a_wrong_authorization_is_refused_and_nothing_is_fetched(string rule, string member, string? json)
    {
        await using var ehr = await FakeEhr.Honest(Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        var request = EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine");
        if (json is null) request["fhirAuthorization"]!.AsObject().Remove(member);
        else request["fhirAuthorization"]![member] = JsonNode.Parse(json);
        (await EhrCalls.Post(ost, request, Token)).IsRefused(400, member);
        Assert.True(ehr.Calls.IsEmpty, rule);
    }

    [Fact]
    public void F06_a_scope_of_one_patient_without_the_patient_is_noted()
    {
        var request = EhrCalls.Without(new Uri("http://127.0.0.1:1/fhir"), EhrCalls.Scope);
        request["fhirAuthorization"]!.AsObject().Remove("patient");
        var read = HookRequest.Parse(System.Text.Encoding.UTF8.GetBytes(request.ToJsonString()), RequestRules.ForTests);
        Assert.Contains(read.Notes, note => note.Contains("cds-r-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task F09_the_token_is_gone_with_its_call()
    {
        await using var ehr = await FakeEhr.Honest(Token);
        await using var ost = await EhrCalls.ServerFor(ehr, Token);
        _ = (await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine"), Token)).Cards;
        var next = EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine");
        next.Remove("fhirAuthorization");
        (await EhrCalls.Post(ost, next, Token)).IsRefused(412, "creatinine");
        Assert.Single(ehr.Calls);
    }

    [Fact]
    public async Task F10_a_server_that_is_not_on_the_clients_list_is_never_called()
    {
        await using var ehr = await FakeEhr.Honest(Token);
        await using var ost = await RunningServer.Start(null, Token);
        (await EhrCalls.Post(ost, EhrCalls.Without(ehr.Base, EhrCalls.Scope, "creatinine"), Token)).IsRefused(412, "creatinine");
        await using var other = await EhrCalls.ServerFor(ehr, Token);
        var beside = new Uri(ehr.Base.AbsoluteUri + "-of-another");
        (await EhrCalls.Post(other, EhrCalls.Without(beside, EhrCalls.Scope, "creatinine"), Token)).IsRefused(412, "creatinine");
        Assert.Empty(ehr.Calls);
    }
}

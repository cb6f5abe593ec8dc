using System.Text.Json;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.CdsCases;

/// <summary>Services are content: what changes takes effect within seconds, and what is broken never does.</summary>
public sealed class When_services_change_while_it_runs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_service_that_is_changed_added_or_removed_takes_effect()
    {
        using var content = new ContentFolder("kdigo-aki");
        await using var ost = await RunningServer.Start(null, Token, content.Path);
        Assert.Equal(["kdigo-aki"], await Served(ost));

        content.Change("kdigo-aki", "title: Acute kidney injury (KDIGO)", "title: Another title");
        await Becomes(ost, async () => (await ost.Http.GetStringAsync("/cds-services", Token)).Contains("Another title", StringComparison.Ordinal));
        content.Add("news2");
        await Becomes(ost, async () => (await Served(ost)).SequenceEqual(["kdigo-aki", "news2"]));
        content.Remove("kdigo-aki");
        await Becomes(ost, async () => (await Served(ost)).SequenceEqual(["news2"]));
        (await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token)).IsRefused(404);
    }

    [Theory]
    [InlineData("service.yaml", "indicator: critical", "indicator: success", "indicator")]
    [InlineData("service.yaml", "AKI stage 3: creatinine", "AKI stage three: creatinine", "stage-3.cards.en.json is not what it is answered, at /cards/0/summary")]
    [InlineData("examples/stage-3.request.json", "\"patient-view\"", "\"order-sign\"", "cannot be answered")]
    public async Task a_service_that_breaks_is_refused_with_its_reason_and_the_old_one_goes_on(string file, string from, string to, string reason)
    {
        using var content = new ContentFolder("kdigo-aki");
        await using var ost = await RunningServer.Start(null, Token, content.Path);
        var before = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        content.Change("kdigo-aki", from, to, file);
        await Becomes(ost, async () => (await Refusals(ost)).Contains(reason, StringComparison.Ordinal));
        var after = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        Assert.Equal(SameCards.Alike(before.Cards), SameCards.Alike(after.Cards));

        content.Change("kdigo-aki", to, from, file);
        await Becomes(ost, async () => (await Refusals(ost)).Length == 0);
    }

    [Fact]
    public async Task D09_a_folder_that_says_it_is_another_service_is_refused()
    {
        using var content = new ContentFolder("kdigo-aki");
        await using var ost = await RunningServer.Start(null, Token, content.Path);
        content.Add("kdigo-aki", under: "kdigo-aki-2");
        await Becomes(ost, async () => (await Refusals(ost)).Contains("must be the name of its folder", StringComparison.Ordinal));
        Assert.Equal(["kdigo-aki"], await Served(ost));
    }

    private static async Task<List<string>> Served(RunningServer ost) =>
        [.. (await ost.Get("/cds-services", Token)).GetProperty("services").EnumerateArray().Select(service => service.GetProperty("id").GetString()!)];

    private static async Task<string> Refusals(RunningServer ost) =>
        string.Join('\n', (await ost.Get("/api/cds-services", Token)).GetProperty("refused").EnumerateArray().SelectMany(refused => refused.GetProperty("reasons").EnumerateArray()).Select(reason => reason.GetString()));

    private static async Task Becomes(RunningServer ost, Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (await holds()) return;
            await Task.Delay(100, Token);
        }

        Assert.Fail("nothing changed within a minute: " + JsonSerializer.Serialize(await ost.Get("/api/cds-services", Token)));
    }
}

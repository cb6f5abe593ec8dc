using System.Net;
using System.Text;
using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Hooks;

/// <summary>Discovery over HTTP; the number of a conformance case stands first in each name.</summary>
public sealed class When_services_are_discovered
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task D01_D03_D05_D06_D07_D13_every_entry_is_whole_and_can_be_called()
    {
        await using var ost = await RunningServer.Start(null, Token);
        using var answer = await ost.Http.GetAsync("/cds-services", Token);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var discovery = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
        var faults = new List<string>();
        CardRules.NothingEmpty(discovery, "", faults);
        Assert.Empty(faults);
        var services = discovery.GetProperty("services").EnumerateArray().ToList();
        Assert.Equal(["aki-nephrotoxic-order", "aki-nephrotoxic-order", "cmv-surveillance", "icu-mortality", "kdigo-aki", "news2"], services.Select(service => service.GetProperty("id").GetString()));
        foreach (var service in services)
        {
            Assert.All((string[])["hook", "description", "id"], name => Assert.NotEmpty(service.GetProperty(name).GetString()!));
            if (service.TryGetProperty("prefetch", out var prefetch))
                Assert.All(prefetch.EnumerateObject(), entry => Assert.True(entry.Name.Length > 0 && entry.Value.GetString()!.Length > 0));
            var id = service.GetProperty("id").GetString()!;
            Assert.Equal(id, Uri.EscapeDataString(id));
            Assert.NotEqual(404, (await HookCalls.Post(ost, id, "{}", Token)).Status);
        }
    }

    [Fact]
    public async Task D02_without_services_the_array_is_empty()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["models", "terminology", "sources"])
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, name), Path.Combine(Repository.Root, name));
        Directory.CreateDirectory(Path.Combine(folder.Path, "cds-hooks"));
        await using var ost = await RunningServer.Start(null, Token, folder.Path);
        Assert.Equal("""{"services":[]}""", await ost.Http.GetStringAsync("/cds-services", Token));
    }

    [Fact]
    public async Task D14_head_options_and_post_are_answered_as_http_asks()
    {
        await using var ost = await RunningServer.Start(null, Token);
        using var head = await ost.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/cds-services"), Token);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 0);
        using var options = await ost.Http.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/cds-services"), Token);
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        var post = await HookReply.Of(await ost.Http.PostAsync("/cds-services", new StringContent("{}", Encoding.UTF8, "application/json"), Token), Token);
        post.IsRefused(405);
        Assert.Contains("GET", post.Http.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("*/*")]
    [InlineData(null)]
    public async Task D15_it_is_json_whatever_is_asked_for(string? accept)
    {
        await using var ost = await RunningServer.Start(null, Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cds-services");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await ost.Http.SendAsync(request, Token);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(6, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("services").GetArrayLength());
    }

    [Fact]
    public async Task D17_two_answers_are_the_same_bytes()
    {
        await using var ost = await RunningServer.Start(null, Token);
        Assert.Equal(await ost.Http.GetByteArrayAsync("/cds-services", Token), await ost.Http.GetByteArrayAsync("/cds-services", Token));
    }
}

using System.Net;
using DatacenterOst.Server.Http;
using DatacenterOst.Specs.Running;
using Microsoft.Extensions.DependencyInjection;

namespace DatacenterOst.Specs.Load;

/// <summary>What stands before several servers sends no client to one that is still warming up.</summary>
public sealed class When_the_server_says_that_it_is_ready
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task it_is_warm()
    {
        await using var ost = await RunningServer.Start(null, Token);
        await ost.Services.GetRequiredService<Readiness>().Until(
            async token =>
            {
                using var early = await ost.Http.GetAsync("/health/ready", token);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
                Assert.Contains("warming up", await early.Content.ReadAsStringAsync(token), StringComparison.Ordinal);
                Assert.Equal("alive", await ost.Http.GetStringAsync("/health/live", token));
            },
            Token);

        Assert.Equal("ready", await ost.Http.GetStringAsync("/health/ready", Token));
    }

    [Fact]
    public async Task it_is_so_even_where_the_warming_up_failed()
    {
        await using var ost = await RunningServer.Start(null, Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ost.Services.GetRequiredService<Readiness>().Until(_ => throw new InvalidOperationException("not this time"), Token));
        Assert.Equal("ready", await ost.Http.GetStringAsync("/health/ready", Token));
    }
}

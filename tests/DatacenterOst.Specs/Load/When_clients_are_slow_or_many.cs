using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DatacenterOst.Server.Clients;
using DatacenterOst.Specs.Hooks;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Load;

/// <summary>Clients that drip, and more of them than can be served: each is answered or told to come again, and nobody else notices.</summary>
public sealed class When_clients_are_slow_or_many
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("headers that never end", "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: ", 500, 50)]
    [InlineData("a body of a few bytes a second", "POST /cds-services/kdigo-aki HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{", 500, 40)]
    [InlineData("a body just fast enough to be kept", "POST /cds-services/kdigo-aki HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{", 1, 60)]
    [InlineData("a resource of a few bytes a second", "POST /fhir/Patient HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nContent-Length: 100000\r\n\r\n{", 500, 40)]
    [InlineData("a bundle just fast enough to be kept", "POST /fhir HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nContent-Length: 1000000\r\n\r\n{", 1, 60)]
    public async Task a_client_that_drips_is_cut_off_and_others_are_served(string what, string beginning, int pause, int mostSeconds)
    {
        await using var ost = await RunningServer.Start(null, Token);
        var began = TimeProvider.System.GetTimestamp();
        using var slow = await RawHttp.Connect(new Uri(ost.Address).Port, beginning, Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var dripping = Drip(slow, pause, stop.Token);
        var answer = RawHttp.ReadToEnd(slow, TimeSpan.FromSeconds(mostSeconds), Token);
        while (!answer.IsCompleted)
        {
            var asked = TimeProvider.System.GetTimestamp();
            Assert.Equal("alive", await ost.Http.GetStringAsync("/health/live", Token));
            Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, 5);
            await Task.Delay(250, Token);
        }

        Assert.StartsWith("HTTP/1.1 408", await answer, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, mostSeconds - 1);
        await stop.CancelAsync();
        await dripping;
        TestContext.Current.TestOutputHelper?.WriteLine(what);
    }

    [Fact]
    public async Task a_thousand_calls_at_once_are_answered_or_told_when_to_come_again()
    {
        await using var ost = await RunningServer.Start(null, Token);
        ost.Http.Timeout = TimeSpan.FromMinutes(3);
        var body = HookCalls.Example().ToJsonString();
        var replies = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => HookCalls.Post(ost, HookCalls.Aki, body, Token)));
        var served = replies.Where(reply => reply.Status == 200).ToList();
        Assert.NotEmpty(served);
        Assert.Single(served.Select(reply => SameCards.Alike(reply.Cards)).Distinct(StringComparer.Ordinal));
        Assert.All(replies.Except(served), reply => Shed(reply));
        Assert.Equal(1, (await HookCalls.Post(ost, HookCalls.Aki, body, Token)).Cards.GetArrayLength());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{served.Count} answered, {replies.Length - served.Count} told to come again"));
    }

    /// <summary>All places of hooks are held by clients who do not get on with their bodies; the next one is told, and the first are cut off.</summary>
    [Fact]
    public async Task when_all_places_are_taken_the_next_is_told_when_to_come_again()
    {
        await using var ost = await RunningServer.Start(null, Token);
        var port = new Uri(ost.Address).Port;
        var holders = new List<TcpClient>();
        try
        {
            for (var holder = 0; holder < HookPlaces.MaxRunning + HookPlaces.MaxWaiting; holder++)
                holders.Add(await RawHttp.Connect(port, "POST /cds-services/kdigo-aki HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", Token));
            var shed = await Until(ost, HttpStatusCode.ServiceUnavailable);
            Shed(shed);
            Assert.Equal("alive", await ost.Http.GetStringAsync("/health/live", Token));
            Assert.Contains("services", await ost.Http.GetStringAsync("/cds-services", Token), StringComparison.Ordinal);
            Assert.Equal(200, (await Until(ost, HttpStatusCode.OK)).Status);
        }
        finally
        {
            foreach (var holder in holders)
                holder.Dispose();
        }
    }

    private static void Shed(HookReply reply)
    {
        reply.IsRefused(503);
        Assert.InRange(reply.Http.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    private static async Task<HookReply> Until(RunningServer ost, HttpStatusCode status)
    {
        var reply = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        for (var attempt = 0; attempt < 200 && reply.Status != (int)status; attempt++)
        {
            await Task.Delay(100, Token);
            reply = await HookCalls.Post(ost, HookCalls.Aki, HookCalls.Example().ToJsonString(), Token);
        }

        Assert.True(reply.Status == (int)status, reply.ToString());
        return reply;
    }

    private static async Task Drip(TcpClient client, int pause, CancellationToken cancellationToken)
    {
        // Taken once: a client that was cut off has no stream any more.
        var stream = client.GetStream();
        try
        {
            for (; ; await Task.Delay(pause, cancellationToken))
                await stream.WriteAsync(Encoding.ASCII.GetBytes(pause == 1 ? "          " : "a"), cancellationToken);
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut off, as it should be.
        }
    }
}

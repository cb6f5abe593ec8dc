using System.Net.Sockets;
using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Sources.Hl7v2;
using Microsoft.Extensions.Logging.Abstractions;

namespace DatacenterOst.UnitTests.Sources;

public sealed class When_messages_come_over_the_wire
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Message(string id) => $"MSH|^~\\&|LAB|RH|OST|RH|20260301||ORU^R01^ORU_R01|{id}|P|2.5.1\rPID|||1^^^A\r";

    private static byte[] Framed(string message) => Encoding.UTF8.GetBytes("\u000B" + message + "\u001C\r");

    private static MllpListener Listen(Func<string, Task<MllpAnswer>> handler, MllpOptions? options = null) =>
        new((options ?? new MllpOptions()) with { Port = 0 }, (m, _) => handler(Encoding.UTF8.GetString(m.Span)), TimeProvider.System, NullLogger<MllpListener>.Instance);

    private static async Task<TcpClient> Connect(MllpListener listener)
    {
        var client = new TcpClient();
        await client.ConnectAsync(listener.EndPoint, Cancelled);
        return client;
    }

    private static async Task<string> Answer(TcpClient client)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\u001C\r", StringComparison.Ordinal))
        {
            if (await client.GetStream().ReadAsync(one, Cancelled) == 0)
                return "closed";
            text.Append((char)one[0]);
        }
        return text.ToString();
    }

    private static string Said(string answer) => answer.Split('\r')[1];

    [Fact]
    public async Task each_is_answered_with_its_own_control_id_however_the_packets_fall()
    {
        using var listener = Listen(_ => Task.FromResult(MllpAnswer.Accepted));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var run = listener.Run(stop.Token);
        using var client = await Connect(listener);
        byte[] bytes = [.. "garbage\r\n"u8, .. Framed(Message("A")), .. Framed(Message("B")), .. "\r\n"u8, .. Framed(Message("C")), 0x0B, .. "MSH|begun and left"u8, .. Framed(Message("D"))];
        foreach (var part in bytes.Chunk(37))
        {
            await client.GetStream().WriteAsync(part, Cancelled);
            await Task.Delay(1, Cancelled);
        }
        foreach (var id in new[] { "A", "B", "C", "D" })
            Assert.Equal("MSA|AA|" + id, Said(await Answer(client)));
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task no_answer_comes_before_the_commit()
    {
        var commit = new TaskCompletionSource<MllpAnswer>();
        using var listener = Listen(_ => commit.Task);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var run = listener.Run(stop.Token);
        using var client = await Connect(listener);
        await client.GetStream().WriteAsync(Framed(Message("A")), Cancelled);
        await Task.Delay(150, Cancelled);
        Assert.Equal(0, client.Available);
        // A stop waits for what is in hand.
        await stop.CancelAsync();
        commit.SetResult(MllpAnswer.Accepted);
        Assert.Equal("MSA|AA|A", Said(await Answer(client)));
        await run;
        Assert.Equal("closed", await Answer(client));
    }

    [Fact]
    public async Task a_fault_a_rejection_and_an_unreadable_message_are_told_apart()
    {
        using var listener = Listen(m => m.Contains("|FAULT|", StringComparison.Ordinal)
            ? throw new InvalidOperationException("secret")
            : Task.FromResult(MllpAnswer.For([new AckError(m.StartsWith("MSH|^~", StringComparison.Ordinal) ? RejectionReasons.CodeUnmapped : RejectionReasons.Unreadable, "say A|B & C", "OBX[1]")])), new MllpOptions { MaxMessageBytes = 10_000 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var run = listener.Run(stop.Token);
        using var client = await Connect(listener);
        await client.GetStream().WriteAsync((byte[])[.. Framed(Message("FAULT")), .. Framed(Message("R")), .. Framed("MSH|^^^^|LAB||||1||ORU^R01|U|P|2.5\r"), .. Framed(Message("BIG") + new string('x', 50_000)), .. Framed(Message("R"))], Cancelled);
        var fault = await Answer(client);
        Assert.StartsWith("MSA|AE|FAULT|the message was not stored", Said(fault), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
        var rejected = await Answer(client);
        Assert.Equal("MSA|AE|R|say A\\F\\B \\T\\ C", Said(rejected));
        Assert.Contains("\rERR|||103^code-unmapped^HL70357|E|||OBX[1]|say A\\F\\B \\T\\ C\r", rejected, StringComparison.Ordinal);
        Assert.StartsWith("\u000BMSH|^~\\&|OST|RH|LAB|RH|", rejected, StringComparison.Ordinal);
        Assert.StartsWith("MSA|AR|U|", Said(await Answer(client)), StringComparison.Ordinal);
        Assert.StartsWith("MSA|AR|BIG|the message is longer than 10000 bytes", Said(await Answer(client)), StringComparison.Ordinal);
        Assert.StartsWith("MSA|AE|R|", Said(await Answer(client)), StringComparison.Ordinal);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task connections_beyond_the_limit_and_idle_ones_are_closed_and_a_lost_one_does_no_harm()
    {
        using var listener = Listen(_ => Task.FromResult(MllpAnswer.Accepted), new MllpOptions { MaxConnections = 1, Idle = TimeSpan.FromMilliseconds(400) });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var run = listener.Run(stop.Token);
        using (var first = await Connect(listener))
        {
            await first.GetStream().WriteAsync(Framed(Message("A")), Cancelled);
            Assert.Equal("MSA|AA|A", Said(await Answer(first)));
            using var second = await Connect(listener);
            Assert.Equal("closed", await Answer(second));
            Assert.Equal("closed", await Answer(first));
        }
        using (var lost = await Connect(listener))
            await lost.GetStream().WriteAsync("\u000BMSH|^~\\&|half"u8.ToArray(), Cancelled);
        await Task.Delay(100, Cancelled);
        using var again = await Connect(listener);
        await again.GetStream().WriteAsync(Framed(Message("B")), Cancelled);
        Assert.Equal("MSA|AA|B", Said(await Answer(again)));
        await stop.CancelAsync();
        await run;
    }
}

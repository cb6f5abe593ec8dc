using System.Net;
using System.Net.Sockets;
using DatacenterOst.Clinical;
using Microsoft.Extensions.Logging;

namespace DatacenterOst.Sources.Hl7v2;

/// <summary>Where to listen and what is allowed; each limit holds for the whole listener.</summary>
public sealed record MllpOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free port, for tests.</summary>
    public int Port { get; init; } = 2575;

    public int MaxMessageBytes { get; init; } = MessageSplitter.MaxMessageBytes;

    public int MaxConnections { get; init; } = 32;

    /// <summary>A message must have come whole within this time, or the connection is closed; the sender opens a new one.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time that messages in hand have to be committed and answered when the listener stops.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// HL7 v2 over TCP with MLLP framing. Each message goes to the handler, and is answered when the handler's task is
/// complete and not before: an AA means that the handler has committed. Messages of a connection are taken in order.
/// </summary>
public sealed class MllpListener : IDisposable
{
    /// <summary>Pause after the system refuses to accept (no handles left), so that it is not asked in a tight loop.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    private readonly MllpOptions options;
    private readonly Func<ReadOnlyMemory<byte>, CancellationToken, Task<MllpAnswer>> handler;
    private readonly TimeProvider time;
    private readonly ILogger<MllpListener> logger;
    private readonly TcpListener listener;

    /// <param name="handler">Commits the message and says how to answer. Its token is cancelled only when the grace time at a stop is over.</param>
    public MllpListener(MllpOptions options, Func<ReadOnlyMemory<byte>, CancellationToken, Task<MllpAnswer>> handler, TimeProvider time, ILogger<MllpListener> logger)
    {
        (this.options, this.handler, this.time, this.logger) = (options, handler, time, logger);
        listener = new TcpListener(options.Address, options.Port);
        listener.Start();
        Log.MllpListens(logger, listener.LocalEndpoint);
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Listens until cancelled; then takes no new message, answers those in hand, and returns.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        using var abort = new CancellationTokenSource();
        var connections = new List<Task>();
        while (await Accept(cancellationToken) is { } client)
        {
            connections.RemoveAll(c => c.IsCompleted);
            if (connections.Count < options.MaxConnections)
            {
                connections.Add(Serve(client, cancellationToken, abort.Token));
                continue;
            }
            Log.MllpFull(logger, options.MaxConnections);
            client.Dispose();
        }
        listener.Stop();
        abort.CancelAfter(options.Grace);
        await Task.WhenAll(connections);
    }

    public void Dispose() => listener.Dispose();

    /// <summary>The next connection; null when the listener is to stop.</summary>
    private async Task<TcpClient?> Accept(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                return await listener.AcceptTcpClientAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (SocketException e)
            {
                Log.MllpCannotAccept(logger, e.SocketErrorCode.ToString());
                await Task.Delay(AcceptPause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        return null;
    }

    /// <summary>Two tokens: one to take no more messages, one to give up those in hand.</summary>
    private async Task Serve(TcpClient client, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var connection = client;
        try
        {
            client.NoDelay = true;
            await using var stream = client.GetStream();
            var frames = new MllpFrames(stream, options.MaxMessageBytes);
            while (!stopping.IsCancellationRequested && await Receive(frames, stopping) is { } frame)
            {
                var answer = frame.IsTooLong ? TooLong() : await Answer(frame.Message, cancellationToken);
                await Send(stream, Hl7v2Ack.Build(frame.Message.Span, answer, time.GetUtcNow()), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Log.MllpEnded(logger, stopping.IsCancellationRequested ? "the listener stops" : "no whole message came in time");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            Log.MllpEnded(logger, e.GetType().Name);
        }
    }

    private async Task<MllpFrame?> Receive(MllpFrames frames, CancellationToken cancellationToken)
    {
        using var idle = new CancellationTokenSource(options.Idle, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        return await frames.Next(either.Token);
    }

    /// <summary>Whatever goes wrong in the handler, the sender hears that the message is not safe with us and keeps it.</summary>
    private async Task<MllpAnswer> Answer(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            return await handler(message, cancellationToken);
        }
        catch (Problem problem)
        {
            Log.MllpNotStored(logger, problem.Kind.ToString());
            return MllpAnswer.Of(AckCode.Error, "internal", problem.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.MllpNotStored(logger, e.GetType().Name);
            return MllpAnswer.Of(AckCode.Error, "internal", "the message was not stored; send it again later");
        }
    }

    private async Task Send(NetworkStream stream, byte[] ack, CancellationToken cancellationToken)
    {
        using var idle = new CancellationTokenSource(options.Idle, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        await stream.WriteAsync((byte[])[MllpFrames.Start, .. ack, MllpFrames.End, MllpFrames.CarriageReturn], either.Token);
    }

    private MllpAnswer TooLong() =>
        MllpAnswer.Of(AckCode.Reject, RejectionReasons.Unreadable, $"the message is longer than {options.MaxMessageBytes} bytes; send it in parts");
}

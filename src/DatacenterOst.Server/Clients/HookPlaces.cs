using System.Threading.RateLimiting;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// Hooks that are worked on at once. A few more wait a moment for a place; the others are told to come again at once, since an open
/// chart does not wait for a queue. A place is taken before the body is read, which bounds the memory of all bodies together.
/// </summary>
public sealed class HookPlaces : IDisposable
{
    /// <summary>Hooks at work.</summary>
    public const int MaxRunning = 256;

    /// <summary>Hooks that wait for a place.</summary>
    public const int MaxWaiting = 256;

    /// <summary>Longer than this no client would wait for the answer that follows.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = MaxRunning,
        QueueLimit = MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>A place, until it is disposed.</summary>
    /// <exception cref="Problem">Unavailable.</exception>
    public async Task<IDisposable> Take(CancellationToken cancellationToken)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(MaxWait);
        try
        {
            var lease = await limiter.AcquireAsync(1, inTime.Token);
            if (lease.IsAcquired)
                return lease;
            lease.Dispose();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Waited long enough.
        }

        throw new Problem(ProblemKind.Unavailable, "As many hooks are being answered as can be answered well. Ask again in a few seconds.");
    }

    public void Dispose() => limiter.Dispose();
}

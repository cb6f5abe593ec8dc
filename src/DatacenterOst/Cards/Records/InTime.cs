using System.Collections.Concurrent;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// Gives each call its time. What is not ready by then is left out of this answer; it is finished beside the traffic and, where it came from
/// what the client itself can give, waits for the next call about the same.
/// </summary>
public sealed class InTime(TimeProvider time, TimeSpan usual)
{
    /// <summary>The standard's order of magnitude is 500 ms (CDS Hooks 2.0.1, Providing FHIR Resources): the way back takes some of it.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(450);

    /// <summary>Answers that are finished in the background at a time; more are given up.</summary>
    private const int MaxUnfinished = 64;

    /// <summary>Finished answers that wait for their next call.</summary>
    private const int MaxReady = 1_000;

    /// <summary>From when on an unfinished answer is given up: whatever it waits for does not come.</summary>
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<UInt128, Ready> ready = new();
    private int unfinished;

    /// <returns>Null when it was not ready in time.</returns>
    public async Task<HookAnswer?> Answer(CdsService service, Asked asked, Func<CancellationToken, Task<HookAnswer>> work, CancellationToken cancellationToken)
    {
        if (ready.TryRemove(asked.Content, out var earlier) && time.GetUtcNow() - earlier.At < OpenedCharts.Longest && ReferenceEquals(earlier.Service, service)) return earlier.Answer;

        var stop = new CancellationTokenSource();
        var working = work(stop.Token);
        if (!working.IsCompleted)
        {
            // A client that goes away stops the work; one that has its answer, though an empty one, does not.
            await using var goneAway = cancellationToken.Register(stop.Cancel);
            await Task.WhenAny(working, Task.Delay(service.Budget ?? usual, time, cancellationToken));
        }

        if (working.IsCompleted || cancellationToken.IsCancellationRequested)
        {
            using (stop) return await working;
        }

        _ = Finish(service, asked, working, stop, stop.Token);
        return null;
    }

    private async Task Finish(CdsService service, Asked asked, Task<HookAnswer> working, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        var place = Interlocked.Increment(ref unfinished);
        try
        {
            stop.CancelAfter(place > MaxUnfinished ? TimeSpan.Zero : GivenUpAfter);
            var answer = await working.WaitAsync(cancellationToken);

            // What came from our own store may have changed by the next call, and is read again in no time.
            if (answer.Inputs is not { Patient.IsNone: true }) return;
            if (ready.Count >= MaxReady) ready.Clear();
            ready[asked.Content] = new Ready(service, answer, time.GetUtcNow());
        }
        catch (Exception failed) when (failed is OperationCanceledException or Problem or System.Data.Common.DbException)
        {
            // The next call meets it again, and tells its caller.
        }
        finally
        {
            Interlocked.Decrement(ref unfinished);
            stop.Dispose();
        }
    }

    private sealed record Ready(CdsService Service, HookAnswer Answer, DateTimeOffset At);
}

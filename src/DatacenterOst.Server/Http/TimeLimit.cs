using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>What takes longer than a caller waits is stopped, so that it takes no time from others.</summary>
public static class TimeLimit
{
    /// <summary>One search, or all entries of a batch.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <exception cref="Problem">TooCostly when it was not done in time.</exception>
    public static async Task<T> Within<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(Longest);
        try
        {
            return await work(inTime.Token);
        }
        catch (OperationCanceledException late) when (inTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new Problem(
                ProblemKind.TooCostly,
                $"It takes longer than {Longest.TotalSeconds:0} seconds and was stopped. Ask for less: name a patient, a code or a shorter time.",
                inner: late);
        }
    }
}

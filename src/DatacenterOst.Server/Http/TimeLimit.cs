using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>What takes longer than a caller waits is stopped, so that it takes no time from others.</summary>
/// <param name="longest">One search, or all of a batch or transaction (<see cref="Settings.LongestAnswer"/>).</param>
public sealed class TimeLimit(TimeSpan longest, TimeProvider time)
{
    /// <exception cref="Problem">TooCostly when it was not done in time.</exception>
    public Task<T> Within<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) => Begin().Within(work, cancellationToken);

    /// <summary>The time that several things have together, from now on.</summary>
    public Deadline Begin() => new(longest, time);
}

/// <summary>A time that has begun.</summary>
public sealed class Deadline
{
    private readonly TimeSpan longest;
    private readonly TimeProvider time;
    private readonly long began;

    internal Deadline(TimeSpan longest, TimeProvider time) => (this.longest, this.time, began) = (longest, time, time.GetTimestamp());

    private TimeSpan Left => longest - time.GetElapsedTime(began);

    /// <exception cref="Problem">TooCostly when it was not done in time.</exception>
    public async Task<T> Within<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Left is var left && left <= TimeSpan.Zero)
            throw TooLate("was not begun");
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(left);
        try
        {
            return await work(inTime.Token);
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TooLate("was stopped");
        }
    }

    /// <summary>For what must not be stopped half-way: it is begun in time, and then waited for.</summary>
    /// <exception cref="Problem">TooCostly when the time is over.</exception>
    public void RequireLeft()
    {
        if (Left <= TimeSpan.Zero)
            throw TooLate("was not begun");
    }

    private Problem TooLate(string what)
        => new(
            ProblemKind.TooCostly,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The time for one answer, {longest.TotalSeconds:0.###} seconds, is over, and this {what}. Ask for less: name a patient, a code or a shorter time, or send fewer entries."));
}

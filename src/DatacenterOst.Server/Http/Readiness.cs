namespace DatacenterOst.Server.Http;

/// <summary>Whether the server takes clients: one that has just started listens before it is warm, and says at <c>/health/ready</c> when it is.</summary>
public sealed class Readiness
{
    private volatile bool isWarmingUp;

    public bool IsWarmingUp => isWarmingUp;

    /// <summary>Not ready until the work is done.</summary>
    public async Task Until(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        isWarmingUp = true;
        try
        {
            await work(cancellationToken);
        }
        finally
        {
            isWarmingUp = false;
        }
    }
}

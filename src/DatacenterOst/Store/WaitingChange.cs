namespace DatacenterOst.Store;

/// <summary>A change that waits for the commit that it shares with others.</summary>
internal sealed class WaitingChange(string profile, Arrival arrival, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<ResourceWritten> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Profile { get; } = profile;

    public Arrival Arrival { get; } = arrival;

    public Task<ResourceWritten> Outcome => outcome.Task;

    /// <summary>Nobody waits for it any more, and it was not begun: it is as if it had never come.</summary>
    public bool IsGivenUp => cancellationToken.IsCancellationRequested && outcome.TrySetCanceled(cancellationToken);

    public void Complete(ItemInHand item)
    {
        if (item.Objection is { } objection)
        {
            outcome.TrySetException(objection);
        }
        else
        {
            outcome.TrySetResult(ResourceWrites.Written(item));
        }
    }

    public void Fail(Exception failure) => outcome.TrySetException(failure);
}

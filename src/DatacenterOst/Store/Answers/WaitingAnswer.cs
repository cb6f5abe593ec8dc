namespace DatacenterOst.Store.Answers;

/// <summary>An answer that waits for the commit that it shares with others.</summary>
internal sealed class WaitingAnswer(KeptAnswer answer, byte[] body, short encoding)
{
    private readonly TaskCompletionSource<bool> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KeptAnswer Answer { get; } = answer;

    public byte[] Body { get; } = body;

    public short Encoding { get; } = encoding;

    public Task<bool> Outcome => outcome.Task;

    public void Complete(bool isNew) => outcome.TrySetResult(isNew);

    public void Fail(Exception failure) => outcome.TrySetException(failure);
}

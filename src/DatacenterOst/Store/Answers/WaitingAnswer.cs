namespace DatacenterOst.Store.Answers;

/// <summary>An answer that waits for the commit that it shares with others.</summary>
/// <param name="UnlessSaid">It is kept only where none of this was said; null keeps it whatever was.</param>
/// <param name="Body">As it is kept.</param>
internal sealed record WaitingAnswer(KeptAnswer Answer, RecentQuery? UnlessSaid, byte[] Body, short Encoding)
{
    public override string ToString() => nameof(WaitingAnswer);
}

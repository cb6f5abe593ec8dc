namespace DatacenterOst.Specs.ClientTrust;

/// <summary>The real clock, put forward.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long ticks;

    public void Forward(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref ticks));
}

namespace DatacenterOst.Store;

/// <summary>
/// Stamps StoredAt. Each fact and each version gets a microsecond of its own in the order in which they arrived, so that of two
/// which became known at the same time the later arrival counts, also within one batch. Processes that write one store at a time
/// have different numbers and stamp different microseconds: a stamp is a row's own, whoever wrote it.
/// </summary>
internal sealed class StoreClock(TimeProvider time, int node)
{
    /// <summary>Processes that may have one store open at a time, and so the distance of one's stamps.</summary>
    public const int Nodes = 16;

    private readonly Lock gate = new();
    private long last = long.MinValue / 2;

    /// <summary>The first of <paramref name="count"/> stamps that belong to the caller; the last of them is not in the future.</summary>
    public long Take(int count)
    {
        lock (gate)
        {
            var wanted = Instants.Micros(time.GetUtcNow()) - ((long)count * Nodes);
            var first = Math.Max(wanted - (((wanted - node) % Nodes + Nodes) % Nodes), last + Nodes);
            last = first + ((count - 1L) * Nodes);
            return first;
        }
    }
}

namespace DatacenterOst.Store;

/// <summary>
/// Stamps StoredAt. Facts get one microsecond each in the order in which they arrived, so that of two which became
/// known at the same time the later arrival counts, also within one batch.
/// </summary>
internal sealed class StoreClock(TimeProvider time)
{
    private readonly Lock gate = new();
    private long last;

    /// <summary>The first of <paramref name="count"/> stamps that belong to the caller; the last of them is not in the future.</summary>
    public long Take(int count)
    {
        lock (gate)
        {
            var first = Math.Max(Instants.Micros(time.GetUtcNow()) - count + 1, last + 1);
            last = first + count - 1;
            return first;
        }
    }
}

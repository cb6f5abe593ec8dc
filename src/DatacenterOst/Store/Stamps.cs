namespace DatacenterOst.Store;

/// <summary>The moments of StoredAt that belong to one transaction.</summary>
internal sealed class Stamps(long first)
{
    private long next = first;

    public long Next()
    {
        var stamp = next;
        next += StoreClock.Nodes;
        return stamp;
    }
}

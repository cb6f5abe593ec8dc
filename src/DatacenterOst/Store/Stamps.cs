namespace DatacenterOst.Store;

/// <summary>The moments of StoredAt that belong to one transaction, a microsecond apart.</summary>
internal sealed class Stamps(long first)
{
    private long next = first;

    public long Next() => next++;
}

namespace DatacenterOst.Clinical;

/// <summary>
/// The point from which the record is looked at: facts known by <paramref name="Known"/> and stored by
/// <paramref name="Stored"/>. The third clock, ObservedAt, is a window of the query, not a point of view.
/// </summary>
public readonly record struct AsOf(DateTimeOffset Known, DateTimeOffset Stored)
{
    /// <summary>What anyone could have known at that instant, including facts that reached us later.</summary>
    public static AsOf KnownBy(DateTimeOffset instant) => new(instant, DateTimeOffset.MaxValue);

    /// <summary>What this store itself could have answered at that instant.</summary>
    public static AsOf StoredBy(DateTimeOffset instant) => new(instant, instant);
}

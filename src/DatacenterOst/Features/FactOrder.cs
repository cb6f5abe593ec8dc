using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>
/// The one order of facts on a timeline: ObservedAt, then KnownAt, then key. It is total, so that a feature does not
/// depend on the order in which facts came in.
/// </summary>
public static class FactOrder
{
    public static int Compare(Fact left, Fact right)
    {
        var observed = left.Finding.ObservedAt.CompareTo(right.Finding.ObservedAt);
        if (observed != 0) return observed;
        var known = left.Finding.KnownAt.CompareTo(right.Finding.KnownAt);
        return known != 0 ? known : left.Key.Value.CompareTo(right.Key.Value);
    }
}

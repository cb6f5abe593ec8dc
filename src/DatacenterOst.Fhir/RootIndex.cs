using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>
/// Where the children of a resource's root begin: one number for each element, its slot above and its node below. Expressions ask the
/// root more than anything else, and its children lie far apart in the table; this lies in two or three lines of the cache.
/// </summary>
internal sealed class RootIndex
{
    private readonly long[] entries;

    private RootIndex(long[] entries) => this.entries = entries;

    public static RootIndex Of(ReadOnlySpan<Node> nodes)
    {
        Span<long> entries = stackalloc long[64];
        var (count, before) = (0, -1);
        for (var i = 1; i < nodes.Length;)
        {
            ref readonly var node = ref nodes[i];
            if (node.Slot != before && (node.Flags & NodeFlags.Attached) == 0) entries[count++] = ((long)node.Slot << 32) | (uint)i;
            if ((node.Flags & NodeFlags.Attached) == 0) before = node.Slot;
            i = (node.Flags & NodeFlags.HasShadow) != 0 ? i + 1 : node.Next;
        }
        return new RootIndex(entries[..count].ToArray());
    }

    /// <summary>The first child in these slots; −1 where there is none.</summary>
    public int First(SlotRange slots)
    {
        var at = entries.AsSpan().IndexOfAnyInRange((long)slots.First << 32, ((long)slots.Last << 32) | uint.MaxValue);
        return at < 0 ? -1 : (int)entries[at];
    }
}

using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>Children of an element, for <c>foreach</c>; a struct that allocates nothing.</summary>
public readonly struct ElementChildren
{
    private readonly Resource? owner;
    private readonly int first;
    private readonly int end;
    private readonly SlotRange slots;

    internal ElementChildren(Resource owner, int first, int end, SlotRange slots) => (this.owner, this.first, this.end, this.slots) = (owner, first, end, slots);

    /// <summary>Begins a walk over the children; for <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(owner, first, end, slots);

    /// <summary>How many there are; walks over them.</summary>
    public int Count()
    {
        var count = 0;
        foreach (var _ in this) count++;
        return count;
    }

    /// <summary>Copies them to a list, for LINQ.</summary>
    public IReadOnlyList<Element> ToList()
    {
        var list = new List<Element>();
        foreach (var child in this) list.Add(child);
        return list;
    }

    /// <summary>A walk over the children.</summary>
    public struct Enumerator
    {
        private readonly Resource? owner;
        private readonly SlotRange slots;
        private readonly int end;
        private int next;
        private int current;

        internal Enumerator(Resource? owner, int first, int end, SlotRange slots) => (this.owner, this.slots, this.end, next, current) = (owner, slots, end, first, -1);

        /// <summary>The child the walk stands on.</summary>
        public readonly Element Current => new(owner!, current);

        /// <summary>Goes to the next child; false after the last.</summary>
        public bool MoveNext()
        {
            if (owner is null) return false;
            var nodes = owner.Nodes;
            while (next < end)
            {
                ref readonly var node = ref nodes[next];
                var at = next;
                next = (node.Flags & NodeFlags.HasShadow) != 0 ? next + 1 : node.Next;
                if (node.Slot < slots.First || node.Slot > slots.Last)
                {
                    // Items of one element lie together, so that behind them there are no more.
                    if (current >= 0) return false;
                    continue;
                }
                // A shadow that belongs to a value is reached through the value.
                if ((node.Flags & NodeFlags.Attached) != 0) continue;
                current = at;
                return true;
            }
            return false;
        }
    }
}

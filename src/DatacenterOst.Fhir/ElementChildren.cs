namespace DatacenterOst.Fhir;

/// <summary>Children of an element, for <c>foreach</c>; a struct that allocates nothing.</summary>
public readonly struct ElementChildren
{
    private readonly Resource? owner;
    private readonly int first;
    private readonly int end;
    private readonly int nameId;

    internal ElementChildren(Resource owner, int first, int end, int nameId) =>
        (this.owner, this.first, this.end, this.nameId) = (owner, first, end, nameId);

    /// <summary>Begins a walk over the children; for <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(owner, first, end, nameId);

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
        private readonly int end;
        private readonly int nameId;
        private int next;
        private int current;

        internal Enumerator(Resource? owner, int first, int end, int nameId) =>
            (this.owner, next, this.end, this.nameId, current) = (owner, first, end, nameId, -1);

        /// <summary>The child the walk stands on.</summary>
        public readonly Element Current => new(owner!, current);

        /// <summary>Goes to the next child; false after the last.</summary>
        public bool MoveNext()
        {
            if (owner is null) return false;
            var nodes = owner.Nodes;
            var nameIds = Definitions.Structures.Current.SlotNameIds;
            while (next < end)
            {
                ref readonly var node = ref nodes[next];
                current = next;
                next = (node.Flags & NodeFlags.HasShadow) != 0 ? next + 1 : node.Next;
                // A shadow that belongs to a value is reached through the value.
                if ((node.Flags & NodeFlags.Attached) != 0) continue;
                if (nameId < 0 || nameIds[node.Slot] == nameId) return true;
            }
            return false;
        }
    }
}

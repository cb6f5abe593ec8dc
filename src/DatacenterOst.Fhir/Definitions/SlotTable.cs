namespace DatacenterOst.Fhir.Definitions;

/// <summary>Finds the slots of an element in a type by the number of its name: open addressing, because every step of every path asks.</summary>
internal sealed class SlotTable
{
    private readonly (int NameId, SlotRange Slots)[] table;

    public SlotTable(TypeDefinition type, ReadOnlySpan<Slot> slots)
    {
        var size = 4;
        while (size < 2 * type.Elements.Length) size *= 2;
        table = new (int, SlotRange)[size];
        Array.Fill(table, (-1, default));
        foreach (var slot in slots)
        {
            ref var entry = ref table[Place(slot.Element.NameId)];
            entry = entry.NameId < 0 ? (slot.Element.NameId, new SlotRange(slot.Index, slot.Index)) : (entry.NameId, entry.Slots with { Last = slot.Index });
        }
    }

    public bool TryFind(int nameId, out SlotRange slots)
    {
        ref readonly var entry = ref table[Place(nameId)];
        slots = entry.Slots;
        return entry.NameId == nameId;
    }

    private int Place(int nameId)
    {
        var at = nameId & (table.Length - 1);
        while (table[at].NameId >= 0 && table[at].NameId != nameId) at = (at + 1) & (table.Length - 1);
        return at;
    }
}

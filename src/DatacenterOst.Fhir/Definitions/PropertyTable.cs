using System.Runtime.InteropServices;

namespace DatacenterOst.Fhir.Definitions;

/// <summary>Finds the slot of a JSON property name in a type: open addressing over the bytes, no strings made.</summary>
internal sealed class PropertyTable
{
    private readonly ushort[] table;
    private readonly Slot[] slots;

    public PropertyTable(TypeDefinition type, Structures structures)
    {
        slots = structures.Slots;
        var size = 8;
        while (size < 2 * (type.EndSlot - type.FirstSlot)) size *= 2;
        table = new ushort[size];
        for (var i = type.FirstSlot; i < type.EndSlot; i++)
        {
            var at = Hash(slots[i].JsonName) & (size - 1);
            while (table[at] != 0) at = (at + 1) & (size - 1);
            table[at] = (ushort)i;
        }
    }

    public Slot? Find(ReadOnlySpan<byte> name)
    {
        var mask = table.Length - 1;
        for (var at = Hash(name) & mask; table[at] != 0; at = (at + 1) & mask)
        {
            var slot = slots[table[at]];
            if (name.SequenceEqual(slot.JsonName)) return slot;
        }
        return null;
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        if (name.Length < 4) return name.Length == 0 ? 0 : name[0] * 31 + name[^1] * 7 + name.Length;
        var first = MemoryMarshal.Read<uint>(name);
        var last = MemoryMarshal.Read<uint>(name[^4..]);
        var mixed = (first * 0x9E3779B1) ^ (last * 0x85EBCA77) ^ (uint)name.Length;
        return (int)(mixed ^ (mixed >> 15)) & int.MaxValue;
    }
}

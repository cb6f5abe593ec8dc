using System.Text.Json;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>Writes those elements of a resource that a rule keeps, values byte for byte as they came.</summary>
internal sealed class SubsetWriting
{
    // Any system may see the tag; the words are HL7's (v3-ObservationValue).
    private const string System = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
    private const string Code = "SUBSETTED";
    private readonly Resource resource;
    private readonly Node[] nodes;
    private readonly Utf8JsonWriter writer;
    private readonly Func<ElementDefinition, bool> keeps;
    private readonly JsonWriting whole;

    public SubsetWriting(Resource resource, Utf8JsonWriter writer, Func<ElementDefinition, bool> keeps)
    {
        (this.resource, this.writer, this.keeps, nodes) = (resource, writer, keeps, resource.Nodes);
        whole = new JsonWriting(resource, writer);
    }

    /// <summary>The rule is for the elements of the root; below them all is kept.</summary>
    public void WriteRoot() => Root(i => whole.Write(i), _ => true);

    /// <summary>The rule is for the elements of every level.</summary>
    public void WriteSummary() => Root(Value, HasAny);

    private void Root(Action<int> value, Func<int, bool> hasAny)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, resource.TypeName);
        var hasMeta = false;
        for (var i = 1; i < nodes[0].Next; i = End(i, nodes[0].Next))
        {
            var slot = Structures.Current.Slots[nodes[i].Slot];
            if (slot.Element.Name == "meta" && (nodes[i].Flags & NodeFlags.Object) != 0)
            {
                Meta(i);
                hasMeta = true;
            }
            else if (keeps(slot.Element)) Property(i, nodes[0].Next, value, hasAny);
        }
        if (!hasMeta) Meta(-1);
        writer.WriteEndObject();
    }

    private void Meta(int index)
    {
        writer.WriteStartObject("meta"u8);
        var isTagged = false;
        for (var i = index + 1; index >= 0 && i < nodes[index].Next; i = End(i, nodes[index].Next))
        {
            if (Structures.Current.Slots[nodes[i].Slot].Element.Name != "tag")
            {
                Property(i, nodes[index].Next, j => whole.Write(j), _ => true);
                continue;
            }
            writer.WriteStartArray("tag"u8);
            for (var j = i; j < End(i, nodes[index].Next); j = Skip(j)) whole.Write(j);
            Tag();
            writer.WriteEndArray();
            isTagged = true;
        }
        if (!isTagged)
        {
            writer.WriteStartArray("tag"u8);
            Tag();
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private void Tag()
    {
        writer.WriteStartObject();
        writer.WriteString("system"u8, System);
        writer.WriteString("code"u8, Code);
        writer.WriteEndObject();
    }

    private void Value(int index)
    {
        ref readonly var node = ref nodes[index];
        if ((node.Flags & NodeFlags.Object) == 0 || IsWhole(index))
        {
            whole.Write(index);
            return;
        }
        writer.WriteStartObject();
        var type = Structures.Current.Types[node.Type];
        if (type.IsResource) writer.WriteString("resourceType"u8, type.Name);
        for (var i = index + 1; i < nodes[index].Next; i = End(i, nodes[index].Next))
            if (keeps(Structures.Current.Slots[nodes[i].Slot].Element)) Property(i, nodes[index].Next, Value, HasAny);
        writer.WriteEndObject();
    }

    // A data type of which nothing is marked as summary is one value, and goes whole. So do an extension and a primitive's own id and extensions.
    private bool IsWhole(int index)
    {
        var type = Structures.Current.Types[nodes[index].Type];
        return (nodes[index].Flags & NodeFlags.Shadow) != 0 || type == Structures.Current.Extension || !Array.Exists(type.Elements, e => e.IsSummary && e.Name != "modifierExtension");
    }

    // JSON of FHIR has no empty objects; what would be left empty is left out.
    private bool HasAny(int index)
    {
        if ((nodes[index].Flags & NodeFlags.Object) == 0 || IsWhole(index) || Structures.Current.Types[nodes[index].Type].IsResource) return true;
        for (var i = index + 1; i < nodes[index].Next; i = End(i, nodes[index].Next))
            if (keeps(Structures.Current.Slots[nodes[i].Slot].Element) && HasAny(i)) return true;
        return false;
    }

    private void Property(int first, int end, Action<int> value, Func<int, bool> hasAny)
    {
        ref readonly var node = ref nodes[first];
        var slot = Structures.Current.Slots[node.Slot];
        var name = (node.Flags & NodeFlags.Shadow) != 0 ? slot.ShadowName : slot.JsonName;
        if (!slot.Element.IsArray)
        {
            if (!hasAny(first)) return;
            writer.WritePropertyName(name);
            value(first);
            return;
        }
        var items = new List<int>();
        for (var i = first; i < End(first, end); i = Skip(i))
            if (hasAny(i)) items.Add(i);
        if (items.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var item in items) value(item);
        writer.WriteEndArray();
    }

    /// <summary>The node after the property that begins here, with all items of its list, in an object that ends there.</summary>
    private int End(int first, int objectEnd)
    {
        var i = Skip(first);
        if (!Structures.Current.Slots[nodes[first].Slot].Element.IsArray) return i;
        var shadow = nodes[first].Flags & NodeFlags.Shadow;
        while (i < objectEnd && nodes[i].Slot == nodes[first].Slot && (nodes[i].Flags & NodeFlags.Shadow) == shadow) i = Skip(i);
        return i;
    }

    private int Skip(int i) => (nodes[i].Flags & NodeFlags.HasShadow) != 0 ? i + 1 : nodes[i].Next;
}

using System.Text;
using System.Text.Json;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>Writes the nodes of a resource as JSON again, values byte for byte as they came.</summary>
internal readonly struct JsonWriting(Resource resource, Utf8JsonWriter writer)
{
    private readonly Node[] nodes = resource.Nodes;
    private readonly Structures structures = Structures.Current;

    public void Write(int index)
    {
        ref readonly var node = ref nodes[index];
        if ((node.Flags & NodeFlags.Null) != 0)
        {
            writer.WriteNullValue();
            return;
        }
        if ((node.Flags & NodeFlags.Object) == 0)
        {
            WriteRaw(node);
            return;
        }
        writer.WriteStartObject();
        var type = structures.Types[node.Type];
        if (type.IsResource) writer.WriteString("resourceType"u8, type.Name);
        for (var i = index + 1; i < node.Next;) i = WriteProperty(i, node.Next);
        writer.WriteEndObject();
    }

    /// <summary>Writes the property that begins at the node, with all items of its list; returns the node after it.</summary>
    private int WriteProperty(int first, int end)
    {
        ref readonly var node = ref nodes[first];
        var slot = structures.Slots[node.Slot];
        var isShadow = (node.Flags & NodeFlags.Shadow) != 0;
        writer.WritePropertyName(isShadow ? slot.ShadowName : slot.JsonName);
        if (!slot.Element.IsArray)
        {
            Write(first);
            return Skip(first);
        }
        writer.WriteStartArray();
        var i = first;
        for (; i < end && nodes[i].Slot == node.Slot && ((nodes[i].Flags & NodeFlags.Shadow) != 0) == isShadow; i = Skip(i)) Write(i);
        writer.WriteEndArray();
        return i;
    }

    private void WriteRaw(in Node node)
    {
        var bytes = resource.Bytes.Span;
        var isText = (node.Flags & NodeFlags.Text) != 0;
        writer.WriteRawValue(isText ? bytes.Slice(node.Start - 1, node.Length + 2) : bytes.Slice(node.Start, node.Length), skipInputValidation: true);
    }

    private int Skip(int i) => (nodes[i].Flags & NodeFlags.HasShadow) != 0 ? i + 1 : nodes[i].Next;
}

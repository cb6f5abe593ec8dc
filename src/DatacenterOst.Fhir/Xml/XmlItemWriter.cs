using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Xml;

/// <summary>Writes what was read from XML as JSON, and notes the place in the XML of each node in the order in which the JSON parser makes them.</summary>
internal sealed class XmlItemWriter
{
    private readonly Utf8JsonWriter writer;
    private readonly List<(int Line, int Column)> places = [];

    private XmlItemWriter(Utf8JsonWriter writer) => this.writer = writer;

    public static (byte[] Json, (int Line, int Column)[] Places) Write(XmlItem root)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 });
        var writing = new XmlItemWriter(writer);
        writing.Object(root);
        writer.Flush();
        return (buffer.WrittenSpan.ToArray(), [.. writing.places]);
    }

    private void Object(XmlItem item)
    {
        places.Add(item.Place);
        writer.WriteStartObject();
        if (item.Type.IsResource) writer.WriteString("resourceType", item.Type.Name);
        for (var i = 0; i < item.Children.Count;)
        {
            var count = 1;
            while (i + count < item.Children.Count && item.Children[i + count].Slot == item.Children[i].Slot) count++;
            Property(item.Children.GetRange(i, count));
            i += count;
        }
        writer.WriteEndObject();
    }

    private void Property(List<XmlItem> items)
    {
        var slot = items[0].Slot!;
        if (!slot.Type.IsPrimitive)
        {
            writer.WritePropertyName(slot.JsonName);
            List(slot, items, Object);
            return;
        }
        if (items.Exists(i => i.Value is not null))
        {
            writer.WritePropertyName(slot.JsonName);
            List(slot, items, Value);
        }
        if (!items.Exists(i => i.Children.Count > 0)) return;
        writer.WritePropertyName(slot.ShadowName);
        List(slot, items, Shadow);
    }

    private void List(Slot slot, List<XmlItem> items, Action<XmlItem> write)
    {
        if (slot.Element.IsArray) writer.WriteStartArray();
        items.ForEach(write);
        if (slot.Element.IsArray) writer.WriteEndArray();
    }

    private void Value(XmlItem item)
    {
        places.Add(item.Place);
        if (item.Value is null) writer.WriteNullValue();
        else if (item.Type.Primitive is Primitive.Boolean or Primitive.Integer or Primitive.UnsignedInt or Primitive.PositiveInt or Primitive.Decimal) writer.WriteRawValue(item.Value);
        else writer.WriteStringValue(item.Value);
    }

    private void Shadow(XmlItem item)
    {
        if (item.Children.Count > 0)
        {
            Object(item);
            return;
        }
        places.Add(item.Place);
        writer.WriteNullValue();
    }
}

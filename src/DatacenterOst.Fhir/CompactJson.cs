using System.Buffers;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>
/// Writes a resource as JSON without blanks by copying its values; three times as fast as <see cref="JsonWriting"/>, which is the
/// reference (a test holds the two to the same bytes).
/// </summary>
internal ref struct CompactJson
{
    private readonly Node[] nodes;
    private readonly Structures structures;
    private readonly ReadOnlySpan<byte> source;
    private byte[] buffer;
    private int at;

    private CompactJson(Resource resource)
    {
        (nodes, structures) = (resource.Nodes, Structures.Current);
        source = resource.Bytes.Span;
        buffer = ArrayPool<byte>.Shared.Rent(source.Length + 256);
    }

    public static byte[] ToArray(Resource resource)
    {
        var writing = new CompactJson(resource);
        try
        {
            writing.Value(0);
            return writing.buffer.AsSpan(0, writing.at).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(writing.buffer);
        }
    }

    private void Value(int index)
    {
        ref readonly var node = ref nodes[index];
        if ((node.Flags & NodeFlags.Null) != 0) Write("null"u8);
        else if ((node.Flags & NodeFlags.Text) != 0) Write(source.Slice(node.Start - 1, node.Length + 2));
        else if ((node.Flags & NodeFlags.Object) == 0) Write(source.Slice(node.Start, node.Length));
        else Object(index, node);
    }

    private void Object(int index, in Node node)
    {
        Write("{"u8);
        var type = structures.Types[node.Type];
        if (type.IsResource)
        {
            Write("\"resourceType\":\""u8);
            Write(type.Utf8Name);
            Write("\""u8);
        }
        var end = node.Next;
        for (var i = index + 1; i < end;)
        {
            if (i > index + 1 || type.IsResource) Write(","u8);
            i = Property(i, end);
        }
        Write("}"u8);
    }

    private int Property(int first, int end)
    {
        ref readonly var node = ref nodes[first];
        var slot = structures.Slots[node.Slot];
        var shadow = node.Flags & NodeFlags.Shadow;
        Write("\""u8);
        Write(shadow != 0 ? slot.ShadowName : slot.JsonName);
        if (!slot.Element.IsArray)
        {
            Write("\":"u8);
            Value(first);
            return Skip(first);
        }
        Write("\":["u8);
        var i = first;
        for (; i < end && nodes[i].Slot == node.Slot && (nodes[i].Flags & NodeFlags.Shadow) == shadow; i = Skip(i))
        {
            if (i > first) Write(","u8);
            Value(i);
        }
        Write("]"u8);
        return i;
    }

    private readonly int Skip(int i) => (nodes[i].Flags & NodeFlags.HasShadow) != 0 ? i + 1 : nodes[i].Next;

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (at + bytes.Length > buffer.Length) Grow(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(at));
        at += bytes.Length;
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, at + more));
        buffer.AsSpan(0, at).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}

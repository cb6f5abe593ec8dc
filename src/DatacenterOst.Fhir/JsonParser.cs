using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>Reads JSON into the flat table of a <see cref="Resource"/> (FHIR R4, 2.6.2 JSON Representation).</summary>
internal ref partial struct JsonParser
{
    private readonly Structures structures;
    private readonly ReadOnlySpan<byte> bytes;
    private Utf8JsonReader reader;
    private Node[] nodes;
    private int count;

    // The element being read whose node is not there yet; it ends the path of an error.
    private Slot? reading;

    private JsonParser(ReadOnlySpan<byte> bytes)
    {
        structures = Structures.Current;
        this.bytes = bytes;
        reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Resource.MaxDepth });
        nodes = ArrayPool<Node>.Shared.Rent(Math.Max(64, bytes.Length / 16));
    }

    public static Resource Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > Resource.MaxBytes) throw new FhirFormatException($"The resource has {utf8.Length} bytes; the limit is {Resource.MaxBytes}. Read large bundles entry by entry.");
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        var parser = new JsonParser(utf8.Span);
        try
        {
            return new Resource(utf8, parser.ReadAll());
        }
        catch (JsonException e)
        {
            throw parser.Broken(e);
        }
        catch (InvalidOperationException)
        {
            throw parser.HalfPair();
        }
        finally
        {
            ArrayPool<Node>.Shared.Return(parser.nodes);
        }
    }

    private Node[] ReadAll()
    {
        // Utf8JsonReader does not look inside strings that nobody reads, so the encoding is checked for the whole at once.
        if (!Utf8.IsValid(bytes)) throw Error(FirstInvalid(), "The text is not valid UTF-8; save it as UTF-8 again");
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw Error(0, "A resource is a JSON object that begins with {");
        ReadResource(0, structures.Resource);
        if (reader.Read()) throw Error((int)reader.TokenStartIndex, "There is something after the resource; one resource is read at a time");
        return nodes.AsSpan(0, count).ToArray();
    }

    private int Add(int slot, TypeDefinition type, NodeFlags flags)
    {
        if (count == nodes.Length) Grow();
        var isText = reader.TokenType == JsonTokenType.String;
        nodes[count] = new Node
        {
            Start = (int)reader.TokenStartIndex + (isText ? 1 : 0),
            Length = reader.ValueSpan.Length,
            Next = count + 1,
            Slot = (ushort)slot,
            Type = (ushort)type.Index,
            Flags = flags | (isText ? reader.ValueIsEscaped ? NodeFlags.Text | NodeFlags.Escaped : NodeFlags.Text : NodeFlags.None),
        };
        return count++;
    }

    private void Grow()
    {
        var larger = ArrayPool<Node>.Shared.Rent(nodes.Length * 2);
        nodes.AsSpan(0, count).CopyTo(larger);
        ArrayPool<Node>.Shared.Return(nodes);
        nodes = larger;
    }

    private void ReadResource(int slot, TypeDefinition declared)
    {
        var type = FindType(declared);
        var index = Add(slot, type, NodeFlags.Object);
        nodes[index].Next = 0;
        ReadProperties(type, index, NodeFlags.None);
    }

    /// <summary>resourceType may stand anywhere in the object, so a copy of the reader looks ahead for it.</summary>
    private readonly TypeDefinition FindType(TypeDefinition declared)
    {
        var ahead = reader;
        var start = (int)reader.TokenStartIndex;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var found = ahead.ValueTextEquals("resourceType"u8);
            ahead.Read();
            if (!found) { ahead.Skip(); continue; }
            if (ahead.TokenType != JsonTokenType.String) throw Error((int)ahead.TokenStartIndex, "resourceType must be a string such as \"Patient\"");
            var type = structures.ResourceType(ahead.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(ahead.GetString()!) : ahead.ValueSpan);
            if (type is null || !type.Is(declared)) throw Error((int)ahead.TokenStartIndex, $"'{ahead.GetString()}' is not a resource type of FHIR R4");
            return type;
        }
        throw Error(start, "The resource has no resourceType; add \"resourceType\": \"…\"");
    }

    /// <summary>Reads the properties of the object just opened, up to its closing brace.</summary>
    private void ReadProperties(TypeDefinition type, int index, NodeFlags kind)
    {
        var properties = type.Properties(structures);
        ulong seen = 0, seenShadow = 0;
        var (hasType, hasShadow) = (false, false);
        reading = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = PropertyName();
            if (type.IsResource && name.SequenceEqual("resourceType"u8))
            {
                if (hasType) throw Error((int)reader.TokenStartIndex, "resourceType is written twice; keep one");
                hasType = true;
                reader.Read();
                continue;
            }
            var isShadow = name.Length > 1 && name[0] == '_';
            var slot = properties.Find(isShadow ? name[1..] : name);
            if (slot is null || (isShadow && !slot.Type.IsPrimitive)) throw Unknown(type, name);
            ref var marks = ref isShadow ? ref seenShadow : ref seen;
            var bit = 1UL << slot.Element.Ordinal;
            if ((marks & bit) != 0) throw Error((int)reader.TokenStartIndex, $"'{slot.Element.Name}' is written twice; keep one");
            marks |= bit;
            hasShadow |= isShadow;
            reader.Read();
            reading = slot;
            ReadValue(slot, isShadow);
            reading = null;
        }
        if (!hasType && seen == 0 && seenShadow == 0) throw Error(nodes[index].Start, "An object must not be empty; leave the element out instead");
        if (hasShadow) AttachShadows(index, seen & seenShadow);
        ref var node = ref nodes[index];
        node.Length = (int)reader.BytesConsumed - node.Start;
        node.Next = count;
        node.Flags |= kind;
    }

    private readonly ReadOnlySpan<byte> PropertyName()
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        var buffer = new byte[reader.ValueSpan.Length];
        return buffer.AsSpan(0, CopyText(buffer));
    }

    private void ReadValue(Slot slot, bool isShadow)
    {
        if (!slot.Element.IsArray)
        {
            if (reader.TokenType == JsonTokenType.StartArray) throw Error((int)reader.TokenStartIndex, $"'{slot.Element.Name}' takes one value; remove the [ ]");
            ReadItem(slot, isShadow);
            return;
        }
        if (reader.TokenType != JsonTokenType.StartArray) throw Error((int)reader.TokenStartIndex, $"'{slot.Element.Name}' is a list; write its value in [ ]");
        var items = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items++;
            if (reader.TokenType == JsonTokenType.Null && slot.Type.IsPrimitive) Add(slot.Index, slot.Type, isShadow ? NodeFlags.Null | NodeFlags.Shadow : NodeFlags.Null);
            else ReadItem(slot, isShadow);
            reading = slot;
        }
        if (items == 0) throw Error((int)reader.TokenStartIndex, $"'{slot.Element.Name}' is an empty list; leave it out instead");
    }

    private void ReadItem(Slot slot, bool isShadow)
    {
        var type = slot.Type;
        if (type.IsPrimitive && !isShadow)
        {
            ReadPrimitive(slot);
            return;
        }
        if (reader.TokenType != JsonTokenType.StartObject) throw Error((int)reader.TokenStartIndex, $"'{slot.Element.Name}' is a {type.FhirName}; write it as an object in {{ }}");
        if (type.IsResource)
        {
            ReadResource(slot.Index, type);
            return;
        }
        var index = Add(slot.Index, type, NodeFlags.Object);
        nodes[index].Next = 0;
        ReadProperties(type, index, isShadow ? NodeFlags.Shadow : NodeFlags.None);
    }

    private void ReadPrimitive(Slot slot)
    {
        var type = slot.Type.Primitive;
        var token = reader.TokenType;
        var fits = type switch
        {
            Primitive.Boolean => token is JsonTokenType.True or JsonTokenType.False,
            Primitive.Integer or Primitive.UnsignedInt or Primitive.PositiveInt or Primitive.Decimal => token == JsonTokenType.Number,
            _ => token == JsonTokenType.String,
        };
        if (!fits) throw Error((int)reader.TokenStartIndex, WrongToken(slot, token));
        if (type != Primitive.Boolean) CheckPrimitive(type);
        Add(slot.Index, slot.Type, NodeFlags.None);
    }

    private void CheckPrimitive(Primitive type)
    {
        if (!reader.ValueIsEscaped)
        {
            if (PrimitiveFormat.Problem(type, reader.ValueSpan) is { } wrong) throw BadValue(wrong, reader.ValueSpan);
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var text = buffer.AsSpan(0, CopyText(buffer));
            if (PrimitiveFormat.Problem(type, text) is { } problem) throw BadValue(problem, text);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private readonly int CopyText(Span<byte> buffer) => reader.CopyString(buffer);
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

internal ref partial struct JsonParser
{
    /// <summary>Binds "_birthDate" to "birthDate", and the k-th item of "_given" to the k-th of "given".</summary>
    private readonly void AttachShadows(int parent, ulong both)
    {
        for (var i = parent + 1; i < count; i = Skip(i))
        {
            ref readonly var node = ref nodes[i];
            if ((node.Flags & NodeFlags.Shadow) == 0)
            {
                if ((both & (1UL << structures.Slots[node.Slot].Element.Ordinal)) == 0 && node.Flags.HasFlag(NodeFlags.Null)) throw Nothing(i);
                continue;
            }
            if (node.Flags.HasFlag(NodeFlags.Attached)) continue;
            var value = FirstValue(parent, node.Slot);
            if (value < 0)
            {
                if (structures.Slots[node.Slot] is var slot && (both & (1UL << slot.Element.Ordinal)) != 0) throw Error(node.Start, $"'_{slot.Element.Name}' has another type than '{slot.Element.Name}'; use the same");
                continue;
            }
            AttachRun(value, i);
        }
        for (var i = parent + 1; i < count; i = Skip(i))
        {
            if (nodes[i].Flags.HasFlag(NodeFlags.Null) && (nodes[i].Flags & (NodeFlags.HasShadow | NodeFlags.Attached)) == 0) throw Nothing(i);
        }
    }

    private readonly void AttachRun(int value, int shadow)
    {
        var slot = nodes[shadow].Slot;
        for (var i = shadow; i < count && nodes[i].Slot == slot && (nodes[i].Flags & NodeFlags.Shadow) != 0; i = nodes[i].Next)
        {
            if (value >= count || nodes[value].Slot != slot || (nodes[value].Flags & NodeFlags.Shadow) != 0)
                throw Error(nodes[i].Start, $"'_{structures.Slots[slot].Element.Name}' has more items than '{structures.Slots[slot].Element.Name}'; fill up with null");
            nodes[i].Flags |= NodeFlags.Attached;
            if ((nodes[i].Flags & NodeFlags.Null) == 0)
            {
                nodes[value].Next = i;
                nodes[value].Flags |= NodeFlags.HasShadow;
            }
            value++;
        }
    }

    private readonly int FirstValue(int parent, ushort slot)
    {
        for (var i = parent + 1; i < count; i = Skip(i))
            if (nodes[i].Slot == slot && (nodes[i].Flags & NodeFlags.Shadow) == 0) return i;
        return -1;
    }

    private readonly int Skip(int i) => (nodes[i].Flags & NodeFlags.HasShadow) != 0 ? i + 1 : nodes[i].Next;

    private readonly FhirFormatException Nothing(int i) =>
        Error(nodes[i].Start, $"'{structures.Slots[nodes[i].Slot].Element.Name}' has a null without id or extension in its place; leave it out");

    private readonly FhirFormatException Unknown(TypeDefinition type, ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name.Length > 80 ? name[..80] : name);
        return Error((int)reader.TokenStartIndex, $"{type.Name} has no element '{text}'; check the spelling, or carry own data in an extension");
    }

    private static string WrongToken(Slot slot, JsonTokenType token)
    {
        var wanted = slot.Type.Primitive switch
        {
            Primitive.Boolean => "true or false without quotation marks",
            Primitive.Integer or Primitive.UnsignedInt or Primitive.PositiveInt or Primitive.Decimal => "a number without quotation marks",
            _ => "a string in quotation marks",
        };
        var found = token switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.Null => "null",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            _ => "true or false",
        };
        return $"'{slot.Element.Name}' is a {slot.Type.Name} and must be {wanted}, not {found}";
    }

    private readonly FhirFormatException BadValue(string problem, ReadOnlySpan<byte> text)
    {
        var name = reading?.Element.Name;
        var shown = Encoding.UTF8.GetString(text.Length > 60 ? text[..60] : text);
        return Error((int)reader.TokenStartIndex, $"'{name}' {problem}: '{shown}'");
    }

    /// <summary>The reader of .NET refuses half of a surrogate pair only when the text is unescaped, and then with this exception alone.</summary>
    private readonly FhirFormatException HalfPair() =>
        Error((int)reader.TokenStartIndex, "The text has half of a surrogate pair (\\uD800 to \\uDFFF); write both halves or the character itself");

    private readonly FhirFormatException Broken(JsonException e)
    {
        var line = (int)(e.LineNumber ?? 0);
        var column = (int)(e.BytePositionInLine ?? 0);
        var deep = e.Message.Contains("maximum configured depth", StringComparison.Ordinal);
        var problem = deep ? $"The JSON is nested deeper than {Resource.MaxDepth} levels" : "The JSON is broken: " + e.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
        return new FhirFormatException(problem, line + 1, column + 1, Path());
    }

    private readonly FhirFormatException Error(int position, string problem)
    {
        var (line, column) = TextPlace.Of(bytes, position);
        return new FhirFormatException(problem, line, column, Path());
    }

    /// <summary>The open nodes have Next = 0; they and the element being read make the path.</summary>
    private readonly string Path()
    {
        var path = new StringBuilder();
        var parent = -1;
        for (var i = 0; i < count; i++)
        {
            if (nodes[i].Next != 0) continue;
            var slot = structures.Slots[nodes[i].Slot];
            if (i == 0) path.Append(structures.Types[nodes[0].Type].Name);
            else path.Append('.').Append(slot.Element.Name);
            if (i > 0 && slot.Element.IsArray) path.Append(CultureInfo.InvariantCulture, $"[{ItemsBefore(parent, i, slot.Index)}]");
            parent = i;
        }
        if (reading is null || parent < 0) return path.ToString();
        path.Append('.').Append(reading.Element.Name);
        if (reading.Element.IsArray && reader.TokenType != JsonTokenType.EndArray) path.Append(CultureInfo.InvariantCulture, $"[{ItemsBefore(parent, count, reading.Index)}]");
        return path.ToString();
    }

    private readonly int ItemsBefore(int parent, int index, int slot)
    {
        var items = 0;
        // Items of the same list lie together, so that counting back to the first other slot is enough.
        for (var i = parent + 1; i < index; i = Math.Max(i + 1, nodes[i].Next)) items = nodes[i].Slot == slot ? items + 1 : 0;
        return items;
    }

    private readonly int FirstInvalid()
    {
        Span<char> buffer = stackalloc char[256];
        for (var at = 0; at < bytes.Length;)
        {
            var status = Utf8.ToUtf16(bytes[at..], buffer, out var read, out _, replaceInvalidSequences: false);
            at += read;
            if (status == System.Buffers.OperationStatus.InvalidData || read == 0) return at;
        }
        return 0;
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Trees;

/// <summary>
/// Reads Universal Binary JSON, draft 12, as XGBoost writes it (big-endian, counted and typed lists), into <see cref="DocumentNode"/>s.
/// What a file claims to hold is compared with the bytes that are left before any room is made for it.
/// </summary>
internal sealed class UbjTree(ReadOnlyMemory<byte> file)
{
    private static readonly UTF8Encoding Utf8 = new(false, true);

    private int at;
    private int count;

    public static DocumentNode Read(ReadOnlyMemory<byte> file)
    {
        var tree = new UbjTree(file);
        try
        {
            return tree.Value(tree.Byte(), "", 0);
        }
        catch (DecoderFallbackException e)
        {
            throw new Problem(ProblemKind.Invalid, "a text is not UTF-8", tree.Place, e);
        }
    }

    private string Place => string.Create(CultureInfo.InvariantCulture, $"byte {at}");

    private DocumentNode Value(byte type, string path, int depth)
    {
        if (depth > TreeLimits.MaxDocumentDepth) throw Wrong($"it nests deeper than {TreeLimits.MaxDocumentDepth} levels");
        if (++count > TreeLimits.MaxDocumentNodes) throw Wrong($"the file has more than {TreeLimits.MaxDocumentNodes} objects, lists and texts");
        return type switch
        {
            (byte)'{' => Object(path, depth),
            (byte)'[' => Array(path, depth),
            (byte)'S' or (byte)'H' => new DocumentNode(path) { Scalar = Text() },
            (byte)'C' => new DocumentNode(path) { Scalar = ((char)(Byte() & 0x7F)).ToString() },
            (byte)'Z' => new DocumentNode(path) { Scalar = "" },
            _ => new DocumentNode(path) { Scalar = Number(type).ToString(CultureInfo.InvariantCulture) },
        };
    }

    private DocumentNode Object(string path, int depth)
    {
        var members = new Dictionary<string, DocumentNode>(StringComparer.Ordinal);
        var (type, length) = Container();
        if (type != 0) throw Wrong("an object whose members are all of one type is not read");
        for (var i = 0L; length < 0 ? Peek() != '}' : i < length; i++)
        {
            var name = Text();
            var value = Value(Byte(), path.Length == 0 ? name : $"{path}.{name}", depth + 1);
            if (!JsonTree.Unused.Contains(name) && !members.TryAdd(name, value)) throw Wrong($"'{DocumentNode.Shown(name)}' is there twice");
        }

        if (length < 0) at++;
        return new DocumentNode(path) { Members = members };
    }

    private DocumentNode Array(string path, int depth)
    {
        var (type, length) = Container();
        if (type != 0) return Typed(type, length, path);
        var numbers = new List<double>();
        var items = new List<DocumentNode>();
        for (var i = 0L; length < 0 ? Peek() != ']' : i < length; i++)
        {
            var next = Byte();
            if (next is (byte)'{' or (byte)'[' or (byte)'S' or (byte)'H' or (byte)'C' or (byte)'Z')
                items.Add(Value(next, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), depth + 1));
            else
                numbers.Add(Number(next));
        }

        if (length < 0) at++;
        if (items.Count > 0 && numbers.Count > 0) throw Wrong("a list holds both numbers and other values");
        return items.Count > 0 ? new DocumentNode(path) { Items = items } : new DocumentNode(path) { Numbers = [.. numbers] };
    }

    private DocumentNode Typed(byte type, long length, string path)
    {
        if (length < 0) throw Wrong("a list of one type says no length");
        var width = Width(type);
        if (width == 0) throw Wrong($"a list of the type '{(char)type}' is not read");
        if (length * width > file.Length - at) throw Cut(length * width);
        var numbers = new double[length];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = Number(type);
        return new DocumentNode(path) { Numbers = numbers };
    }

    /// <returns>The one type of all values, 0 for none; how many there are, -1 when an end mark follows them.</returns>
    private (byte Type, long Length) Container()
    {
        byte type = 0;
        if (Peek() == '$')
        {
            at++;
            type = Byte();
        }

        if (Peek() != '#') return (type, -1);
        at++;
        var length = Length();
        // Each value takes a byte at least.
        return length <= file.Length - at ? (type, length) : throw Cut(length);
    }

    private string Text()
    {
        var length = Length();
        if (length > file.Length - at) throw Cut(length);
        var text = Utf8.GetString(file.Span.Slice(at, (int)length));
        at += (int)length;
        return text;
    }

    private long Length()
    {
        var type = Byte();
        if (type is not ((byte)'i' or (byte)'U' or (byte)'I' or (byte)'l' or (byte)'L')) throw Wrong($"a length must be a whole number, not of the type '{Shown(type)}'");
        var length = Number(type);
        return length is >= 0 and <= int.MaxValue ? (long)length : throw Wrong($"a length of {length.ToString(CultureInfo.InvariantCulture)} cannot be");
    }

    private double Number(byte type)
    {
        var width = Width(type);
        if (width > file.Length - at) throw Cut(width);
        var bytes = file.Span.Slice(at, width);
        at += width;
        return (char)type switch
        {
            'i' => (sbyte)bytes[0],
            'U' => bytes[0],
            'I' => BinaryPrimitives.ReadInt16BigEndian(bytes),
            'l' => BinaryPrimitives.ReadInt32BigEndian(bytes),
            'L' => BinaryPrimitives.ReadInt64BigEndian(bytes),
            'd' => BinaryPrimitives.ReadSingleBigEndian(bytes),
            'D' => BinaryPrimitives.ReadDoubleBigEndian(bytes),
            'T' => 1,
            'F' => 0,
            _ => throw Wrong($"'{Shown(type)}' is no type of Universal Binary JSON"),
        };
    }

    private static int Width(byte type) => (char)type switch
    {
        'i' or 'U' => 1,
        'I' => 2,
        'l' or 'd' => 4,
        'L' or 'D' => 8,
        _ => 0,
    };

    private char Peek() => at < file.Length ? (char)file.Span[at] : throw Cut(1);

    private byte Byte() => at < file.Length ? file.Span[at++] : throw Cut(1);

    private Problem Cut(long wanted)
        => new(ProblemKind.Invalid, string.Create(CultureInfo.InvariantCulture, $"the file was cut or says a wrong length: {wanted} bytes are wanted and {file.Length - at} are left"), Place);

    private Problem Wrong(string what) => new(ProblemKind.Invalid, what, Place);

    private static string Shown(byte type) => type is > 32 and < 127 ? ((char)type).ToString() : string.Create(CultureInfo.InvariantCulture, $"0x{type:X2}");
}

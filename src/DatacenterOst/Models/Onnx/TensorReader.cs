using System.Buffers.Binary;
using Google.Protobuf;

namespace DatacenterOst.Models.Onnx;

/// <summary>Reads TensorProto: typed fields or raw_data. What it claims is held against what it brings before memory is taken.</summary>
internal static class TensorReader
{
    private const double WholeLimit = 9007199254740992;

    public static OnnxTensor Read(WireReader reader)
    {
        var name = "";
        var kind = 0L;
        var dimensions = new List<long>();
        ByteString? raw = null;
        var singles = new List<float>();
        var doubles = new List<double>();
        var integers = new List<long>();
        var words = new List<string>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: reader.Integers(dimensions); break;
                case 2: kind = reader.Integer(); break;
                case 4: reader.Singles(singles); break;
                case 5 or 7 or 11: reader.Integers(integers); break;
                case 6: reader.Count(1); words.Add(reader.Text()); break;
                case 8: name = reader.Text(); break;
                case 9: raw = reader.Bytes(); break;
                case 10: reader.Doubles(doubles); break;
                case 13: throw reader.Refuse($"keeps tensor '{name}' in another file; a model is one file");
                case 14 when reader.Integer() != 0: throw reader.Refuse($"keeps tensor '{name}' in another file; a model is one file");
                case 14: break;
                case 3: throw reader.Refuse($"cuts tensor '{name}' into segments; write it whole");
                default: reader.Skip(); break;
            }
        }

        var type = (ElementKind)kind;
        if (!Enum.IsDefined(type))
            throw reader.Refuse($"has tensor '{name}' of element type {kind}, which is not supported; use float, double, integers, bool or string");
        var count = CountOf(reader, name, dimensions);
        var dims = dimensions.Select(size => (int)size).ToArray();

        // The bytes brought decide; a claim beyond them is refused before anything of its size is made.
        if (type == ElementKind.Text)
            return Matching(reader, name, count, words.Count, () => new OnnxTensor(name, type, dims, [], [.. words]));
        if (raw is not null)
            return Matching(reader, name, count, raw.Length / SizeOf(type), () => Raw(reader, name, type, dims, raw), raw.Length % SizeOf(type) == 0);
        return type switch
        {
            ElementKind.Float32 => Matching(reader, name, count, singles.Count, () => Made(reader, name, type, dims, singles.Select(each => (double)each))),
            ElementKind.Float64 => Matching(reader, name, count, doubles.Count, () => Made(reader, name, type, dims, doubles)),
            _ => Matching(reader, name, count, integers.Count, () => Made(reader, name, type, dims, integers.Select(each => Whole(reader, name, each)))),
        };
    }

    private static OnnxTensor Matching(WireReader reader, string name, long claimed, long brought, Func<OnnxTensor> make, bool whole = true)
    {
        if (claimed != brought || !whole)
            throw reader.Refuse($"has tensor '{name}' that claims {claimed} elements and brings {brought}");
        return make();
    }

    private static long CountOf(WireReader reader, string name, List<long> dimensions)
    {
        if (dimensions.Count > OnnxLimits.Rank)
            throw reader.Refuse($"has tensor '{name}' with {dimensions.Count} dimensions; {OnnxLimits.Rank} at most");
        long count = 1;
        foreach (var size in dimensions)
        {
            if (size < 0) throw reader.Refuse($"has tensor '{name}' with a dimension of {size}");
            if (size > OnnxLimits.TensorElements || (count *= size) > OnnxLimits.TensorElements)
                throw reader.Refuse($"has tensor '{name}' that claims [{string.Join(", ", dimensions)}] elements; {OnnxLimits.TensorElements} in all at most");
        }

        return count;
    }

    private static OnnxTensor Raw(WireReader reader, string name, ElementKind kind, int[] dimensions, ByteString raw)
    {
        var size = SizeOf(kind);
        reader.Count(raw.Length / size);
        var numbers = new double[raw.Length / size];
        var bytes = raw.Span;
        for (var i = 0; i < numbers.Length; i++)
        {
            var at = bytes[(i * size)..];
            numbers[i] = kind switch
            {
                ElementKind.Float32 => BinaryPrimitives.ReadSingleLittleEndian(at),
                ElementKind.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(at),
                ElementKind.Int64 => Whole(reader, name, BinaryPrimitives.ReadInt64LittleEndian(at)),
                ElementKind.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
                ElementKind.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
                ElementKind.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
                ElementKind.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                ElementKind.Int8 => (sbyte)at[0],
                _ => at[0],
            };
        }

        return Made(reader, name, kind, dimensions, numbers);
    }

    // Every number is held to its kind, so that a file cannot bring a bool of 7 or a byte of 300.
    private static OnnxTensor Made(WireReader reader, string name, ElementKind kind, int[] dimensions, IEnumerable<double> from)
    {
        double[] numbers = [.. from];
        foreach (var number in numbers)
        {
            if (Element.IsWhole(kind) && !Element.Fits(kind, number))
                throw reader.Refuse($"has tensor '{name}' of {kind} with the number {number.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        }

        return new OnnxTensor(name, kind, dimensions, numbers, []);
    }

    // Slice says "to the end" with the largest or smallest integer there is; other numbers must be exact in a double.
    private static double Whole(WireReader reader, string name, long value)
        => Math.Abs((double)value) <= WholeLimit || value is long.MaxValue or long.MinValue or (long.MinValue + 1)
            ? value
            : throw reader.Refuse($"has tensor '{name}' with the whole number {value}, beyond 2^53");

    private static int SizeOf(ElementKind kind) => kind switch
    {
        ElementKind.Float64 or ElementKind.Int64 => 8,
        ElementKind.Float32 or ElementKind.Int32 or ElementKind.UInt32 => 4,
        ElementKind.Int16 or ElementKind.UInt16 => 2,
        _ => 1,
    };
}

using DatacenterOst.Clinical;
using Google.Protobuf;

namespace DatacenterOst.Models.Onnx;

/// <summary>
/// One message of the protobuf wire format, field by field, and the count of what the file has claimed so far. Lengths are checked
/// against what is left of the file before anything is copied.
/// </summary>
internal sealed class WireReader(string file, ReadTally tally, CodedInputStream input)
{
    public static WireReader Open(string file, byte[] bytes) => new(file, new ReadTally(), new CodedInputStream(bytes));

    public int Field { get; private set; }

    private WireFormat.WireType wire;

    public bool Next()
    {
        var tag = input.ReadTag();
        if (tag == 0) return false;
        Field = WireFormat.GetTagFieldNumber(tag);
        wire = WireFormat.GetTagWireType(tag);
        return true;
    }

    public void Skip() => input.SkipLastField();

    public WireReader Message()
    {
        Expect(WireFormat.WireType.LengthDelimited);
        return new WireReader(file, tally, input.ReadBytes().CreateCodedInput());
    }

    public ByteString Bytes()
    {
        Expect(WireFormat.WireType.LengthDelimited);
        return input.ReadBytes();
    }

    public string Text()
    {
        var bytes = Bytes();
        if (bytes.Length > OnnxLimits.TextBytes)
            throw Refuse($"has a text of {bytes.Length} bytes; {OnnxLimits.TextBytes} at most");
        return bytes.ToStringUtf8();
    }

    public long Integer()
    {
        Expect(WireFormat.WireType.Varint);
        return input.ReadInt64();
    }

    public float Single()
    {
        Expect(WireFormat.WireType.Fixed32);
        return input.ReadFloat();
    }

    /// <summary>A repeated integer, packed or one by one; both are legal (protobuf encoding, "packed repeated fields").</summary>
    public void Integers(List<long> into)
    {
        if (wire != WireFormat.WireType.LengthDelimited)
        {
            into.Add(Integer());
            Count(1);
            return;
        }

        var packed = input.ReadBytes().CreateCodedInput();
        while (!packed.IsAtEnd)
        {
            into.Add(packed.ReadInt64());
            Count(1);
        }
    }

    public void Singles(List<float> into)
    {
        if (wire != WireFormat.WireType.LengthDelimited)
        {
            into.Add(Single());
            Count(1);
            return;
        }

        var bytes = input.ReadBytes();
        Count(bytes.Length / 4);
        for (var at = 0; at + 4 <= bytes.Length; at += 4)
            into.Add(System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(bytes.Span[at..]));
    }

    public void Doubles(List<double> into)
    {
        if (wire != WireFormat.WireType.LengthDelimited)
        {
            Expect(WireFormat.WireType.Fixed64);
            into.Add(input.ReadDouble());
            Count(1);
            return;
        }

        var bytes = input.ReadBytes();
        Count(bytes.Length / 8);
        for (var at = 0; at + 8 <= bytes.Length; at += 8)
            into.Add(System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(bytes.Span[at..]));
    }

    public void Count(int elements)
    {
        tally.Elements += elements;
        if (tally.Elements > OnnxLimits.ListElements)
            throw Refuse($"lists more than {OnnxLimits.ListElements} numbers and texts");
    }

    public void Limit(int count, int limit, string what)
    {
        if (count >= limit) throw Refuse($"has more than {limit} {what}");
    }

    public Problem Refuse(string reason) => new(ProblemKind.Invalid, $"{file} {reason}", where: file);

    private void Expect(WireFormat.WireType expected)
    {
        if (wire != expected) throw Refuse($"is not an ONNX file: field {Field} is written as {wire}, not as {expected}");
    }
}

/// <summary>What one file has claimed so far; shared by the readers of its messages.</summary>
internal sealed class ReadTally
{
    public long Elements { get; set; }
}

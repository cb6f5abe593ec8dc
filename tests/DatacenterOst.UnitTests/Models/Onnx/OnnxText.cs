using Google.Protobuf;

namespace DatacenterOst.UnitTests.Models.Onnx;

/// <summary>Writes small ONNX files by hand, so that a test can say what is wrong with one. Field numbers are those of onnx.proto.</summary>
public sealed class OnnxText
{
    private readonly List<byte[]> nodes = [];
    private readonly List<byte[]> initializers = [];
    private readonly List<byte[]> inputs = [];
    private readonly List<byte[]> outputs = [];

    public long Opset { get; init; } = 15;

    public long LearningOpset { get; init; } = 3;

    /// <summary>A model of one input x of two columns, one output Score and the nodes given.</summary>
    public static OnnxText Of(params byte[][] nodes)
    {
        var text = new OnnxText().Input("x", 1, 0, 2).Output("Score", 1, 0, 1);
        foreach (var node in nodes) text.nodes.Add(node);
        return text;
    }

    public OnnxText Node(byte[] node) => Add(nodes, node);

    public OnnxText Input(string name, int kind, params long[] shape) => Add(inputs, Value(name, kind, shape));

    public OnnxText Output(string name, int kind, params long[] shape) => Add(outputs, Value(name, kind, shape));

    public OnnxText Floats(string name, long[] shape, params float[] numbers) => Add(initializers, Tensor(name, 1, shape, numbers));

    public OnnxText Tensor(byte[] tensor) => Add(initializers, tensor);

    public byte[] Bytes()
    {
        var graph = Message(w =>
        {
            foreach (var node in nodes) Field(w, 1, node);
            Text(w, 2, "graph");
            foreach (var tensor in initializers) Field(w, 5, tensor);
            foreach (var input in inputs) Field(w, 11, input);
            foreach (var output in outputs) Field(w, 12, output);
        });
        return Message(w =>
        {
            Number(w, 1, 8);
            Text(w, 2, "test");
            Field(w, 7, graph);
            Field(w, 8, Message(o => Number(o, 2, Opset)));
            Field(w, 8, Message(o =>
            {
                Text(o, 1, "ai.onnx.ml");
                Number(o, 2, LearningOpset);
            }));
        });
    }

    public static byte[] Node(string op, string inputs, string outputs, params byte[][] attributes) => Node(op, "", inputs, outputs, attributes);

    public static byte[] Learner(string op, string inputs, string outputs, params byte[][] attributes) => Node(op, "ai.onnx.ml", inputs, outputs, attributes);

    public static byte[] Node(string op, string domain, string inputs, string outputs, params byte[][] attributes) => Message(w =>
    {
        foreach (var input in inputs.Split(' ')) Text(w, 1, input);
        foreach (var output in outputs.Split(' ')) Text(w, 2, output);
        Text(w, 3, op + "-1");
        Text(w, 4, op);
        foreach (var attribute in attributes) Field(w, 5, attribute);
        Text(w, 7, domain);
    });

    public static byte[] Attribute(string name, long value) => Message(w => { Text(w, 1, name); Number(w, 3, value); Number(w, 20, 2); });

    public static byte[] Attribute(string name, string value) => Message(w => { Text(w, 1, name); Text(w, 4, value); Number(w, 20, 3); });

    public static byte[] Attribute(string name, params float[] values) => Message(w =>
    {
        Text(w, 1, name);
        foreach (var value in values)
        {
            w.WriteTag(7, WireFormat.WireType.Fixed32);
            w.WriteFloat(value);
        }

        Number(w, 20, 6);
    });

    public static byte[] Attribute(string name, params long[] values) => Message(w =>
    {
        Text(w, 1, name);
        foreach (var value in values) Number(w, 8, value);
        Number(w, 20, 7);
    });

    public static byte[] Attribute(string name, params string[] values) => Message(w =>
    {
        Text(w, 1, name);
        foreach (var value in values) Text(w, 9, value);
        Number(w, 20, 8);
    });

    public static byte[] GraphAttribute(string name) => Message(w => { Text(w, 1, name); Field(w, 6, []); Number(w, 20, 5); });

    public static byte[] Tensor(string name, int kind, long[] shape, params float[] numbers) => Message(w =>
    {
        foreach (var size in shape) Number(w, 1, size);
        Number(w, 2, kind);
        foreach (var number in numbers)
        {
            w.WriteTag(4, WireFormat.WireType.Fixed32);
            w.WriteFloat(number);
        }

        Text(w, 8, name);
    });

    public static byte[] Wholes(string name, params long[] numbers) => Message(w =>
    {
        Number(w, 1, numbers.Length);
        Number(w, 2, 7);
        foreach (var number in numbers) Number(w, 7, number);
        Text(w, 8, name);
    });

    public static byte[] Elsewhere(string name) => Message(w => { Number(w, 1, 1); Number(w, 2, 1); Text(w, 8, name); Number(w, 14, 1); });

    private static byte[] Value(string name, int kind, long[] shape) => Message(w =>
    {
        Text(w, 1, name);
        Field(w, 2, Message(type => Field(type, 1, Message(tensor =>
        {
            Number(tensor, 1, kind);
            Field(tensor, 2, Message(s =>
            {
                foreach (var size in shape) Field(s, 1, Message(d => Number(d, 1, size)));
            }));
        }))));
    });

    private OnnxText Add(List<byte[]> to, byte[] message)
    {
        to.Add(message);
        return this;
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var stream = new CodedOutputStream(memory, leaveOpen: true)) write(stream);
        return memory.ToArray();
    }

    private static void Field(CodedOutputStream stream, int field, byte[] message)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(message));
    }

    private static void Text(CodedOutputStream stream, int field, string text)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteString(text);
    }

    private static void Number(CodedOutputStream stream, int field, long number)
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteInt64(number);
    }
}

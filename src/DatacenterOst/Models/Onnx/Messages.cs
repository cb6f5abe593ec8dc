namespace DatacenterOst.Models.Onnx;

/// <summary>An ONNX file as it was written, read within <see cref="OnnxLimits"/>; names are those of onnx.proto.</summary>
internal sealed record OnnxFile(
    IReadOnlyDictionary<string, long> Opsets,
    string Producer,
    IReadOnlyDictionary<string, string> Metadata,
    OnnxGraph Graph);

internal sealed record OnnxGraph(
    IReadOnlyList<OnnxNode> Nodes,
    IReadOnlyList<OnnxTensor> Initializers,
    IReadOnlyList<OnnxValue> Inputs,
    IReadOnlyList<OnnxValue> Outputs);

internal sealed record OnnxNode(
    string Name,
    string Operator,
    string Domain,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    public string Place => $"node '{(Name.Length > 0 ? Name : Outputs.FirstOrDefault(name => name.Length > 0) ?? "?")}' ({Operator})";
}

/// <summary>A declared input or output. A dimension is null where it is named or left open.</summary>
/// <param name="Kind">Null for a sequence of maps, as ZipMap makes.</param>
internal sealed record OnnxValue(string Name, ElementKind? Kind, IReadOnlyList<int?>? Dimensions);

/// <summary>A tensor in the file: numbers widened to double, which holds every float and each whole number up to 2^53.</summary>
internal sealed record OnnxTensor(string Name, ElementKind Kind, int[] Dimensions, double[] Numbers, string[] Words);

/// <summary>An attribute; exactly one of its values is filled.</summary>
internal sealed record OnnxAttribute(string Name)
{
    public double? Float { get; set; }

    public long? Integer { get; set; }

    public string? Text { get; set; }

    public OnnxTensor? Tensor { get; set; }

    public List<float> Floats { get; } = [];

    public List<long> Integers { get; } = [];

    public List<string> Texts { get; } = [];

    /// <summary>A graph within the node, as If, Loop and Scan have; it is not read.</summary>
    public bool HoldsGraph { get; set; }
}

/// <summary>TensorProto.DataType, the values that this reader takes.</summary>
internal enum ElementKind
{
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Text = 8,
    Bool = 9,
    Float64 = 11,
    UInt32 = 12,
}

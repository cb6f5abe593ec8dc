using DatacenterOst.Clinical;
using Google.Protobuf;

namespace DatacenterOst.Models.Onnx;

/// <summary>Reads ModelProto, GraphProto, NodeProto, AttributeProto and ValueInfoProto (onnx.proto, IR version 3 to 10).</summary>
internal static class FileReader
{
    /// <exception cref="Problem">Invalid, with what is wrong, for anything but a whole file within <see cref="OnnxLimits"/>.</exception>
    public static OnnxFile Read(ReadOnlyMemory<byte> bytes, string name)
    {
        if (bytes.Length > OnnxLimits.FileBytes)
            throw new Problem(ProblemKind.Invalid, $"{name} has {bytes.Length} bytes; {OnnxLimits.FileBytes} at most", where: name);
        try
        {
            return Model(WireReader.Open(name, bytes.ToArray()));
        }
        catch (InvalidProtocolBufferException wrong)
        {
            throw new Problem(ProblemKind.Invalid, $"{name} is not a whole ONNX file: {wrong.Message}", where: name, inner: wrong);
        }
    }

    private static OnnxFile Model(WireReader reader)
    {
        var opsets = new Dictionary<string, long>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var producer = "";
        OnnxGraph? graph = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: producer = reader.Text(); break;
                case 7 when graph is null: graph = Graph(reader.Message()); break;
                case 7: throw reader.Refuse("has two graphs");
                case 8: Opset(reader.Message(), opsets); break;
                case 14: Entry(reader.Message(), metadata); break;
                case 25: throw reader.Refuse("defines functions of its own; only the operators themselves are run here");
                default: reader.Skip(); break;
            }
        }

        if (graph is null) throw reader.Refuse("has no graph");
        if (opsets.Count == 0) throw reader.Refuse("says no opset (opset_import)");
        return new OnnxFile(opsets, producer, metadata, graph);
    }

    private static void Opset(WireReader reader, Dictionary<string, long> opsets)
    {
        reader.Limit(opsets.Count, OnnxLimits.AttributesOfANode, "opsets");
        var domain = "";
        long version = 0;
        while (reader.Next())
        {
            if (reader.Field == 1) domain = reader.Text();
            else if (reader.Field == 2) version = reader.Integer();
            else reader.Skip();
        }

        opsets[Domain(domain)] = version;
    }

    private static void Entry(WireReader reader, Dictionary<string, string> metadata)
    {
        reader.Limit(metadata.Count, OnnxLimits.Values, "metadata entries");
        var (key, value) = ("", "");
        while (reader.Next())
        {
            if (reader.Field == 1) key = reader.Text();
            else if (reader.Field == 2) value = reader.Text();
            else reader.Skip();
        }

        metadata[key] = value;
    }

    private static OnnxGraph Graph(WireReader reader)
    {
        var nodes = new List<OnnxNode>();
        var initializers = new List<OnnxTensor>();
        var inputs = new List<OnnxValue>();
        var outputs = new List<OnnxValue>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Limit(nodes.Count, OnnxLimits.Nodes, "nodes");
                    nodes.Add(Node(reader.Message()));
                    break;
                case 5:
                    reader.Limit(initializers.Count, OnnxLimits.Initializers, "initializers");
                    initializers.Add(TensorReader.Read(reader.Message()));
                    break;
                case 11:
                    reader.Limit(inputs.Count, OnnxLimits.Values, "inputs");
                    inputs.Add(ValueReader.Read(reader.Message()));
                    break;
                case 12:
                    reader.Limit(outputs.Count, OnnxLimits.Values, "outputs");
                    outputs.Add(ValueReader.Read(reader.Message()));
                    break;
                case 15: throw reader.Refuse("has a sparse initializer; write it dense");
                default: reader.Skip(); break;
            }
        }

        return new OnnxGraph(nodes, initializers, inputs, outputs);
    }

    private static OnnxNode Node(WireReader reader)
    {
        var (name, op, domain) = ("", "", "");
        var inputs = new List<string>();
        var outputs = new List<string>();
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Limit(inputs.Count, OnnxLimits.EdgesOfANode, "inputs of one node");
                    inputs.Add(reader.Text());
                    break;
                case 2:
                    reader.Limit(outputs.Count, OnnxLimits.EdgesOfANode, "outputs of one node");
                    outputs.Add(reader.Text());
                    break;
                case 3: name = reader.Text(); break;
                case 4: op = reader.Text(); break;
                case 5:
                    reader.Limit(attributes.Count, OnnxLimits.AttributesOfANode, "attributes of one node");
                    var attribute = Attribute(reader.Message());
                    if (!attributes.TryAdd(attribute.Name, attribute))
                        throw reader.Refuse($"gives node '{name}' ({op}) the attribute '{attribute.Name}' twice");
                    break;
                case 7: domain = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }

        return new OnnxNode(name, op, Domain(domain), inputs, outputs, attributes);
    }

    private static OnnxAttribute Attribute(WireReader reader)
    {
        var read = new OnnxAttribute("");
        long type = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: read = read with { Name = reader.Text() }; break;
                case 2: read.Float = reader.Single(); break;
                case 3: read.Integer = reader.Integer(); break;
                case 4: read.Text = reader.Text(); break;
                case 5: read.Tensor = TensorReader.Read(reader.Message()); break;
                case 6 or 11: read.HoldsGraph = true; reader.Skip(); break;
                case 7: reader.Singles(read.Floats); break;
                case 8: reader.Integers(read.Integers); break;
                case 9: reader.Count(1); read.Texts.Add(reader.Text()); break;
                case 10 or 22 or 23: throw reader.Refuse($"has an attribute '{read.Name}' that lists tensors or is sparse; neither is used by tabular models");
                case 20: type = reader.Integer(); break;
                case 21: throw reader.Refuse("refers to an attribute of a function; only the operators themselves are run here");
                default: reader.Skip(); break;
            }
        }

        // A writer of proto3 leaves out a nought and an empty text; that it was meant is said by the type.
        if (type == 1) read.Float ??= 0;
        else if (type == 2) read.Integer ??= 0;
        else if (type == 3) read.Text ??= "";
        return read;
    }

    // "ai.onnx" and "" are one domain (onnx.proto, OperatorSetIdProto).
    private static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;
}

using DatacenterOst.Models.Trees;
using Google.Protobuf;

namespace DatacenterOst.Benchmarks.Trees;

/// <summary>Writes a forest as an ONNX file with one TreeEnsembleRegressor (ai.onnx.ml 3): the margin, no more, of one row.</summary>
public static class TreeEnsembleFile
{
    public const string Input = "row";
    public const string Output = "margin";

    // Types of an attribute and of a tensor's elements, by onnx.proto.
    private const int Integer = 2, Floats = 6, Integers = 7, Strings = 8, Float = 1;

    public static byte[] Write(TreeModel model) => Message(file =>
    {
        Number(file, 1, 8);
        Part(file, 7, graph =>
        {
            Part(graph, 1, node => Node(node, model));
            Text(graph, 2, "trees");
            Part(graph, 11, value => Value(value, Input, model.Inputs.Count));
            Part(graph, 12, value => Value(value, Output, 1));
        });
        Part(file, 8, version => { Text(version, 1, "ai.onnx.ml"); Number(version, 2, 3); });
        Part(file, 8, version => { Text(version, 1, ""); Number(version, 2, 15); });
    });

    private static void Node(CodedOutputStream node, TreeModel model)
    {
        Text(node, 1, Input);
        Text(node, 2, Output);
        Text(node, 4, "TreeEnsembleRegressor");
        Text(node, 7, "ai.onnx.ml");
        var all = Enumerable.Range(0, model.Forest.Count)
            .SelectMany(tree => model.Forest.Tree(tree).ToArray().Select((one, at) => (Tree: (long)tree, At: (long)at, Node: one))).ToList();
        var leaves = all.Where(one => one.Node.IsLeaf).ToList();
        Attribute(node, "n_targets", [1], Integer);
        Attribute(node, "nodes_treeids", all.Select(one => one.Tree));
        Attribute(node, "nodes_nodeids", all.Select(one => one.At));
        Attribute(node, "nodes_featureids", all.Select(one => (long)one.Node.Feature));
        Attribute(node, "nodes_truenodeids", all.Select(one => one.Node.IsLeaf ? 0 : one.At + 1));
        Attribute(node, "nodes_falsenodeids", all.Select(one => (long)one.Node.Right));
        Attribute(node, "nodes_missing_value_tracks_true", all.Select(one => one.Node.MissingGoesLeft ? 1L : 0));
        Attribute(node, "nodes_values", all.Select(one => one.Node.IsLeaf ? 0 : (float)one.Node.Value));
        Attribute(node, "target_treeids", leaves.Select(one => one.Tree));
        Attribute(node, "target_nodeids", leaves.Select(one => one.At));
        Attribute(node, "target_ids", leaves.Select(_ => 0L));
        Attribute(node, "target_weights", leaves.Select(one => (float)one.Node.Value));
        Attribute(node, "base_values", [(float)model.BaseMargin]);
        Part(node, 5, attribute =>
        {
            Text(attribute, 1, "nodes_modes");
            foreach (var (_, _, one) in all) Text(attribute, 9, one.IsLeaf ? "LEAF" : "BRANCH_LT");
            Number(attribute, 20, Strings);
        });
    }

    private static void Attribute(CodedOutputStream node, string name, IEnumerable<long> numbers, int type = Integers) => Part(node, 5, attribute =>
    {
        Text(attribute, 1, name);
        foreach (var number in numbers) Number(attribute, type == Integer ? 3 : 8, number);
        Number(attribute, 20, type);
    });

    private static void Attribute(CodedOutputStream node, string name, IEnumerable<float> numbers) => Part(node, 5, attribute =>
    {
        Text(attribute, 1, name);
        foreach (var number in numbers)
        {
            attribute.WriteTag(7, WireFormat.WireType.Fixed32);
            attribute.WriteFloat(number);
        }

        Number(attribute, 20, Floats);
    });

    // One row of so many floats.
    private static void Value(CodedOutputStream value, string name, int columns)
    {
        Text(value, 1, name);
        Part(value, 2, type => Part(type, 1, tensor =>
        {
            Number(tensor, 1, Float);
            Part(tensor, 2, shape =>
            {
                Part(shape, 1, dimension => Number(dimension, 1, 1));
                Part(shape, 1, dimension => Number(dimension, 1, columns));
            });
        }));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using var stream = new CodedOutputStream(bytes);
        write(stream);
        stream.Flush();
        return bytes.ToArray();
    }

    private static void Part(CodedOutputStream stream, int field, Action<CodedOutputStream> write)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(Message(write)));
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

using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Onnx;

/// <summary>Evaluates one node: reads what it is given (null for an input left out) and writes what it makes.</summary>
internal delegate void Kernel(Tensor?[] given, Tensor[] made);

/// <summary>
/// A node while its kernel is built: its attributes by type, the opset that gives them meaning, and the words for what is wrong.
/// An attribute that nobody asked for is refused, since it may change what the node means.
/// </summary>
internal sealed class OperatorNode(OnnxNode node, long opset, string file)
{
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public long Opset => opset;

    public int Inputs => node.Inputs.Count;

    public int Outputs => node.Outputs.Count;

    /// <summary>Initializers and constants that feed this node; null where the input is computed or left out.</summary>
    public IReadOnlyList<Tensor?> Constants { get; init; } = [];

    public Tensor? Constant(int input) => input < Constants.Count ? Constants[input] : null;

    public bool Gives(int input) => input < node.Inputs.Count && node.Inputs[input].Length > 0;

    public Problem Refuse(string reason) => new(ProblemKind.Invalid, $"{file}: {node.Place} {reason}", where: node.Place);

    public bool Has(string name) => Find(name) is not null;

    public string Text(string name, string otherwise) => Find(name) is not { } found ? otherwise : found.Text ?? throw Wrong(name, "a text");

    public long Integer(string name, long otherwise) => Find(name) is not { } found ? otherwise : found.Integer ?? throw Wrong(name, "a whole number");

    public double Float(string name, double otherwise) => Find(name) is not { } found ? otherwise : found.Float ?? throw Wrong(name, "a number");

    public OnnxTensor? Tensor(string name) => Find(name) is not { } found ? null : found.Tensor ?? throw Wrong(name, "a tensor");

    public bool Flag(string name, bool otherwise) => Integer(name, otherwise ? 1 : 0) switch
    {
        0 => false,
        1 => true,
        var other => throw Refuse($"has {name} = {other}; say 0 or 1"),
    };

    public int Whole(string name, long otherwise, int least, int most)
    {
        var value = Integer(name, otherwise);
        if (value < least || value > most) throw Refuse($"has {name} = {value}; {least} to {most} is possible");
        return (int)value;
    }

    public long[] Integers(string name) => Find(name) is { } found ? [.. found.Integers] : [];

    /// <summary>Whole numbers that are compared or given out, so that each must be exact in a double.</summary>
    public double[] Wholes(string name)
    {
        var values = Integers(name);
        foreach (var value in values)
            if (Math.Abs((double)value) > 9007199254740992) throw Refuse($"has {name} with {value}, beyond 2^53");
        return [.. values.Select(value => (double)value)];
    }

    public string[] Texts(string name) => Find(name) is { } found ? [.. found.Texts] : [];

    /// <summary>Numbers that the result is made of: each must be a number, and finite unless the place allows otherwise.</summary>
    public double[] Weights(string name, string? wide = null, Finite finite = Finite.Required)
    {
        var values = wide is not null && Tensor(wide) is { } tensor ? tensor.Numbers : Numbers(name);
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]) || (finite == Finite.Required && double.IsInfinity(values[i])))
                throw Refuse($"has {name}[{i}] = {(double.IsNaN(values[i]) ? "NaN" : "infinity")}; a weight must be a number");
        }

        return values;
    }

    /// <summary>Numbers that may be NaN, such as a value to be replaced.</summary>
    public double[] Numbers(string name) => Find(name) is { } found ? [.. found.Floats.Select(each => (double)each)] : [];

    public T Choice<T>(string name, T otherwise, params (string Word, T Value)[] known)
    {
        if (!Has(name)) return otherwise;
        var word = Text(name, "");
        foreach (var (known1, value) in known)
            if (known1 == word) return value;
        throw Refuse($"has {name} = '{word}'; known are {string.Join(", ", known.Select(each => each.Word))}");
    }

    public void RefuseUnknown()
    {
        foreach (var (name, attribute) in node.Attributes)
        {
            if (attribute.HoldsGraph) throw Refuse($"holds a graph of its own ('{name}'); control flow is not run here");
            if (!asked.Contains(name)) throw Refuse($"has the attribute '{name}', which is not known for this operator at opset {opset}");
        }
    }

    /// <summary>An axis from the end when negative, held to the rank that the tensor turns out to have.</summary>
    public static int Axis(long axis, int rank)
    {
        var real = axis < 0 ? axis + rank : axis;
        return real >= 0 && real < rank ? (int)real : throw new Unevaluable($"axis {axis} of a tensor with {rank} dimensions");
    }

    private OnnxAttribute? Find(string name)
    {
        asked.Add(name);
        return node.Attributes.GetValueOrDefault(name);
    }

    private Problem Wrong(string name, string expected) => Refuse($"has {name} that is not {expected}");
}

internal enum Finite
{
    Required,
    OrInfinite,
}

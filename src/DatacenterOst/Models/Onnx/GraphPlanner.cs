using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Onnx;

/// <summary>Makes a <see cref="GraphPlan"/>: gives each value a place, orders the nodes, builds their kernels, computes the constants.</summary>
internal sealed class GraphPlanner(OnnxFile file, string name)
{
    /// <summary>Before 7 broadcasting and several operators meant something else; past 23 the definitions are not known here.</summary>
    private const int LeastOpset = 7;
    private const int MostOpset = 23;
    private const int MostLearningOpset = 5;

    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> makers = new(StringComparer.Ordinal);
    private readonly WorkBudget budget = new();
    private readonly List<Step> steps = [];
    private Tensor?[] constants = [];

    public GraphPlan Plan()
    {
        NameGivenValues();
        foreach (var node in file.Graph.Nodes) NameMadeValues(node);
        CheckOutputs();
        constants = new Tensor?[places.Count + file.Graph.Nodes.Sum(node => node.Outputs.Count(output => output.Length == 0))];
        try
        {
            foreach (var initializer in file.Graph.Initializers) constants[places[initializer.Name]] = Tensor.Constant(initializer, budget);
        }
        catch (Unevaluable limit)
        {
            throw Refuse($"its initializers need {limit.Message}");
        }

        var unnamed = places.Count;
        foreach (var node in InOrder()) Add(node, ref unnamed);
        return GraphPlan.Of(file, name, places, steps, constants);
    }

    private void NameGivenValues()
    {
        foreach (var input in file.Graph.Inputs)
        {
            if (input.Name.Length == 0) throw Refuse("it has an input without a name");
            if (!places.TryAdd(input.Name, places.Count)) throw Refuse($"it has two inputs named '{input.Name}'");
        }

        // An initializer of an input's name is the input's default, and is taken as a constant.
        var initialized = new HashSet<string>(StringComparer.Ordinal);
        foreach (var initializer in file.Graph.Initializers)
        {
            if (initializer.Name.Length == 0 || !initialized.Add(initializer.Name)) throw Refuse($"it has two initializers named '{initializer.Name}', or one without a name");
            places.TryAdd(initializer.Name, places.Count);
        }
    }

    private void NameMadeValues(OnnxNode node)
    {
        if (node.Outputs.All(output => output.Length == 0)) throw Refuse(node, "makes nothing: it has no outputs");
        foreach (var output in node.Outputs.Where(output => output.Length > 0))
        {
            if (!places.TryAdd(output, places.Count))
            {
                var other = makers.TryGetValue(output, out var maker) ? maker.Place : "an input or initializer";
                throw Refuse(node, $"makes '{output}', which {other} gives already");
            }

            makers.Add(output, node);
        }
    }

    private void CheckOutputs()
    {
        if (file.Graph.Outputs.Count == 0) throw Refuse("its graph has no outputs");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var output in file.Graph.Outputs)
        {
            if (!seen.Add(output.Name)) throw Refuse($"it has two outputs named '{output.Name}'");
            if (!places.ContainsKey(output.Name)) throw Refuse($"its output '{output.Name}' is made by no node");
        }
    }

    /// <summary>Kahn's order; what is left over goes in a circle.</summary>
    private List<OnnxNode> InOrder()
    {
        var waiting = new Dictionary<OnnxNode, int>(ReferenceEqualityComparer.Instance);
        var readers = new Dictionary<OnnxNode, List<OnnxNode>>(ReferenceEqualityComparer.Instance);
        foreach (var node in file.Graph.Nodes)
        {
            waiting[node] = 0;
            foreach (var input in node.Inputs.Where(input => input.Length > 0))
            {
                if (!places.ContainsKey(input)) throw Refuse(node, $"takes '{input}', which nobody makes");
                if (!makers.TryGetValue(input, out var maker)) continue;
                if (!readers.TryGetValue(maker, out var list)) readers[maker] = list = [];
                list.Add(node);
                waiting[node]++;
            }
        }

        var ready = new Queue<OnnxNode>(file.Graph.Nodes.Where(node => waiting[node] == 0));
        var order = new List<OnnxNode>(file.Graph.Nodes.Count);
        while (ready.TryDequeue(out var node))
        {
            order.Add(node);
            foreach (var reader in readers.GetValueOrDefault(node, []))
                if (--waiting[reader] == 0) ready.Enqueue(reader);
        }

        if (order.Count < file.Graph.Nodes.Count)
            throw Refuse(file.Graph.Nodes.First(node => waiting[node] > 0), "is part of a circle, or waits for one: a graph must have a beginning");
        return order;
    }

    private void Add(OnnxNode node, ref int unnamed)
    {
        var known = Find(node);
        CheckEdges(node, known);
        var inputs = node.Inputs.Select(input => input.Length == 0 ? -1 : places[input]).ToArray();
        var outputs = new int[node.Outputs.Count];
        for (var i = 0; i < outputs.Length; i++) outputs[i] = node.Outputs[i].Length == 0 ? unnamed++ : places[node.Outputs[i]];
        var context = new OperatorNode(node, file.Opsets[node.Domain], name) { Constants = [.. inputs.Select(input => input < 0 ? null : constants[input])] };
        RefuseNotANumber(context, node);
        var kernel = known.Build(context);
        context.RefuseUnknown();
        if (inputs.Any(input => input >= 0 && constants[input] is null))
        {
            steps.Add(new Step(node, known, kernel, inputs, outputs));
            return;
        }

        Fold(node, kernel, inputs, outputs);
    }

    private Operator Find(OnnxNode node)
    {
        if (node.Domain is not ("" or "ai.onnx.ml")) throw Refuse(node, $"is of the domain '{node.Domain}', which is not supported; ai.onnx and ai.onnx.ml are");
        if (node.Operator is "If" or "Loop" or "Scan") throw Refuse(node, "holds graphs of its own; control flow is not run here");
        var known = Operators.Find(node.Domain, node.Operator)
            ?? throw Refuse(node, $"is an operator that is not supported: {(node.Domain.Length > 0 ? node.Domain : "ai.onnx")} {node.Operator}");
        if (!file.Opsets.TryGetValue(node.Domain, out var opset)) throw Refuse(node, $"is of a domain whose opset the file does not state ('{node.Domain}')");
        var (least, most) = node.Domain.Length == 0 ? (LeastOpset, MostOpset) : (1, MostLearningOpset);
        if (opset < least || opset > most)
            throw Refuse(node, $"is of opset {opset} of {(node.Domain.Length > 0 ? node.Domain : "ai.onnx")}, which is not supported; {least} to {most} are");
        return known;
    }

    private void CheckEdges(OnnxNode node, Operator known)
    {
        if (node.Inputs.Count < known.LeastInputs || node.Inputs.Count > known.MostInputs)
            throw Refuse(node, $"has {node.Inputs.Count} inputs; {known.LeastInputs} to {known.MostInputs} are possible");
        if (node.Outputs.Count > known.MostOutputs) throw Refuse(node, $"has {node.Outputs.Count} outputs; {known.MostOutputs} at most");
        var required = known.MostInputs == OnnxLimits.EdgesOfANode ? node.Inputs.Count : known.LeastInputs;
        for (var i = 0; i < required; i++)
            if (node.Inputs[i].Length == 0) throw Refuse(node, $"leaves out input {i}, which it needs");
    }

    // A constant that is not a number makes every result that it is added to or multiplied with one that is none.
    private static void RefuseNotANumber(OperatorNode context, OnnxNode node)
    {
        if (node.Operator is not ("Add" or "Sub" or "Mul" or "Div" or "Pow" or "Sum" or "Mean" or "Clip")) return;
        for (var i = 0; i < context.Inputs; i++)
        {
            if (context.Constant(i) is not { IsText: false } constant) continue;
            foreach (var number in constant.Numbers)
                if (double.IsNaN(number)) throw context.Refuse($"has a constant that is NaN ('{node.Inputs[i]}')");
        }
    }

    private void Fold(OnnxNode node, Kernel kernel, int[] inputs, int[] outputs)
    {
        var made = outputs.Select(_ => new Tensor(budget)).ToArray();
        try
        {
            kernel([.. inputs.Select(input => input < 0 ? null : constants[input])], made);
        }
        catch (Unevaluable reason)
        {
            throw Refuse(node, $"cannot be evaluated: {reason.Message}");
        }

        for (var i = 0; i < made.Length; i++) constants[outputs[i]] = made[i];
    }

    private Problem Refuse(string reason) => new(ProblemKind.Invalid, $"{name}: {reason}", where: name);

    private Problem Refuse(OnnxNode node, string reason) => new(ProblemKind.Invalid, $"{name}: {node.Place} {reason}", where: node.Place);
}

using DatacenterOst.Clinical;

namespace DatacenterOst.Models.Onnx;

/// <summary>One node ready to run: where its inputs and outputs stand among the values; -1 is an input that is left out.</summary>
internal sealed record Step(OnnxNode Node, Operator Operator, Kernel Kernel, int[] Inputs, int[] Outputs);

/// <summary>
/// A graph in an order in which it can be run. What depends on constants only is computed here, once. Everything that is wrong with
/// the graph by itself is refused here, by node, operator and place.
/// </summary>
internal sealed class GraphPlan
{
    private readonly Dictionary<string, int> places;
    private readonly List<Step> steps;
    private readonly Tensor?[] constants;

    private GraphPlan(OnnxFile file, string name, Dictionary<string, int> places, List<Step> steps, Tensor?[] constants)
        => (File, Name, this.places, this.steps, this.constants) = (file, name, places, steps, constants);

    public OnnxFile File { get; }

    public string Name { get; }

    public int Values => constants.Length;

    public Tensor? Constant(int place) => constants[place];

    public int Place(string value) => places[value];

    public static GraphPlan Build(OnnxFile file, string name) => new GraphPlanner(file, name).Plan();

    public static GraphPlan Of(OnnxFile file, string name, Dictionary<string, int> places, List<Step> steps, Tensor?[] constants)
        => new(file, name, places, steps, constants);

    /// <summary>The step that makes the numbers of a value, behind those that only move or cast them; null for an input or a constant.</summary>
    public Step? Source(int place)
    {
        var step = steps.Find(step => step.Outputs.Contains(place));
        while (step is not null && (step.Operator.Mixing == Mixing.Places || step.Node.Operator is "Identity" or "Cast") && step.Inputs.Length > 0)
        {
            var before = step.Inputs[0];
            step = steps.Find(step => step.Outputs.Contains(before));
        }

        return step;
    }

    /// <summary>The steps that the wanted values depend on, in order, and the graph inputs that they begin from.</summary>
    public (IReadOnlyList<Step> Steps, IReadOnlyList<OnnxValue> Inputs) Needed(IEnumerable<int> wanted)
    {
        var needed = new HashSet<int>(wanted);
        var chosen = new List<Step>();
        foreach (var step in Enumerable.Reverse(steps))
        {
            if (!step.Outputs.Any(needed.Contains)) continue;
            chosen.Add(step);
            foreach (var input in step.Inputs)
                if (input >= 0) needed.Add(input);
        }

        chosen.Reverse();
        return (chosen, [.. File.Graph.Inputs.Where(input => needed.Contains(places[input.Name]) && constants[places[input.Name]] is null)]);
    }

    public Problem Refuse(string reason) => new(ProblemKind.Invalid, $"{Name}: {reason}", where: Name);
}

using System.Collections.Concurrent;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Onnx;

/// <summary>
/// A model from an ONNX file, evaluated in managed code: the operators that ML.NET, skl2onnx and onnxmltools export for tables
/// (ONNX 1.16, ai.onnx opset 7 to 23, ai.onnx.ml 1 to 5). One row at a time; immutable and safe to share between threads.
/// </summary>
/// <remarks>
/// Inputs are those that the score, probability or label depends on; columns that the file only passes through need not be given.
/// The margin is the file's raw score. Where the file gives only probabilities it is their log-odds, log(p/(1-p)), within ±87.3.
/// A model of two classes is read as the probability of the second.
/// </remarks>
public sealed class OnnxModel : INumericModel
{
    /// <summary>Workspaces kept for the next rows; more are made when more threads score at once, and dropped afterwards.</summary>
    private const int KeptWorkspaces = 16;

    private readonly GraphPlan plan;
    private readonly IReadOnlyList<Step> steps;
    private readonly RowInputs inputs;
    private readonly RowOutputs outputs;
    private readonly Explanation explanation;
    private readonly ConcurrentBag<Workspace> idle = [];

    private OnnxModel(GraphPlan plan, IReadOnlyList<Step> steps, RowInputs inputs, RowOutputs outputs)
    {
        (this.plan, this.steps, this.inputs, this.outputs) = (plan, steps, inputs, outputs);
        explanation = new Explanation(plan, steps, inputs, outputs);
    }

    public IReadOnlyList<string> Inputs => inputs.Names;

    /// <summary>Who wrote the file: ML.NET, skl2onnx, ….</summary>
    public string Producer => plan.File.Producer;

    /// <param name="name">What the file is called in the words of a refusal.</param>
    /// <exception cref="Problem">Invalid: the file cannot be run here, with the node, the operator and the reason.</exception>
    public static OnnxModel Load(ReadOnlyMemory<byte> bytes, string name)
    {
        var plan = GraphPlan.Build(FileReader.Read(bytes, name), name);
        var outputs = RowOutputs.Of(plan);
        var (steps, needed) = plan.Needed(outputs.Wanted);
        var inputs = RowInputs.Of(plan, needed);

        // Shapes are held together by a made-up row, so that a file whose parts do not fit is refused now and not at the bedside.
        var trial = new Workspace(plan, steps, inputs.Places, Workspace.Purpose.Trial);
        var row = new InputValue[inputs.Names.Count];
        Array.Fill(row, new InputValue(0));
        inputs.Fill(trial, row);
        if (trial.Run() is { } wrong)
            throw new Problem(ProblemKind.Invalid, $"{name}: {wrong.Step.Node.Place} cannot be evaluated: {wrong.Reason}", where: wrong.Step.Node.Place);
        return new OnnxModel(plan, steps, inputs, outputs.Held(plan, trial));
    }

    /// <inheritdoc/>
    public ModelNumber Score(ReadOnlySpan<InputValue> row)
    {
        var workspace = Take();
        var reason = Evaluate(workspace, row);
        var number = reason is null ? outputs.Read(workspace) : new ModelNumber(double.NaN, null);
        Keep(workspace);
        return number;
    }

    /// <summary>The score with the label that the model gives, or the reason why this row has no number.</summary>
    public OnnxResult Run(ReadOnlySpan<InputValue> row)
    {
        var workspace = Take();
        var reason = Evaluate(workspace, row);
        var result = reason is null
            ? new OnnxResult(outputs.Read(workspace), outputs.ReadLabel(workspace), null)
            : new OnnxResult(new ModelNumber(double.NaN, null), null, reason);
        Keep(workspace);
        return result;
    }

    /// <summary>
    /// Exact where the margin is a sum of functions of one input each (linear and logistic models with scalers, imputers and
    /// encoders) or a forest over such values whose weights add up to it (gradient boosting, ML.NET's trees). Null for all others.
    /// The reference of an input is its being missing, where the model has a number for that, and zero otherwise.
    /// </summary>
    public Contributions? Explain(ReadOnlySpan<InputValue> row)
    {
        CheckLength(row);
        var workspace = Take();
        var parts = explanation.Of(row, workspace, (used, mixed) => Evaluate(used, mixed) is null ? outputs.Read(used).Margin : double.NaN);
        Keep(workspace);
        return parts;
    }

    private string? Evaluate(Workspace workspace, ReadOnlySpan<InputValue> row)
    {
        CheckLength(row);
        return inputs.Fill(workspace, row) ?? (workspace.Run() is { } wrong ? $"{wrong.Step.Node.Place} cannot be evaluated: {wrong.Reason}" : null);
    }

    private void CheckLength(ReadOnlySpan<InputValue> row)
    {
        if (row.Length != inputs.Names.Count)
            throw new Problem(ProblemKind.Invalid, $"{plan.Name} takes {inputs.Names.Count} values in a row and was given {row.Length}", where: plan.Name);
    }

    private Workspace Take() => idle.TryTake(out var kept) ? kept : new Workspace(plan, steps, inputs.Places, Workspace.Purpose.Scoring);

    private void Keep(Workspace workspace)
    {
        if (idle.Count < KeptWorkspaces) idle.Add(workspace);
    }
}

/// <param name="Number">The margin is NaN when the row has no number.</param>
/// <param name="Label">The class that the model names, 1 and 0 for true and false; null where it names none.</param>
/// <param name="Reason">Why the row has no number; null when it has. Names the input or the node, never a value of the patient's.</param>
public sealed record OnnxResult(ModelNumber Number, string? Label, string? Reason);

namespace DatacenterOst.Models.Onnx;

/// <summary>The memory of one evaluation at a time: a place for each value, bound to the steps once, used again for each row.</summary>
internal sealed class Workspace
{
    private readonly IReadOnlyList<Step> steps;
    private readonly Tensor?[] values;
    private readonly Tensor?[][] given;
    private readonly Tensor[][] made;
    private readonly WorkBudget budget;

    public Workspace(GraphPlan plan, IReadOnlyList<Step> steps, IEnumerable<int> inputs, Purpose purpose)
    {
        this.steps = steps;
        budget = new WorkBudget { OnTrial = purpose == Purpose.Trial };
        values = new Tensor?[plan.Values];
        for (var i = 0; i < values.Length; i++) values[i] = plan.Constant(i);
        foreach (var input in inputs) values[input] = new Tensor(budget);
        given = new Tensor?[steps.Count][];
        made = new Tensor[steps.Count][];
        for (var i = 0; i < steps.Count; i++)
        {
            given[i] = [.. steps[i].Inputs.Select(input => input < 0 ? null : values[input])];
            made[i] = [.. steps[i].Outputs.Select(output => values[output] = new Tensor(budget))];
        }
    }

    public enum Purpose
    {
        Trial,
        Scoring,
    }

    /// <summary>A value; written by <see cref="Run"/>, or by the caller before it where it is an input.</summary>
    public Tensor this[int place] => values[place]!;

    /// <returns>Why the graph could not be evaluated and by which node; null when it was.</returns>
    public (Step Step, string Reason)? Run()
    {
        budget.Begin();
        var at = 0;
        try
        {
            for (; at < steps.Count; at++) steps[at].Kernel(given[at], made[at]);
            return null;
        }
        catch (Unevaluable reason)
        {
            return (steps[at], reason.Message);
        }
    }
}
